"""Programs for the explorer, each recorded from a real process that runs alone.

The process is started as in a run, on objects made as for all processes, so that it takes the very locks that it would
take among them. It only has no other process to contend with.
"""

from collections.abc import Callable
from time import monotonic

from lost_update.execution.collector import Collector
from lost_update.execution.supervisor import Context, Supervisor
from lost_update.explorer.program import Program, program_of
from lost_update.model.encoding import Names, steps
from lost_update.model.log import Log
from lost_update.sources.code import shown_of
from lost_update.sources.naming import Shared, name_shared
from lost_update.sources.request import Refusal, RunRequest
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.scenario_process import Job
from lost_update.tracing.source_text import function_of


def programs_of(
    context: Context, request: RunRequest, deadline: float, raise_if_cancelled: Callable[[], None] = lambda: None
) -> tuple[list[Program], int]:
    """A program for each process of such a run, and the initial value of the cell. Starts and ends real processes.

    Raises `Refusal` if a process has not ended by `deadline`, a time of `monotonic()`; `ProgramFails` if an exception
    ends it; `NotExplorable` if it takes steps of another kind; and whatever `raise_if_cancelled` raises.
    """
    programs: list[Program] = []
    for number in range(request.processes):
        raise_if_cancelled()
        program, initial = _record(context, request, number, deadline)
        programs.append(program)
    return programs, initial


def _record(context: Context, request: RunRequest, number: int, deadline: float) -> tuple[Program, int]:
    names = request.process_names
    variant = request.variant
    arguments = request.program.share(TracedObjects(context), request.variant_name, request.processes)
    shared = name_shared(names, arguments)
    own = Shared(Names([names[number]], shared.names.declared), shared.cells, shared.readers)
    initial = next(iter(shared.readers.values()))()
    work = variant.role_of(number, request.processes).work
    shown = shown_of((function_of(work),))
    job = Job(names[number], work, arguments[number], request.iterations, request.pacing, True, shown, variant.may_fail)
    supervisor, log = Supervisor(context), Log()
    try:
        supervisor.start([job])
        death = _collected(Collector(supervisor, log, {}, own), supervisor, deadline)
    finally:
        supervisor.close()
    if monotonic() >= deadline:
        raise Refusal("not_recorded", "There was no time to record what each process does alone.", "Try again.")
    if death:
        raise Refusal("not_recorded", f"{names[number]} {death}.", "Try again.")
    return program_of(steps(log.rows(0, len(log)), 0, own.names)), initial


def _collected(collector: Collector, supervisor: Supervisor, deadline: float) -> str | None:
    """Collect to the end, and until the deadline at the longest. How the process died, if it did.

    A process that waits for ever has shown all that it can do alone, and is ended.
    """
    death = None
    waits_for_ever = False
    while collector.is_open:
        left = deadline - monotonic()
        if left <= 0:
            supervisor.kill()
        collector.receive(left if left > 0 else None)
        for process in collector.deaths():
            death = None if waits_for_ever else process.death
        if collector.append().deadlock:
            waits_for_ever = True
            supervisor.kill()
    return death
