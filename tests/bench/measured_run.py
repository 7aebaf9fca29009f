"""A run of two real processes that is measured, put together from the same parts as a run.

Everything between the loop and the log is the application's own: `Supervisor` starts the processes,
`tracing.scenario_process` lets them begin together, the courier sends, and the collector of this process merges, checks
and logs meanwhile. What the loop takes is measured inside the processes, around the scenario's own function.
"""

from collections.abc import Callable
from ctypes import c_longlong
from dataclasses import dataclass
from multiprocessing import sharedctypes
from statistics import mean
from time import perf_counter_ns
from typing import Any

from lost_update.analysis.accounts import Account
from lost_update.execution.collector import Collector
from lost_update.execution.supervisor import Context, Supervisor
from lost_update.model.log import Log
from lost_update.scenarios import value
from lost_update.sources.code import shown_of
from lost_update.sources.naming import name_shared
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.pace import Pace
from lost_update.tracing.scenario_process import Job

GUARD = "none"
PROCESSES = 2
WORK: Callable[..., None] = value.without_a_lock
STEPS_OF_LIFE = 2
STEPS_OF_INCREMENT = 3


@dataclass(frozen=True)
class MeasuredRun:
    """What came of it. `log_seconds` is from the first step to the log complete; 0 without tracing."""

    ns_per_increment: float
    lost_share: float
    steps: int
    log_seconds: float


def loop(number: Any, took_ns: c_longlong, iterations: int, pause: float) -> None:
    """Run the scenario's own loop, and say how long it took."""
    began = perf_counter_ns()
    WORK(number, iterations, pause)
    took_ns.value = perf_counter_ns() - began


def measure(
    context: Context,
    iterations: int,
    *,
    traced: bool,
    work: Callable[..., None] = loop,
    collecting: type[Collector] = Collector,
) -> MeasuredRun:
    """Let two processes do `work` on one Value, at once and as fast as they go."""
    objects: Any = TracedObjects(context) if traced else context
    shared_by_all = value.SCENARIO.share(objects, GUARD, PROCESSES)
    shared = name_shared([f"P{number + 1}" for number in range(PROCESSES)], shared_by_all)
    number = shared_by_all[0]["number"]
    account = Account("number", 0)
    clocks = [sharedctypes.RawValue(c_longlong, 0) for _ in range(PROCESSES)]
    jobs = [
        Job(process, work, {**handed, "took_ns": clock}, iterations, Pace("free", 0, 0), traced, shown_of((WORK,)))
        for process, handed, clock in zip(shared.names.processes, shared_by_all, clocks, strict=True)
    ]
    log = Log()
    logged_at = [0]
    log.listen(lambda: logged_at.append(perf_counter_ns()))
    supervisor = Supervisor(context)
    try:
        supervisor.start(jobs)
        collector = collecting(supervisor, log, {number.target: account} if traced else {}, shared)
        while collector.is_open:
            collector.receive()
            collector.append()
        assert not any(process.exitcode for process in supervisor.processes), "a process failed"
    finally:
        supervisor.close()
    expected = PROCESSES * iterations
    final = number.get_obj().value
    log_seconds = 0.0
    if traced:
        _check(log, account, number.memory(), expected)
        assert collector.start_ns is not None
        log_seconds = (logged_at[-1] - collector.start_ns - int(log.rows(0, 1)["t_ns"][0])) / 1e9
    return MeasuredRun(
        mean(clock.value for clock in clocks) / iterations, (expected - final) / expected, len(log), log_seconds
    )


def _check(log: Log, account: Account, memory: tuple[int, int], increments: int) -> None:
    """A fast log counts for nothing unless it is whole and true."""
    assert len(log) == increments * STEPS_OF_INCREMENT + PROCESSES * STEPS_OF_LIFE, "steps are missing"
    times = log.rows(0, len(log))["t_ns"]
    assert (times[1:] >= times[:-1]).all(), "the log is not in order"
    assert not account.close(*memory, someone_died=False), "writes are missing"
    assert not account.broken, "the log and the memory disagree"
