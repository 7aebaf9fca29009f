"""A page behind several servers: cut off at one it goes on at another, and hears when the server of its run is gone.

The browser knows one address, as behind a load balancer: a proxy that leads to one server or another.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.looking import Looking
from tests.cutting import Cutter, cutting
from tests.replicas import Replicas, replicas
from tests.serving import until
from tests.variants import FULL

LIVE: dict[str, Any] = {"pace": "slow", "step_ms": 40, "iterations": 60}


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Replicas]:
    with replicas(tmp_path, 2) as service:
        yield service


@pytest.fixture
def balancer(two: Replicas) -> Iterator[Cutter]:
    with cutting(two.servers[0].url) as cutter:
        yield cutter


@pytest.fixture
def open_page(balancer: Cutter, open_page: OpenPage) -> OpenPage:
    """Pages are closed before the proxy is: a browser complains of a stream that breaks off."""
    return open_page


def watching(page: Page, balancer: Cutter, run_id: str) -> Looking:
    """A page that shows some steps of that run, and has come by the proxy."""
    looking = Looking(page)
    looking.open(f"{balancer.url}/?runs={run_id}")
    until(lambda: looking.length >= 10)
    return looking


def move(balancer: Cutter, server: str) -> None:
    """Break all connections; new ones lead to that server."""
    balancer.lead_to(server)
    balancer.cut()
    balancer.restore()


def test_a_page_that_is_cut_off_goes_on_at_another_server(
    page: Page, two: Replicas, balancer: Cutter, faults: list[str]
) -> None:
    one, other = two.servers
    run_id = one.start(**LIVE)
    looking = watching(page, balancer, run_id)
    for server in (other, one, other):
        before = looking.length
        move(balancer, server.url)
        until(lambda before=before: looking.length > before or one.view(run_id)["status"] == "finished")  # type: ignore[misc]
    looking.left.wait_for_the_end()
    view = one.view(run_id)
    assert looking.length == view["steps"]
    (cell,) = view["summary"]["cells"]
    assert looking.left.score == (cell["expected"], cell["final"], cell["lost"])
    faults.clear()  # of connections that broke


@FULL
def test_a_page_says_why_a_run_failed_whose_server_is_gone(
    page: Page, two: Replicas, balancer: Cutter, faults: list[str]
) -> None:
    one, other = two.servers
    run_id = one.start(**LIVE | {"iterations": 1000})
    looking = watching(page, balancer, run_id)
    balancer.lead_to(other.url)
    one.kill()
    looking.left.wait_for_the_end()
    assert "The server on which it ran is gone" in looking.left.narration
    assert not looking.left.part("trouble").is_visible()
    # What it saw at the one that was killed may be a moment more than that one had told the other.
    assert looking.length >= other.view(run_id)["steps"]
    faults.clear()
