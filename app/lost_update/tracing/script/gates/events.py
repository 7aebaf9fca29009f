"""Gates before events, conditions and barriers: what processes wait at for others, and are woken from."""

from multiprocessing import synchronize
from sys import _getframe
from typing import Any

from lost_update.model.ops import Op
from lost_update.tracing.script import events
from lost_update.tracing.script.gates.attempt import STANDING, Attempt, simple, wrap
from lost_update.tracing.script.patching import replace
from lost_update.tracing.script.things import leave, mark_of


class _OfEvent(Attempt):
    __slots__ = ()

    @property
    def key(self) -> str:
        return str(mark_of(self.subject._flag).key)

    @property
    def changes(self) -> bool:
        return self.op in (Op.SET, Op.CLEAR)

    def can_go(self) -> bool:
        return self.op != Op.WAKE or not self.subject._flag._semlock._is_zero()

    @property
    def ends_by_itself(self) -> bool:
        return self.argument(0, "timeout", None) is not None

    def hurry(self) -> Any:
        return (0,), {}

    def version(self) -> int:
        return int(self.subject._flag._semlock._get_value())


class _OfCondition(Attempt):
    __slots__ = ()

    @property
    def key(self) -> str:
        return str(mark_of(self.subject._wait_semaphore).thing.key)


class _Sleep(Attempt):
    """Going to sleep at a condition. The subject is the place where its waiters sleep."""

    __slots__ = ()

    @property
    def key(self) -> str:
        return str(self.subject.thing.key)

    @property
    def ends_by_itself(self) -> bool:
        return self.argument(1, "timeout", None) is not None


class _OfBarrier(Attempt):
    __slots__ = ()

    @property
    def key(self) -> str:
        return str(mark_of(self.subject._cond._sleeping_count).key)

    @property
    def ends_by_itself(self) -> bool:
        return (self.argument(0, "timeout", None) or self.subject._timeout) is not None


def _install_events() -> None:
    event = synchronize.Event

    def followed(each: Any) -> Any:
        return mark_of(each._flag)

    for name, op in (("set", Op.SET), ("clear", Op.CLEAR), ("is_set", Op.CHECK), ("wait", Op.WAKE)):
        wrap(event, name, simple(_OfEvent, op, followed))


def _install_conditions() -> None:
    condition: Any = synchronize.Condition
    plain_acquire, plain_notify = events._Place.acquire, condition.notify

    def acquire(self: Any, block: bool = True, timeout: float | None = None) -> Any:
        gate = STANDING.gate
        try:
            if gate is None or not block:
                return plain_acquire(self, block, timeout)
            attempt = _Sleep(Op.WAKE, _getframe(1), self, (block, timeout), {})
            return gate.sleep(attempt, lambda patience: plain_acquire(self, True, patience), timeout)
        except BaseException as error:
            leave(error)
            raise

    def notify(self: Any, n: int = 1) -> None:
        gate = STANDING.gate
        try:
            if gate is None or mark_of(self._wait_semaphore) is None or not self._lock._semlock._is_mine():
                plain_notify(self, n)
                return
            attempt = _OfCondition(Op.NOTIFY, _getframe(1), self, (n,), {})
            gate.before(attempt)
            gate.wake(attempt, events._sleepers(self, n))
            plain_notify(self, n)
            gate.after(attempt, None)
        except BaseException as error:
            leave(error)
            raise

    replace(events._Place, "acquire", acquire)
    replace(condition, "notify", notify)


def _install_barriers() -> None:
    barrier: Any = synchronize.Barrier

    def followed(each: Any) -> Any:
        return mark_of(each._cond._sleeping_count)

    for name, op in (("wait", Op.WAKE), ("abort", Op.CLOSE), ("reset", Op.CLEAR)):
        wrap(barrier, name, simple(_OfBarrier, op, followed))
    plain_wait, plain_release = barrier._wait, barrier._release

    def _wait(self: Any, timeout: float | None) -> Any:
        gate = STANDING.gate
        try:
            if gate is None or followed(self) is None:
                return plain_wait(self, timeout)
            attempt = _OfBarrier(Op.WAKE, _getframe(1), self, (timeout,), {})
            return gate.sleep(attempt, lambda patience: plain_wait(self, patience), timeout)
        except BaseException as error:
            leave(error)
            raise

    def _release(self: Any) -> None:
        gate = STANDING.gate
        try:
            if gate is not None and followed(self) is not None:
                gate.wake(_OfBarrier(Op.NOTIFY, _getframe(1), self, (), {}), self._count - 1)
            plain_release(self)
        except BaseException as error:
            leave(error)
            raise

    replace(barrier, "_wait", _wait)
    replace(barrier, "_release", _release)


def install() -> None:
    """Put the gates there."""
    _install_events()
    _install_conditions()
    _install_barriers()
