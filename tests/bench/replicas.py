"""What it costs that a server is one of several: at the server where a run lives, and at another.

The servers are real ones, each in a process of its own, and so is their Redis; the alternative is a server alone. All
of them and the viewers share one machine, and are measured in turn. Each keeps its recordings. What a server works is
the processor time of its process, from the request for the run until the run has ended and its one viewer has it all.
The other server does not record, so all that it works is for its viewer.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

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


@dataclass(frozen=True)
class Watched:
    """A run that was watched to its end: how long that took, and what the server of its viewer worked, in seconds."""

    took: float
    worked: float


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        alone = stack.enter_context(serving(LOST_UPDATE_DATA_DIR=f"{folder}/alone"))
        own, other = stack.enter_context(replicas(Path(folder), 2)).servers
        here, there = (stack.enter_context(viewers_process()) for _ in range(2))

        def watched(lives_at: RunningServer, by: RunningServer, **request: Any) -> Callable[[], Watched]:
            def measure() -> Watched:
                before = by.cpu_seconds
                run_id = lives_at.start(**request)
                took = here.submit(viewer.read_bytes, by.url, run_id).result()
                by.finished(run_id)
                return Watched(took, by.cpu_seconds - before)

            return measure

        def at_all(**request: Any) -> list[list[Watched]]:
            lives_and_watched = ((alone, alone), (own, own), (own, other))
            return in_turn(effort.rounds, *(watched(lives, by, **request) for lives, by in lives_and_watched))

        def over(server: RunningServer, run_id: str) -> Callable[[], float]:
            return lambda: here.submit(viewer.read_bytes, server.url, run_id).result()

        many = at_all(iterations=effort.iterations)
        slow = at_all(pace="slow", step_ms=STEP_MS, iterations=effort.slow_iterations)
        ended = [server.run(iterations=effort.iterations // 4)["id"] for server in (alone, own)]
        other.finished(ended[1])
        over_alone, over_other = in_turn(effort.rounds, over(alone, ended[0]), over(other, ended[1]))
        live = own.start(pace="slow", step_ms=STEP_MS, iterations=effort.slow_iterations)
        watching = [
            process.submit(viewer.read_times, server.url, live) for process, server in ((here, own), (there, other))
        ]
        later = list(_later(*(each.result() for each in watching)))
    steps, few = f"{6 * effort.iterations:,} steps", f"{6 * effort.slow_iterations} steps, a mean pause of {STEP_MS} ms"
    return [
        *_works(f"a run of {steps}", many),
        *_works(f"a run of {few}", slow),
        _row(f"A run of {steps}, to the end of its stream where it runs", *_times(many[1], many[0])),
        _row("The same, at the other server", *_times(many[2], many[0])),
        _row(
            f"The stream of a run of {6 * (effort.iterations // 4):,} steps that has ended, at the other server",
            over_other,
            over_alone,
        ),
        Row(
            f"How much later a live viewer at the other server has a step, median and worst of {len(later):,}",
            f"{median(later):.1f} ms, worst {max(later):.0f} ms",
            target=f"within {MOST_LATER_MS} ms",
            held=max(later) <= MOST_LATER_MS,
        ),
    ]


def _works(what: str, at_all: list[list[Watched]]) -> Iterator[Row]:
    alone, own, other = ([each.worked for each in of_one] for of_one in at_all)
    yield _row(f"What a server works for {what} and its viewer, one of two servers", own, alone)
    yield _row("The same, of the other server, which has the viewer and not the run", other, alone)


def _times(ours: list[Watched], alone: list[Watched]) -> tuple[list[float], list[float]]:
    return [each.took for each in ours], [each.took for each in alone]


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
