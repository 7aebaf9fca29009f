"""All runs of one server: it starts those that are admitted, and remembers those that have ended while there is memory.

submit(request, owner) ─▶ refused (Refusal, Full) | started at once | waits in the queue (Admission)
a run ends             ─▶ keep(recording, owner); the next that wait start; some that have ended may expire (expiry)
close()                ─▶ stops every run and waits for its end
"""

import secrets
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, NamedTuple

from lost_update.execution import journal
from lost_update.execution.admission import Admission
from lost_update.execution.expiry import to_expire
from lost_update.execution.run import Run, memory_of
from lost_update.execution.supervisor import new_context, warm_up
from lost_update.model.recording import Recording, Status
from lost_update.settings import MAX_SEED, Settings
from lost_update.sources.request import Refusal, RunRequest, check

GAVE_WAY: Final = (
    "It gave its place in the queue to another visitor's run: the queue was full, and you had the most runs in it. "
    "Start it again when fewer of yours are waiting."
)


def _keep_nothing(_recording: Recording, _owner: str) -> None:
    """What is done with the recording of a run that has ended, where nobody wants it."""


@dataclass(frozen=True)
class Brought:
    """A recording that a visitor has brought along: it counts for the memory as a run does."""

    recording: Recording
    owner: str

    @property
    def id(self) -> str:
        """How it is called everywhere."""
        return self.recording.id

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return memory_of(self.recording)

    @property
    def is_over(self) -> bool:
        """It is."""
        return True


class RunFigures(NamedTuple):
    """How many runs there are and were."""

    by_status: Counter[Status]
    """Of those that are remembered."""
    started: int
    """Since the server began, as what follows."""
    ended: Counter[Status]
    live_processes: int
    nbytes: int
    """The memory that all recordings take, live ones too."""


class Registry:
    """Owns the runs. Safe to use from any thread.

    `keep` is called, by a run's thread, with each recording that is over and its visitor. It must return at once.
    """

    def __init__(self, settings: Settings, keep: Callable[[Recording, str], object] = _keep_nothing) -> None:
        self.settings = settings
        self._keep = keep
        self._context = new_context()
        self._lock = threading.RLock()
        self._runs: dict[str, Run] = {}
        self._brought: dict[str, Brought] = {}
        self._shown: dict[str, Recording] = {}
        self._admission = Admission[Run](settings.max_live_processes, settings.max_waiting_runs)
        self._closed = False
        self._started = 0
        self._ended: Counter[Status] = Counter()
        self._listeners: list[Callable[[], None]] = []
        warm_up(self._context)

    def submit(self, request: RunRequest, owner: str = "") -> Run:
        """Admit a run of a visitor.

        Raises `Refusal` for one that cannot end within the limits, `Full` if no more may wait.
        """
        check(request, self.settings)
        if request.seed is None:
            request = request.model_copy(update={"seed": secrets.randbelow(MAX_SEED)})
        with self._lock:
            if self._closed:
                raise Refusal("closing", "The server is shutting down.", "Start it again.")
            given_way = self._admission.make_room(owner, monotonic())
            if given_way is not None:
                given_way.give_up(GAVE_WAY)
            run = Run(request, owner, self._context, self.settings, self._on_end)
            self._runs[run.id] = run
            self._admission.enter(run)
            self._start_next()
        self._tell()
        return run

    def get(self, run_id: str) -> Run | None:
        """The run of that id; None if it never existed or has expired."""
        return self._runs.get(run_id)

    def show(self, recording: Recording) -> None:
        """Have this recording beside the runs: of a script that somebody else executes."""
        self._shown[recording.id] = recording

    def recording(self, run_id: str) -> Recording | None:
        """What is known of the run of that id."""
        run = self.get(run_id)
        if run is not None:
            return run.recording
        brought = self._brought.get(run_id)
        return self._shown.get(run_id) if brought is None else brought.recording

    def bring(self, recording: Recording, owner: str) -> None:
        """Have a recording from elsewhere beside the runs, for as long as there is memory."""
        with self._lock:
            self._brought[recording.id] = brought = Brought(recording, owner)
            self._expire(keep=brought)
        self._tell()

    @property
    def shown(self) -> list[Recording]:
        """The recordings beside the runs, those first that were shown last."""
        return list(reversed(self._shown.values()))

    def forget(self, run_id: str) -> None:
        """Remember nothing of a run that is over."""
        with self._lock:
            run = self._runs.get(run_id)
            if run is not None and run.is_over:
                del self._runs[run_id]
            self._brought.pop(run_id, None)
            shown = self._shown.get(run_id)
            if shown is not None and shown.is_over:
                del self._shown[run_id]
        self._tell()

    def newest_first(self) -> list[Run]:
        """All runs that are remembered."""
        with self._lock:
            return list(reversed(self._runs.values()))

    def figures(self) -> RunFigures:
        """How many there are. It looks at each that is remembered: not for the event loop."""
        with self._lock:
            runs: list[Run] = [*self._runs.values()]
            held: list[Run | Brought] = [*self._brought.values(), *runs]
            started, ended = self._started, Counter(self._ended)
        return RunFigures(
            Counter(run.recording.snapshot.status for run in runs),
            started,
            ended,
            sum(run.live_processes for run in runs if not run.is_over),
            sum(each.nbytes for each in held),
        )

    def held(self) -> list[tuple[Recording, str]]:
        """All runs that are remembered, and who may stop each; and what was brought along, which nobody has to stop."""
        with self._lock:
            brought = [(one.recording, "") for one in self._brought.values()]
            return [*brought, *((run.recording, run.owner) for run in self._runs.values())]

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener`, in any thread, whenever `held` may be another. It must return at once."""
        self._listeners.append(listener)

    def stop(self, run: Run, reason: str) -> None:
        """Stop a run, whether it waits or runs; one that has ended stays as it is."""
        with self._lock:
            if self._admission.withdraw(run):
                run.give_up(f"{reason[:-1]}, before it began.")
                self._start_next()
                return
        run.stop(reason)

    def close(self) -> None:
        """Stop everything and wait until it is gone."""
        with self._lock:
            self._closed = True
            runs = self._admission.all
        for run in runs:
            self.stop(run, "The server shut down.")
        for run in runs:
            run.join()

    def _on_end(self, run: Run) -> None:
        self._keep(run.recording, run.owner)
        _tell_of_the_end(run)
        with self._lock:
            self._ended[run.recording.snapshot.status] += 1
            self._admission.leave(run)
            self._expire(keep=run)
            if not self._closed:
                self._start_next()
        self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _start_next(self) -> None:
        """Start the runs for which there is room, and update the position of the others in the queue."""
        while (run := self._admission.next_to_start(monotonic())) is not None:
            self._started += 1
            journal.tell("run started", run=run.id, scenario=run.request.scenario, processes=run.total_processes)
            run.start()
        for position, run in enumerate(self._admission.waiting, 1):
            run.put_at(position)

    def _expire(self, keep: Run | Brought) -> None:
        """Forget some runs if memory runs short, but not the one that has just come: it is about to be looked at."""
        held: list[Run | Brought] = [*self._brought.values(), *self._runs.values()]
        for one in to_expire(held, self.settings.memory, keep):
            del (self._runs if isinstance(one, Run) else self._brought)[one.id]


def _tell_of_the_end(run: Run) -> None:
    end = run.recording.snapshot
    journal.tell(
        "run ended",
        run=run.id,
        scenario=run.request.scenario,
        status=end.status,
        reason=end.reason,
        steps=len(run.recording.log),
        seconds=round(run.seconds, 3),
    )
