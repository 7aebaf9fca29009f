"""What it costs that a server is one of several: at the server where a run lives, and at another.

The servers are real ones, each in a process of its own, and so is their Redis; the alternative is a server alone. All
of them and the viewers share one machine, and are measured in turn.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from lost_update.execution.supervisor import Context
from tests.bench import viewer
from tests.bench.effort import Effort
from tests.bench.hosting import viewers_process
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row
from tests.replicas import replicas
from tests.serving import RunningServer, serving

MOST_TIMES: Final = 1.1
"""What a viewer's stream may cost at one of several servers, compared with a server alone."""

MOST_LATER_MS: Final = 50
STEP_MS: Final = 10

Read = Callable[[str, str], float]


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        alone = stack.enter_context(serving())
        own, other = stack.enter_context(replicas(Path(folder), 2)).servers
        here, there = (stack.enter_context(viewers_process()) for _ in range(2))

        def live(lives_at: RunningServer, watched_at: RunningServer) -> Callable[[], float]:
            def measure() -> float:
                run_id = lives_at.start(iterations=effort.iterations // 4)
                return here.submit(viewer.read_bytes, watched_at.url, run_id).result()

            return measure

        def over(server: RunningServer, run_id: str) -> Callable[[], float]:
            return lambda: here.submit(viewer.read_bytes, server.url, run_id).result()

        live_alone, live_own, live_other = in_turn(effort.rounds, live(alone, alone), live(own, own), live(own, other))
        ended = [server.run(iterations=effort.iterations // 4)["id"] for server in (alone, own)]
        other.finished(ended[1])
        over_alone, over_other = in_turn(effort.rounds, over(alone, ended[0]), over(other, ended[1]))
        slow = own.start(pace="slow", step_ms=STEP_MS, iterations=effort.slow_iterations)
        watching = [
            process.submit(viewer.read_times, server.url, slow) for process, server in ((here, own), (there, other))
        ]
        later = list(_later(*(each.result() for each in watching)))
    steps = f"{6 * (effort.iterations // 4):,} steps"
    return [
        _row(f"A run of {steps}, to the end of its stream where it runs, one of two servers", live_own, live_alone),
        _row("The same, at the other server", live_other, live_alone),
        _row("Its stream when it has ended, at the other server", over_other, over_alone),
        Row(
            f"How much later a live viewer at the other server has a step, median and worst of {len(later):,}",
            f"{median(later):.1f} ms, worst {max(later):.0f} ms",
            target=f"within {MOST_LATER_MS} ms",
            held=max(later) <= MOST_LATER_MS,
        ),
    ]


def _row(what: str, ours: list[float], alone: list[float]) -> Row:
    ratio = ratios(ours, alone)
    return Row(
        f"{what}; the alternative: a server alone",
        f"{spread(ours).median:.2f} s",
        f"{spread(alone).median:.2f} s",
        ratio,
        f"at most {MOST_TIMES} ×",
        ratio.median <= MOST_TIMES,
    )


Arrivals = list[tuple[int, list[int]]]


def _later(here: Arrivals, there: Arrivals) -> Iterator[float]:
    """By how many milliseconds each step came later there."""
    seen = [[arrived for arrived, times in arrivals for _ in times] for arrivals in (here, there)]
    assert len(seen[0]) == len(seen[1]), "steps are missing"
    for arrived_here, arrived_there in zip(*seen, strict=True):
        yield (arrived_there - arrived_here) / 1e6
