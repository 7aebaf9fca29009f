"""A long run that has ended: a worker beside the page builds what the page shows, and where none can, the page does."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Worker, expect

from tests.browser.firefox import Firefox
from tests.browser.looking import Looking
from tests.recorded_server import LONG
from tests.serving import RunningServer, until
from tests.variants import FULL, one_in

STEPS_A_ROUND = 3
PROCESSES = 2

COUNT_BUILDERS = """
  window.builders = 0;
  window.Worker = class extends Worker {
    constructor(url, options) {
      super(url, options);
      if (String(url).endsWith("/history-worker.js")) window.builders += 1;
    }
  };
"""
"""A script that comes before the page's own: a browser may announce one worker twice."""

WITHOUT_WORKERS = {
    "forbidden": "window.Worker = class { constructor() { throw new DOMException('', 'SecurityError'); } };",
    "without modules": """
      window.Worker = class extends EventTarget {
        constructor() {
          super();
          setTimeout(() => this.dispatchEvent(new Event("error", { cancelable: true })));
        }
        postMessage() {}
        terminate() {}
      };
    """,
}
"""Ways in which a browser does not let a page have such a worker."""

# Builds a run by a worker and on the page, and says of each what it found, at many positions and of every version.
BOTH_WAYS = """
async (run) => {
  const { History } = await import('/static/js/core/history.js');
  const { readRecorded } = await import('/static/js/core/recorded.js');
  const { build } = await import('/static/js/shell/history-workers.js');
  const report = await build(run, new AbortController().signal);
  const apart = new History(run);
  apart.adopt(report.parts);
  const here = new History(run);
  const answer = await fetch(`/api/runs/${run.id}/columns`);
  await readRecorded(answer.body, (opening) => here.begin(opening), (chunk) => here.extend(chunk));
  here.rest();
  return [apart, here].map((history) => {
    const states = [];
    for (let position = 0; position <= history.length; position += 1777) {
      const { targets, ...state } = history.stateAt(position);
      const { losses } = history;
      states.push([state, losses.upTo(position), losses.next(position, 1), losses.next(position, -1)]);
    }
    const lineage = history.lineage('number');
    let versions = 0;
    for (let version = 0; version < lineage.length; version += 1) {
      for (const what of ['parent', 'root', 'writer', 'position', 'readAt', 'erasedAt']) {
        versions = (31 * versions + lineage[what](version)) % 2 ** 40;
      }
    }
    let buckets = 0;
    for (let bucket = 0; bucket * 64 < history.length; bucket += 1) {
      const { lowest, highest, expected } = history.overview.values(bucket, 0);
      const shares = new Float64Array(4);
      history.overview.addShares(bucket, bucket + 1, shares);
      const numbers = [lowest, highest, expected, ...shares.map((share) => 64 * share)];
      for (const each of numbers) buckets = (31 * buckets + each) % 2 ** 40;
    }
    return JSON.stringify({ length: history.length, total: history.losses.total, states, versions, buckets });
  });
}
"""


@pytest.fixture(scope="module")
def long_run(server: RunningServer) -> dict[str, Any]:
    """A run that is just long enough, with losses."""
    run = server.run(iterations=LONG // (STEPS_A_ROUND * PROCESSES) + 1, processes=PROCESSES)
    assert run["steps"] >= LONG
    return run


def shows(page: Page, server: RunningServer, run: dict[str, Any]) -> list[str]:
    """Open the page of a run, find there what is true of it, and say which workers there are at the end."""
    looking = Looking(page)
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    looking.open(f"{server.url}/runs/{run['id']}?panel=timeline")
    looking.left.wait_for_the_end()
    (cell,) = run["summary"]["cells"]
    assert looking.left.score == (cell["expected"], cell["final"], cell["lost"])
    expect(looking.part("scrubber")).to_have_attribute("max", str(run["steps"]))
    return [url for url in workers if url.endswith("/history-worker.js")]


def workers_of(page: Page) -> list[Worker]:
    """The workers that it has now: what a browser tells is heard when it is asked something."""
    page.evaluate("0")
    return page.workers


def test_a_worker_builds_a_long_run_and_ends(page: Page, server: RunningServer, long_run: dict[str, Any]) -> None:
    page.add_init_script(COUNT_BUILDERS)
    assert shows(page, server, long_run)
    assert page.evaluate("window.builders") == 1
    expect(page.locator("script[src$='/ahead.js']")).to_have_count(1)
    until(lambda: workers_of(page) == [])
    assert (
        page.evaluate("performance.getEntriesByType('resource').filter(({name}) => /columns$/.test(name)).length") == 1
    )


@pytest.mark.parametrize("way", one_in(2, WITHOUT_WORKERS))
def test_without_a_worker_the_page_builds_it_itself(
    page: Page, server: RunningServer, long_run: dict[str, Any], way: str
) -> None:
    page.add_init_script(WITHOUT_WORKERS[way])
    assert shows(page, server, long_run) == []


def test_a_short_run_needs_no_worker(page: Page, server: RunningServer) -> None:
    assert shows(page, server, server.view("race-none")) == []
    expect(page.locator("script[src$='/ahead.js']")).to_have_count(0)


@FULL
def test_both_ways_give_the_same_figures(page: Page, server: RunningServer, long_run: dict[str, Any]) -> None:
    page.goto(f"{server.url}/runs/{long_run['id']}")
    apart, here = page.evaluate(BOTH_WAYS, long_run)
    assert json.loads(here)["total"] == long_run["summary"]["cells"][0]["lost"] > 0
    assert apart == here


@FULL
def test_in_firefox_a_worker_builds_a_long_run_too(
    firefox: Firefox, server: RunningServer, long_run: dict[str, Any]
) -> None:
    firefox.open(f"{server.url}/runs/{long_run['id']}?panel=timeline")
    until(lambda: firefox.evaluate("document.querySelector('.is-end-sentence') !== null"))
    (cell,) = long_run["summary"]["cells"]
    lost = firefox.evaluate("document.querySelector('[data-race=left] [data-part=lost]').textContent")
    assert int(re.sub(r"\D", "", lost)) == cell["lost"]
    apart, here = firefox.evaluate(f"({BOTH_WAYS})({json.dumps(long_run)})")
    assert json.loads(here)["length"] == long_run["steps"]
    assert apart == here
    assert firefox.complaints() == []
