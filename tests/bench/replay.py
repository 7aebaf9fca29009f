"""Steps a second from the log to one viewer: a late one, which gets a finished run from its first step.

The viewer is a process of its own. One only reads the bytes; the other parses every piece of JSON. The alternative
is the naive stream of tests/bench/naive.py, an event a step, on a shorter run and parsed too.
"""

from lost_update.execution.supervisor import Context
from lost_update.sources.request import RunRequest
from tests.bench import viewer
from tests.bench.effort import Effort
from tests.bench.hosting import both_servers, finished_run, viewers_process
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row

LEAST_A_SECOND = 500_000
PROCESSES = 4
SHORTER = 10


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with both_servers() as (registry, ours, naive), viewers_process() as process:
        long = finished_run(registry, RunRequest(processes=PROCESSES, iterations=effort.iterations))
        short = finished_run(registry, RunRequest(processes=PROCESSES, iterations=effort.iterations // SHORTER))
        as_bytes, parsed, parsed_naive = in_turn(
            effort.replays,
            lambda: len(long.recording.log) / process.submit(viewer.read_bytes, ours, long.id).result(),
            lambda: len(long.recording.log) / process.submit(viewer.read_steps, ours, long.id).result(),
            lambda: len(short.recording.log) / process.submit(viewer.read_steps, naive, short.id).result(),
        )
    rate = spread(parsed)
    return [
        Row(
            f"Steps a second from a log of {len(long.recording.log):,} steps to one viewer, as bytes",
            f"{spread(as_bytes).median:,.0f}",
            target=f"at least {LEAST_A_SECOND:,}",
            held=spread(as_bytes).median >= LEAST_A_SECOND,
        ),
        Row(
            "The same, parsed; the alternative: an event a step",
            f"{rate.median:,.0f}",
            f"{spread(parsed_naive).median:,.0f}",
            ratios(parsed, parsed_naive),
            f"at least {LEAST_A_SECOND:,}",
            rate.median >= LEAST_A_SECOND,
        ),
    ]
