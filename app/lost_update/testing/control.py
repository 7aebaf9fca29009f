"""One execution: real processes, of which one at a time takes a step, in the order that a search or a schedule says.

helper                                  P1                    P2
  share(): fresh arguments
  fork ────────────────────────────────▶ … AT a read           … AT a read
  choose(who could go) ── GO ──────────▶ reads … AT a write
  choose ──────────────── GO ──────────────────────────────▶   reads … AT a write
  …
  all have ended, or nobody can go: a deadlock; who is left is killed
"""

import marshal
import os
import select
import signal
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from time import monotonic, sleep
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.testing import steering
from lost_update.testing.search import Step, Touch, are_dependent
from lost_update.testing.steering import (
    ASK,
    ASLEEP,
    AT,
    CAN,
    DONE,
    DOZE_SECONDS,
    GO,
    HURRY,
    LONGEST_MESSAGE,
    RAISED,
    REFUSED,
    WOKE,
)

PATIENCE_SECONDS: Final = 10.0
"""For so long a process may be on its way from one step to the next."""

OTHERS_SECONDS: Final = 0.2
"""For so long is waited for something from a process that is not explored, before it is called a deadlock."""

MOST_STEPS: Final = 1000
"""An execution with more steps is cut off."""

SAME_READS: Final = 5
"""So often a process reads the same at the same place, before it is taken to wait in a loop for another."""

_READS: Final = {Op.READ, Op.CHECK}

Choose = Callable[[Mapping[int, Step], frozenset[int]], int | None]


class CannotExplore(Exception):
    """The processes do something that cannot be explored. The message says what."""


@dataclass
class Taken:
    """A step as it is shown."""

    process: int
    op: str
    target: str
    value: Any
    place: tuple[str, int] | None


@dataclass
class Worker:
    """One of the processes."""

    number: int
    process: Any
    channel: socket.socket
    step: Step = ()
    """What its next step touches."""
    about: Step = ()
    """The same, also where the order of the step matters to nobody."""
    op: Op = Op.START
    place: Any = None
    can_go: bool = False
    ends_by_itself: bool = False
    can_wait: bool = False
    is_asleep: bool = False
    wakes_after: float | None = None
    """Of one who sleeps, for how long at most, where that is not ours to decide."""
    sleeps_at: str = ""
    has_ended: bool = False
    raised: str | None = None
    shown: Taken | None = None
    reads: dict[Any, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As in a schedule."""
        return f"P{self.number + 1}"

    @property
    def is_enabled(self) -> bool:
        """Whether it could take its next step now."""
        return not self.has_ended and (self.can_go or self.ends_by_itself)

    @property
    def spins(self) -> bool:
        """Whether it seems to wait in a loop."""
        return self.reads.get((self.op, self.place, self.step), 0) >= SAME_READS


class Execution:
    """Runs the workers once. Afterwards it says what has happened: `steps`, `schedule`, `is_deadlock` and so on."""

    def __init__(self, workers: list[Callable[..., Any]], arguments: tuple[Any, ...], names: Any, output: int) -> None:
        self.names = names
        self.steps: list[Taken] = []
        self.schedule: list[int] = []
        self.is_deadlock = False
        self.is_cut = False
        """The search has left it, since it would come to nothing new."""
        self.is_too_long = False
        self.has_put_off = False
        """A process that seems to wait in a loop was not let go on in it."""
        self.workers: list[Worker] = []
        self._wakes: Callable[[int], None] = lambda _: None
        self._start(workers, arguments, output)

    def _start(self, workers: list[Callable[..., Any]], arguments: tuple[Any, ...], output: int) -> None:
        context = get_context("fork")
        for number, function in enumerate(workers):
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            others = [each.channel for each in self.workers]
            process: Any = context.Process(
                target=_begin, args=(function, arguments, theirs, [*others, ours], output), name=f"P{number + 1}"
            )
            process.start()
            theirs.close()
            self.workers.append(Worker(number, process, ours))

    def run(self, choose: Choose, wakes: Callable[[int], None]) -> None:
        """To the end: all have ended, or nobody can go, or `choose` has nobody go."""
        self._wakes = wakes
        try:
            for worker in self.workers:
                self._arrive(worker)
            for worker in self.workers:  # they came together: one may have looked while another held what it looked at
                if not worker.can_go:
                    self._ask(worker)
            while alive := [worker for worker in self.workers if not worker.has_ended]:
                enabled = self._enabled(alive)
                if not enabled and (self._somebody_wakes_alone(alive) or self._something_else_came(alive)):
                    continue
                chosen = choose({worker.number: worker.step for worker in alive}, enabled)
                if chosen is None:
                    self.is_deadlock = not enabled
                    self.is_cut = bool(enabled)
                    return
                self._let_go(self.workers[chosen])
                if len(self.schedule) >= MOST_STEPS:
                    self.is_too_long = True
                    return
        finally:
            self.close()

    def close(self) -> None:
        """No process is left."""
        for worker in self.workers:
            if not worker.has_ended:
                with suppress(OSError):
                    os.kill(worker.process.pid, signal.SIGKILL)
        for worker in self.workers:
            worker.channel.close()
            worker.process.join()

    def _enabled(self, alive: list[Worker]) -> frozenset[int]:
        enabled = [worker for worker in alive if worker.is_enabled]
        going = [worker for worker in enabled if not worker.spins]
        if going and len(going) < len(enabled):
            self.has_put_off = True
            enabled = going
        return frozenset(worker.number for worker in enabled)

    def _let_go(self, worker: Worker) -> None:
        step, was_asleep = worker.step, worker.is_asleep
        self.schedule.append(worker.number)
        worker.shown = Taken(worker.number, _word(worker), self.names.of(worker.about), None, worker.place)
        self.steps.append(worker.shown)
        if any(touch.changes for touch in step):
            worker.reads.clear()
        elif worker.op in _READS:
            same = worker.op, worker.place, step
            worker.reads[same] = worker.reads.get(same, 0) + 1
        worker.is_asleep = False
        worker.channel.send(GO if worker.can_go or was_asleep else HURRY)
        self._arrive(worker)
        self._ask_others(worker, step)

    def _ask_others(self, worker: Worker, step: Step) -> None:
        """Whoever may be able to go now, or no longer."""
        for other in self.workers:
            if other is worker or other.has_ended:
                continue
            is_touched = are_dependent(other.step, step)
            if is_touched:
                other.reads.clear()
            if is_touched or worker.has_ended or not other.can_go:
                self._ask(other)

    def _ask(self, worker: Worker) -> None:
        if worker.can_wait and not worker.is_asleep and not worker.has_ended:
            worker.channel.send(ASK)
            word, *rest = self._receive(worker) or (None,)
            if word != CAN:
                raise CannotExplore(f"{worker.name} does something though it is not its turn.")
            worker.can_go = bool(rest[0])

    def _arrive(self, worker: Worker) -> None:
        """Until that process is about to take its next step, sleeps, or has ended."""
        woken: list[tuple[str, int]] = []
        while True:
            message = self._receive(worker)
            if message is None:
                self._ended(worker)
                break
            word, *rest = message
            if word == WOKE:
                woken.append((rest[0], rest[1]))
            elif word == RAISED:
                worker.raised = rest[0]
            elif word == DONE:
                self._show(worker, rest[0])
            elif word == REFUSED:
                raise CannotExplore(f"{worker.name} {rest[0]}.")
            elif word == ASLEEP:
                self._fell_asleep(worker, *rest)
                break
            elif word == AT:
                self._came_to(worker, *rest)
                break
        for key, count in woken:
            self._wait_for_woken(worker, key, count)

    def _came_to(self, worker: Worker, op: int, touched: Any, *rest: Any) -> None:
        can, ends, can_wait, place, result = rest
        self._show(worker, result)
        worker.op = Op(op)
        worker.about = tuple(Touch(self.names.number(key), *more) for key, *more in touched)
        worker.step = () if op == Op.MODIFY else worker.about
        worker.place = place
        worker.can_go, worker.ends_by_itself, worker.can_wait = can, ends, can_wait
        worker.is_asleep = False

    def _fell_asleep(self, worker: Worker, key: str, ends: bool, timeout: Any, result: Any) -> None:
        self._show(worker, result)
        worker.op = Op.WAKE
        worker.step = worker.about = (Touch(self.names.number(key)),)
        worker.can_go, worker.ends_by_itself, worker.can_wait = False, ends, False
        worker.is_asleep, worker.sleeps_at = True, key
        worker.wakes_after = None if ends else timeout

    @staticmethod
    def _show(worker: Worker, result: Any) -> None:
        if worker.shown is not None and worker.shown.value is None:
            worker.shown.value = result

    def _ended(self, worker: Worker) -> None:
        worker.process.join()
        worker.has_ended = True
        worker.is_asleep = False
        worker.step = ()

    def _wait_for_woken(self, by: Worker, key: str, count: int) -> None:
        asleep = {each.channel.fileno(): each for each in self.workers if each.is_asleep and each.sleeps_at == key}
        asleep.pop(by.channel.fileno(), None)
        count = min(count, len(asleep))
        while count:
            count -= 1
            worker = self._first_of(asleep, PATIENCE_SECONDS)
            if worker is None:
                raise CannotExplore("Who was notified does not wake.")
            del asleep[worker.channel.fileno()]
            self._arrive(worker)
            self._wakes(worker.number)

    def _somebody_wakes_alone(self, alive: list[Worker]) -> bool:
        """Nobody can go: but somebody may sleep for some time only."""
        asleep = {each.channel.fileno(): each for each in alive if each.is_asleep and each.wakes_after is not None}
        if not asleep:
            return False
        longest = max(each.wakes_after or 0.0 for each in asleep.values())
        worker = self._first_of(asleep, longest + PATIENCE_SECONDS)
        if worker is None:
            return False
        self._arrive(worker)
        return True

    def _something_else_came(self, alive: list[Worker]) -> bool:
        """Nobody can go: but what they wait for may come from a process that `share()` has started."""
        others = {process.pid for process in active_children()} - {worker.process.pid for worker in self.workers}
        deadline = monotonic() + (OTHERS_SECONDS if others else 0.0)
        while True:
            for worker in alive:
                self._ask(worker)
            if any(worker.is_enabled for worker in alive):
                return True
            if monotonic() >= deadline:
                return False
            sleep(DOZE_SECONDS)

    @staticmethod
    def _first_of(workers: Mapping[int, Worker], seconds: float) -> Worker | None:
        ready = select.poll()
        for descriptor in workers:
            ready.register(descriptor, select.POLLIN)
        found = sorted(descriptor for descriptor, _ in ready.poll(seconds * 1000))
        return min((workers[descriptor] for descriptor in found), key=lambda each: each.number, default=None)

    def _receive(self, worker: Worker) -> tuple[Any, ...] | None:
        """What that process says; None where it is gone."""
        deadline = monotonic() + PATIENCE_SECONDS
        worker.channel.settimeout(PATIENCE_SECONDS)
        try:
            message = worker.channel.recv(LONGEST_MESSAGE)
        except (TimeoutError, ConnectionError):
            if monotonic() < deadline:
                return None
            where = f" after {worker.place[0]}:{worker.place[1]}" if worker.place else ""
            raise CannotExplore(
                f"{worker.name} came to no traced step for {PATIENCE_SECONDS:g} s{where}. It computes for long, or it "
                "waits for something that is not traced: a file, a socket, a thread."
            ) from None
        return marshal.loads(message) if message else None


def _begin(
    function: Callable[..., Any], arguments: Any, channel: socket.socket, others: list[socket.socket], output: int
) -> None:
    for other in others:
        other.close()
    steering.work(function, arguments, channel, output)


def _word(worker: Worker) -> str:
    if worker.is_asleep:
        return "time is up"
    if worker.op == Op.WAKE:
        return "wait"
    return worker.op.word if worker.can_go else f"{worker.op.word} (in vain)"
