"""What a process does that the server starts, from its first line to its last.

server                         process
  │ Process.start() ─────────▶ main(): ignore Ctrl-C, start the courier
  │ ◀───────────────── pipe ── the first batch says "ready"
  │ start time ── control ───▶ waits for that moment, so that all start together
  │ ◀───────────────── pipe ── start, the scenario's steps, exit; then end of file
  │ SIGTERM ─────────────────▶ ends between two steps, never inside one
  ╳ (gone) ──────────────────▶ the courier ends the process; before it has one, the end of the control does

A process that another one launched (tracing.launching) uses only `tracing.process_lifecycle`: it starts immediately.
"""

import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter_ns, sleep
from typing import Any, Final

from lost_update.model.steps import NO_TARGET
from lost_update.tracing import pool, process_lifecycle
from lost_update.tracing.launching import LAUNCHER, StartMethod, context_for
from lost_update.tracing.pace import Pace
from lost_update.tracing.recorder import Shown
from lost_update.tracing.registration import Options, said_by_server
from lost_update.tracing.source_text import Work, function_of

WAKE_EARLY_NS: Final = 1_000_000
"""Sleep until this long before the common start, then watch the clock: sleeping alone would start unevenly."""

PRELOADED: Final = [
    "lost_update.tracing.fork_server",
    "lost_update.tracing.scenario_process",
    "lost_update.scenarios.catalogue",
]
"""What a fork server imports once, so that no process has to."""


@dataclass(frozen=True)
class Launching:
    """What a process that starts others needs: how it starts them, whether they may fail, the number of its pool."""

    start_method: StartMethod
    may_fail: bool = False
    pool: int = NO_TARGET
    has_threads: bool = True


@dataclass(frozen=True)
class Job:
    """What one process has to do. `arguments` are the scenario's shared objects, by the name of the parameter.

    `work` is handed those of them that it names, and of `mp`, `iterations` and `pause`.
    """

    process: str
    work: Work
    arguments: dict[str, Any]
    iterations: int
    pace: Pace
    traced: bool
    shown: Shown
    may_fail: bool = False
    launching: Launching | None = None


def main(job: Job, records: "Connection[Any, Any]", control: "Connection[Any, Any]") -> None:
    """Do the job. `records` takes the batches; from `control` comes the time to start, in `perf_counter_ns` ns."""
    try:
        _do(job, records, control)
    finally:
        _leave_nobody_behind()


def _do(job: Job, records: "Connection[Any, Any]", control: "Connection[Any, Any]") -> None:
    launching = job.launching
    gate = job.pace.gate_of(job.process, control) if job.traced else None
    has_threads = launching is None or launching.has_threads
    with process_lifecycle.recorded(
        records, job.shown, gate, traced=job.traced, may_fail=job.may_fail, has_threads=has_threads
    ):
        arguments = dict(job.arguments)
        if launching is not None:
            LAUNCHER.begin(control, Options(job.shown, job.pace, launching.may_fail, job.traced))
            pool.Pool.target = launching.pool
            arguments["mp"] = context_for(launching.start_method, PRELOADED, traced=job.traced)
        _wait_until(said_by_server(control))
        process_lifecycle.begin()
        offered = {**arguments, "iterations": job.iterations, "pause": job.pace.code_pause}
        function_of(job.work)(**{name: offered[name] for name in parameters_of(job.work)})


def parameters_of(work: Work) -> tuple[str, ...]:
    """The names of the parameters of a function."""
    code = function_of(work).__code__
    return code.co_varnames[: code.co_argcount]


def _leave_nobody_behind() -> None:
    """End the processes that this one has launched and not joined. Its own end is recorded already."""
    for child in multiprocessing.active_children():
        child.terminate()


def _wait_until(start_ns: int) -> None:
    early = start_ns - WAKE_EARLY_NS - perf_counter_ns()
    if early > 0:
        sleep(early / 1e9)
    while perf_counter_ns() < start_ns:
        pass
