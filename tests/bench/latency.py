"""How late a live viewer is: from the moment at which a step was taken to its arrival at the viewer, over HTTP.

A run at the pace `slow` is watched by a process of its own. Steps, viewer and server read the same clock of the
machine; a step says when it was taken since the run began, and this process, which hosts the real server, knows
when that was. The viewer has watched another run before, so that it is there when this one starts.
"""

from statistics import median

from lost_update.execution.supervisor import Context
from lost_update.sources.request import RunRequest
from tests.bench import viewer
from tests.bench.effort import Effort
from tests.bench.hosting import both_servers, start_of, viewers_process
from tests.bench.report import Row

MOST_MS = 50
STEP_MS = 10


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with both_servers() as (registry, url, _), viewers_process() as process:
        warm_up = registry.submit(RunRequest())
        process.submit(viewer.read_times, url, warm_up.id).result()
        run = registry.submit(RunRequest(pace="slow", step_ms=STEP_MS, iterations=effort.slow_iterations))
        watching = process.submit(viewer.read_times, url, run.id)
        start_ns = start_of(run)
        arrivals = watching.result()
        run.join()
    late = [(arrived - start_ns - t_ns) / 1e6 for arrived, times in arrivals for t_ns in times]
    assert len(late) == len(run.recording.log), "steps are missing"
    return [
        Row(
            f"From a step taken to a live viewer, median and worst of {len(late)} steps",
            f"{median(late):.0f} ms, worst {max(late):.0f} ms",
            target=f"within {MOST_MS} ms",
            held=max(late) <= MOST_MS,
        )
    ]
