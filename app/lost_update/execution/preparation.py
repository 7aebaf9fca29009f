"""What has to be there before the processes of a run start: what they share, named, and what each of them is to do.

request ─▶ Scenario.share: Values, Locks, Queues ─▶ name_shared ─▶ a Job for each process that the server starts
"""

from dataclasses import dataclass
from typing import Any

from lost_update.execution.supervisor import Context
from lost_update.model.encoding import Names
from lost_update.sources.code import shown_of
from lost_update.sources.naming import Shared, name_shared
from lost_update.sources.request import RunRequest
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.scenario_process import Job, Launching


@dataclass(frozen=True)
class Prepared:
    """`initial` is what each cell holds, by name. `arguments` keep what is shared alive until the processes have it."""

    shared: Shared
    initial: dict[str, Any]
    arguments: list[dict[str, Any]]
    jobs: list[Job]


def prepare(request: RunRequest, declared: Names, context: Context) -> Prepared:
    """Make and name what the processes share that the server starts; the others they will start by themselves."""
    processes = declared.processes
    objects: Any = TracedObjects(context) if request.traced else context
    extra = request.variant.extra
    arguments = request.program.share(objects, request.variant_name, request.processes)[-len(processes) :]
    launched = request.process_names if extra and extra.launches else []
    shared = name_shared(processes, arguments, launched, makes_a_pool=bool(extra and extra.makes_a_pool))
    for source in declared.sources:
        shared.declare_source(source)
    initial = {name: read() for name, read in shared.readers.items()}
    return Prepared(shared, initial, arguments, _jobs(request, arguments, shared))


def _jobs(request: RunRequest, arguments: list[dict[str, Any]], shared: Shared) -> list[Job]:
    """What each process does that the server starts."""
    variant, extra = request.variant, request.variant.extra
    shown = shown_of(variant.functions)
    jobs = []
    for number, (name, handed) in enumerate(zip(shared.names.processes, arguments, strict=True)):
        launching = None
        if extra is None or name != extra.name:
            work = variant.role_of(number, request.processes).work
        else:
            work = extra.role.work
            if extra.launches:
                launching = Launching(extra.start_method, variant.may_fail, shared.pool, extra.has_threads)
        may_fail = variant.may_fail and launching is None
        iterations, pacing = request.iterations, request.pacing
        chunks = {"chunksize": request.chunksize} if request.program.takes_chunks else {}
        jobs.append(
            Job(name, work, {**handed, **chunks}, iterations, pacing, request.traced, shown, may_fail, launching)
        )
    return jobs
