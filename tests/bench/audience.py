"""A room full of viewers of one live run: whether each of them gets every step, and how soon all have seen the end.

All viewers are connections of one process. The server and the run's processes share its machine. Each checks
that the steps it gets are numbered without a gap and without a repeat, and compares their number with that of the final
run view. The time is from the last step taken to the last viewer's `end`. The alternative is the naive stream of
tests/bench/naive.py: an event a step, made anew for each viewer.
"""

from concurrent.futures import Executor
from dataclasses import dataclass

from lost_update.execution.registry import Registry
from lost_update.execution.supervisor import Context
from lost_update.sources.request import RunRequest
from tests.bench import viewer
from tests.bench.effort import Effort
from tests.bench.hosting import both_servers, start_of, viewers_process
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row

STEP_MS = 20


@dataclass(frozen=True)
class Crowd:
    """How it was for all viewers of one run."""

    complete: int
    steps: int
    late_ms: float


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with both_servers() as (registry, url, naive_url), viewers_process() as process:
        ours, naive = in_turn(
            effort.crowds,
            lambda: _crowd(registry, process, url, effort),
            lambda: _crowd(registry, process, naive_url, effort),
        )
    fewest = min(crowd.complete for crowd in ours)
    return [
        Row(
            f"Viewers, of {effort.viewers} of one live run of {ours[0].steps} steps, who got every step once, in order",
            f"{fewest}",
            f"{min(crowd.complete for crowd in naive)}",
            target=f"all {effort.viewers}",
            held=fewest == effort.viewers,
        ),
        Row(
            "From its last step to the last viewer's `end`; the alternative: an event a step, made for each viewer",
            _late(ours),
            _late(naive),
            ratios([crowd.late_ms for crowd in ours], [crowd.late_ms for crowd in naive]),
        ),
    ]


def _crowd(registry: Registry, process: Executor, url: str, effort: Effort) -> Crowd:
    run = registry.submit(RunRequest(pace="slow", step_ms=STEP_MS, iterations=effort.slow_iterations // 2))
    watching = process.submit(viewer.watch_together, url, run.id, effort.viewers)
    start_ns = start_of(run)
    seen = watching.result()
    run.join()
    steps = len(run.recording.log)
    end_ns = start_ns + int(run.recording.log.rows(steps - 1, steps)["t_ns"][0])
    complete = sum(one.is_all and one.steps == steps for one in seen)
    return Crowd(complete, steps, (max(one.ended_ns for one in seen) - end_ns) / 1e6)


def _late(crowds: list[Crowd]) -> str:
    return f"{spread([crowd.late_ms for crowd in crowds]).median:,.0f} ms"
