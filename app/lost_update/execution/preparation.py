"""What has to be there before the processes of a run start: what they share, named, and what each of them is to do.

request ─▶ Scenario.share: Values, Locks, Queues ─▶ name_shared ─▶ a Job for each process that the server starts,
                                                                   a Slot for each that one of these launches
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lost_update.execution.supervisor import Context, Supervisor
from lost_update.sources.code import shown_of
from lost_update.sources.naming import Shared, name_shared
from lost_update.sources.request import RunRequest
from lost_update.tracing.context import TracedObjects
from lost_update.tracing.launching import Slot
from lost_update.tracing.source_text import Work
from lost_update.tracing.worker import Job, Launching


@dataclass(frozen=True)
class Prepared:
    """`initial` is what each cell holds, by name. `arguments` keep what is shared alive until the processes have it."""

    shared: Shared
    initial: dict[str, Any]
    arguments: list[dict[str, Any]]
    jobs: list[Job]


def prepare(request: RunRequest, processes: Sequence[str], context: Context, supervisor: Supervisor) -> Prepared:
    """Make and name what these processes share. The supervisor expects those that will be launched."""
    objects: Any = TracedObjects(context) if request.traced else context
    arguments = request.program.share(objects, request.variant_name, request.processes)
    launches = bool(request.variant.extra and request.variant.extra.launches)
    launched = processes[: request.processes] if launches else []
    makes_a_pool = bool(request.variant.extra and request.variant.extra.makes_a_pool)
    shared = name_shared(processes, arguments, launched, makes_a_pool=makes_a_pool)
    initial = {name: read() for name, read in shared.readers.items()}
    return Prepared(shared, initial, arguments, _jobs(request, arguments, shared, launched, supervisor))


def _jobs(
    request: RunRequest,
    arguments: list[dict[str, Any]],
    shared: Shared,
    launched: Sequence[str],
    supervisor: Supervisor,
) -> list[Job]:
    """What each process does that the server starts; the others are prepared for their launch."""
    variant = request.variant
    shown = shown_of(variant.functions)
    pacing = request.pacing

    def job(name: str, work: Work, handed: dict[str, Any], launching: Launching | None = None) -> Job:
        may_fail = variant.may_fail and launching is None
        return Job(name, work, handed, request.iterations, pacing, request.traced, shown, may_fail, launching)

    jobs = []
    slots = []
    for number, name in enumerate(shared.names.processes[: request.processes]):
        if name not in launched:
            jobs.append(job(name, variant.role_of(number, request.processes).work, arguments[number]))
        else:
            queue, target = supervisor.queue(), shared.launched[name]
            slots.append(Slot(name, target, queue, shown, pacing, variant.may_fail, request.traced))
    extra = variant.extra
    if extra:
        handed = arguments[-1]
        if request.program.takes_chunks:
            handed = {**handed, "chunksize": request.chunksize}
        launching = None
        if extra.launches:
            launching = Launching(extra.start_method, slots, shared.pool, extra.has_threads)
        jobs.append(job(extra.name, extra.role.work, handed, launching))
    supervisor.expect(slots)
    return jobs
