"""Bytes a step: what a run of more than a million steps takes in the server.

First the log itself; then what a fresh process with nothing but a registry has grown by, in resident memory as
the system counts it: after the run has ended, and at most while it went on. The alternative is the same run's steps
as Python dictionaries in a list.
"""

import gc
from dataclasses import dataclass
from pathlib import Path

from lost_update.execution.registry import Registry
from lost_update.execution.supervisor import Context
from lost_update.model.encoding import steps
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from tests.bench.effort import Effort
from tests.bench.hosting import finished_run, viewers_process
from tests.bench.pairs import spread
from tests.bench.report import Row

MOST_BYTES = 40
PROCESSES = 4
FORGET_PEAK = "5"


@dataclass(frozen=True)
class Bytes:
    """Bytes a step."""

    steps: int
    log: float
    after: float
    peak: float
    as_dictionaries: float


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with viewers_process() as process:
        taken = process.submit(take, effort.iterations).result()
    ratio = taken.after / taken.as_dictionaries
    return [
        Row(
            f"Bytes a step in the log, {taken.steps:,} steps",
            f"{taken.log:.1f}",
            target=f"at most {MOST_BYTES}",
            held=taken.log <= MOST_BYTES,
        ),
        Row(
            "Resident bytes a step once the run has ended; the alternative: a list of dictionaries",
            f"{taken.after:.1f}",
            f"{taken.as_dictionaries:.1f}",
            spread([ratio]),
            f"at most {MOST_BYTES}",
            taken.after <= MOST_BYTES,
        ),
        Row("Resident bytes a step at the worst moment of the run", f"{taken.peak:.1f}"),
    ]


def take(iterations: int) -> Bytes:
    """Measure, in a process of one's own."""
    registry = Registry(Settings())
    try:
        finished_run(registry, RunRequest(processes=PROCESSES))
        gc.collect()
        Path("/proc/self/clear_refs").write_text(FORGET_PEAK)
        before = resident("VmRSS")
        run = finished_run(registry, RunRequest(processes=PROCESSES, iterations=iterations))
        gc.collect()
        after, peak = resident("VmRSS"), resident("VmHWM")
        length = len(run.recording.log)
        few = length // 10
        made = steps(run.recording.log.rows(0, few), 0, run.recording.names)
        gc.collect()
        as_dictionaries = (resident("VmRSS") - after) / len(made)
        return Bytes(
            length,
            run.recording.log.nbytes / length,
            (after - before) / length,
            (peak - before) / length,
            as_dictionaries,
        )
    finally:
        registry.close()


def resident(name: str) -> int:
    """A figure of this process's memory, in bytes: `VmRSS` is what it takes now, `VmHWM` the most it has taken."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields[name].split()[0]) * 1024
