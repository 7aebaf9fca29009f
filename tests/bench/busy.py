"""A server that is asked for eight explorations at once: how long its other answers and its runs take meanwhile.

The eight are worked out in eight processes, more than the machine has cores and more than a server allows unless it is
told to, and none of them comes to its end. Meanwhile `/healthz` is asked, and a run of two processes is started and
watched to its end, over HTTP. The alternative is the same server while nobody explores. A round is the median of many.
"""

import contextlib
import http.client
import json
from statistics import median
from time import perf_counter
from typing import Final
from urllib.parse import urlsplit

from lost_update.execution.supervisor import Context
from tests.bench.effort import Effort
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row
from tests.bench.viewer import WAIT_SECONDS
from tests.explorers import asking, endless, serving_explorers, until_at_work

EXPLORERS: Final = 8

MOST_TIMES_HEALTH: Final = 2.0
MOST_TIMES_RUN: Final = 1.5


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with serving_explorers(at_once=EXPLORERS) as server:
        address = urlsplit(server.url).netloc

        def busy() -> tuple[float, float]:
            with asking(server, *map(endless, range(EXPLORERS))):
                until_at_work(server, EXPLORERS)
                measured = _medians(address, effort.starts)
            until_at_work(server, 0)
            return measured

        ours, quiet = in_turn(effort.rounds, busy, lambda: _medians(address, effort.starts))
    return [
        _row("An answer of `/healthz`", ours, quiet, 0, MOST_TIMES_HEALTH),
        _row("A run of 2 × 100 increments, from the request to its end", ours, quiet, 1, MOST_TIMES_RUN),
    ]


def _row(
    what: str, ours: list[tuple[float, float]], quiet: list[tuple[float, float]], which: int, most_times: float
) -> Row:
    busy_ms, quiet_ms = ([measured[which] for measured in each] for each in (ours, quiet))
    ratio = ratios(busy_ms, quiet_ms)
    return Row(
        f"{what} while eight explorations go on; the alternative: while none does",
        f"{spread(busy_ms).median:.1f} ms",
        f"{spread(quiet_ms).median:.1f} ms",
        ratio,
        f"at most {most_times:g} ×",
        ratio.median <= most_times,
    )


def _medians(address: str, times: int) -> tuple[float, float]:
    """Of an answer and of a run, in milliseconds."""
    with contextlib.closing(http.client.HTTPConnection(address, timeout=WAIT_SECONDS)) as connection:
        return median(_answer_ms(connection) for _ in range(times)), median(_run_ms(connection) for _ in range(times))


def _answer_ms(connection: http.client.HTTPConnection) -> float:
    began = perf_counter()
    connection.request("GET", "/healthz")
    assert json.load(connection.getresponse()) == {"status": "ok"}
    return (perf_counter() - began) * 1000


def _run_ms(connection: http.client.HTTPConnection) -> float:
    began = perf_counter()
    connection.request("POST", "/api/runs", json.dumps({"pace": "free"}), {"Content-Type": "application/json"})
    run_id = json.load(connection.getresponse())["id"]
    connection.request("GET", f"/api/runs/{run_id}/events")
    assert b"event: end" in connection.getresponse().read()  # the stream closes with the run
    return (perf_counter() - began) * 1000
