"""A browser at the load balancer of `compose.yaml`: the page over HTTP/2 and TLS, before three replicas."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.balancer import Balancer, balanced
from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.replicas import replicas
from tests.variants import FULL

MORE_THAN_A_BROWSER_OPENS = 20
"""Streams at the same time. Over HTTP/1.1 a browser has six connections to a server, and all else would wait."""


@pytest.fixture(scope="module")
def balancer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Balancer]:
    with replicas(tmp_path_factory.mktemp("service"), 3) as service:
        places = [urlsplit(server.url).netloc for server in service.servers]
        with balanced(tmp_path_factory.mktemp("balancer"), places) as running:
            yield running


@pytest.fixture
def trusting(open_page: OpenPage) -> Page:
    """A page that puts up with a certificate for which nobody vouches."""
    return open_page(ignore_https_errors=True)


@FULL
def test_races_are_run_and_watched_over_http2(balancer: Balancer, trusting: Page) -> None:
    looking = Looking(trusting)
    looking.open(f"{balancer.url}/")
    looking.choose(iterations="3", pace="free")
    looking.run_both("fewer")
    assert looking.right.score == (6, 6, 0)
    protocols = trusting.evaluate(
        "['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
        ".filter(entry => entry.name.startsWith(location.origin)).map(entry => entry.nextHopProtocol)"
    )
    assert len(protocols) > 20
    assert set(protocols) == {"h2"}


def test_a_browser_has_room_for_any_number_of_streams(balancer: Balancer, trusting: Page) -> None:
    trusting.goto(f"{balancer.url}/walkthrough")
    watched = trusting.evaluate(
        """async count => {
            const body = JSON.stringify({pace: "slow", step_ms: 50, iterations: 100});
            const headers = {"Content-Type": "application/json"};
            const run = await (await fetch("api/runs", {method: "POST", body, headers})).json();
            const streams = await Promise.all(Array.from({length: count}, () => fetch(`api/events?run=${run.id}`)));
            const readers = streams.map(stream => stream.body.getReader());
            const parts = await Promise.all(readers.map(async reader => {
                for (let text = ""; ; text += new TextDecoder().decode((await reader.read()).value)) {
                    if (text.includes("event: steps")) { return text; }
                }
            }));
            const meanwhile = await (await fetch(`api/runs/${run.id}`)).json();
            await Promise.all(readers.map(reader => reader.cancel()));
            await fetch(`api/runs/${run.id}`, {method: "DELETE"});
            return {parts: parts.length, status: meanwhile.status};
        }""",
        MORE_THAN_A_BROWSER_OPENS,
    )
    assert watched == {"parts": MORE_THAN_A_BROWSER_OPENS, "status": "running"}
