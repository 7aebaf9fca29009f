"""Gates: something of ours that a process passes before each traced operation of its script, where one was asked for.

    person's code ── number.value = x ──▶ gated ──▶ gate.before(attempt) ··· may hold the process ···
                                            └─────▶ the traced operation, as it always is
                                            └─────▶ gate.after(attempt, result)

A gate stands before a read, between modify and write, before a lock is acquired or released, before something is put,
got, set, notified, waited for, started or joined. There is no gate in a process that nobody wants to steer, and
nothing of this is in the way there: the functions that record are wrapped from outside, and only when one is asked for.

Who steers: `holding` (`lost-update trace --prove`) and the exploration of a worker (lost_update.testing).
"""

from collections.abc import Callable
from importlib import import_module
from multiprocessing import connection, managers, process, queues, synchronize
from sys import _getframe
from types import FrameType
from typing import Any, Final, Protocol

from lost_update.model.ops import Op
from lost_update.tracing.script import sites
from lost_update.tracing.script.patching import replace
from lost_update.tracing.script.things import leave, mark_of

proxies: Any = managers
RECURSIVE_MUTEX: Final = import_module("multiprocessing.synchronize").RECURSIVE_MUTEX


class Attempt:
    """What a process is about to do, and to what. What costs something is worked out only when it is asked for."""

    __slots__ = ("arguments", "frame", "named", "op", "subject")

    def __init__(self, op: Op, frame: FrameType, subject: Any, arguments: tuple[Any, ...], named: dict[str, Any]):
        self.op = op
        self.frame = frame
        self.subject = subject
        self.arguments = arguments
        self.named = named

    @property
    def key(self) -> str:
        """What all processes know the thing by. What was inherited by a fork has the same address everywhere."""
        thing = mark_of(self.subject)
        return str(getattr(thing, "key", None) or getattr(getattr(thing, "thing", None), "key", id(self.subject)))

    @property
    def part(self) -> tuple[int, int]:
        """The first and the last of its cells, or of its ends."""
        return 0, 0

    @property
    def lock(self) -> Any:
        """The lock within which a single access to a cell happens; None where it has none."""
        return None

    @property
    def changes(self) -> bool:
        """Whether it may change the thing."""
        return self.op not in (Op.READ, Op.CHECK)

    def can_go(self) -> bool:
        """Whether it would be done at once, without waiting for another process."""
        return True

    @property
    def ends_by_itself(self) -> bool:
        """Whether it waits for no longer than some time."""
        return False

    def hurry(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments with which it waits no longer."""
        return self.arguments, self.named

    def version(self) -> int:
        """A number that is another one when another has done something to the thing."""
        return 0

    def argument(self, place: int, name: str, default: Any) -> Any:
        """One of the arguments of the call."""
        return self.arguments[place] if len(self.arguments) > place else self.named.get(name, default)

    def place(self) -> tuple[str, int] | None:
        """The file and the line of the person's own code that does it; None if there is none."""
        frame: FrameType | None = self.frame
        while frame is not None and not sites.is_of_the_person(frame.f_code):
            frame = frame.f_back
        return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


class Gate(Protocol):
    """What stands before the operations of a process."""

    def before(self, attempt: Attempt) -> bool:
        """It is about to do that. True if it is to wait no longer, where it would."""

    def after(self, attempt: Attempt, result: Any) -> None:
        """It has done that."""

    def sleep(self, attempt: Attempt, doze: Callable[[Any], Any], timeout: Any) -> Any:
        """It is going to sleep until another wakes it: `doze(timeout)` does that, and gives what came of it."""

    def wake(self, attempt: Attempt, count: int) -> None:
        """It has woken so many who slept there, or is about to."""


class _Standing:
    """The gate of this process, if there is one now."""

    gate: Gate | None = None


STANDING: Final = _Standing()

Making = Callable[..., Attempt | None]


def _gated(plain: Any, make: Making) -> Any:
    """That function with the gate before it. `make` gives the attempt, or None if no gate stands there."""

    def gated(self: Any, *arguments: Any, **named: Any) -> Any:
        gate = STANDING.gate
        attempt = None if gate is None else make(self, _getframe(1), arguments, named)
        try:
            if gate is None or attempt is None:
                return plain(self, *arguments, **named)
            if gate.before(attempt):
                arguments, named = attempt.hurry()
            result = plain(self, *arguments, **named)
            gate.after(attempt, result)
            return result
        except BaseException as error:
            leave(error)
            raise

    return gated


def _wrap(owner: Any, name: str, make: Making) -> None:
    replace(owner, name, _gated(getattr(owner, name), make))


# Cells.


class _Access(Attempt):
    """An access to one cell or several."""

    __slots__ = ("parts", "whole")

    parts: Any
    whole: Any

    @property
    def _block(self) -> Any:
        root = self.whole(self.subject)
        while root._b_base_ is not None:
            root = root._b_base_
        return import_module("lost_update.tracing.script.memory").block_of(root)

    @property
    def key(self) -> str:
        """That of the memory."""
        return str(self._block.key)

    @property
    def part(self) -> tuple[int, int]:
        """Which of its cells."""
        first = (self.parts[4] >> 8) - self._block.number
        chosen = self._chosen()
        return (first + min(chosen), first + max(chosen)) if chosen else (first, first)

    def _chosen(self) -> range:
        parts = self.parts
        if len(parts) == 7:
            return range(1)
        index = self.arguments[0] if self.is_of_elements and self.arguments else slice(None)
        if isinstance(index, slice):
            return range(*index.indices(parts[7]))
        return range(parts[7])[index : index + 1 or None]

    @property
    def is_of_elements(self) -> bool:
        """Whether the first argument says which."""
        return len(self.arguments) > (self.op == Op.WRITE)

    @property
    def lock(self) -> Any:
        """That of the wrapper."""
        return getattr(self.subject, "_lock", None) if self.whole(self.subject) is not self.subject else None

    def can_go(self) -> bool:
        """Whoever holds the lock of the object keeps all others from a single access."""
        return _is_free(self.lock)

    def version(self) -> int:
        """How often these cells have been written."""
        versions = self.parts[3]
        return sum(versions[number] for number in self._chosen())


def _is_free(lock: Any) -> bool:
    semaphore = getattr(lock, "_semlock", None)
    return semaphore is None or not semaphore._is_zero() or _is_held_again(semaphore)


def _is_held_again(semaphore: Any) -> bool:
    return bool(semaphore.kind == RECURSIVE_MUTEX and semaphore._is_mine())


def _accesses(op: Op, name: str | None, whole: Any) -> Making:
    memory = import_module("lost_update.tracing.script.memory")

    def make(self: Any, frame: FrameType, arguments: Any, named: Any) -> Attempt | None:
        try:
            parts = self._lost_update
        except AttributeError:
            parts = memory._arm(self, whole)
        if parts and name is None and not isinstance(parts, tuple):
            return None
        if isinstance(parts, dict):
            parts = parts[name]
        if not parts:
            return None
        attempt = _Access(op, frame, self, arguments, named)
        attempt.parts, attempt.whole = parts, whole
        return attempt

    return make


def _gate_cells() -> None:
    """Before `memory` changes anything: its accessors are wrapped as they are made."""
    memory: Any = import_module("lost_update.tracing.script.memory")
    plain_property, plain_items, plain_string = memory._make_property, memory._make_items, memory._make_string

    def both(get: Any, put: Any, name: str | None, whole: Any) -> tuple[Any, Any]:
        return _gated(get, _accesses(Op.READ, name, whole)), _gated(put, _accesses(Op.WRITE, name, whole))

    def make_property(name: str, plain: Any, whole: Any) -> property:
        made = plain_property(name, plain, whole)
        return property(*both(made.fget, made.fset, name, whole))

    def make_items(plain: Any, whole: Any) -> tuple[Any, Any]:
        get, put = plain_items(plain, whole)
        return both(get, put, None, whole)

    def make_string(name: str, plain: Any, whole: Any) -> property:
        made = plain_string(name, plain, whole)
        return property(*both(made.fget, made.fset, None, whole))

    memory._make_property, memory._make_items, memory._make_string = make_property, make_items, make_string


# Locks and semaphores. Here the subject is what records for one lock.


class _Take(Attempt):
    """An acquire or a release, by way of `Taken`."""

    __slots__ = ()

    @property
    def key(self) -> str:
        """That of the lock."""
        return str(self.subject.thing.key)

    def can_go(self) -> bool:
        """Whether it is free, or held already by this thread, which may hold it again."""
        semaphore = self.subject.semaphore
        return self.op != Op.ACQUIRE or not semaphore._is_zero() or _is_held_again(semaphore)

    @property
    def ends_by_itself(self) -> bool:
        """As its arguments say. The first is the frame."""
        return not self.argument(1, "block", True) or self.argument(2, "timeout", None) is not None

    def hurry(self) -> Any:
        """It tries."""
        return (self.arguments[0], self.argument(1, "block", True), 0), {}


def _gate_locks() -> None:
    taken = import_module("lost_update.tracing.script.locks").Taken

    def make(op: Op) -> Making:
        def attempt(self: Any, _: FrameType, arguments: Any, named: Any) -> Attempt:
            return _Take(op, arguments[0], self, arguments, named)

        return attempt

    _wrap(taken, "take", make(Op.ACQUIRE))
    _wrap(taken, "give", make(Op.RELEASE))


# Events, conditions, barriers.


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


def _simple(kind: type[Attempt], op: Op, is_followed: Callable[[Any], Any]) -> Making:
    def make(self: Any, frame: FrameType, arguments: Any, named: Any) -> Attempt | None:
        return kind(op, frame, self, arguments, named) if is_followed(self) is not None else None

    return make


def _gate_events() -> None:
    event = synchronize.Event

    def followed(each: Any) -> Any:
        return mark_of(each._flag)

    for name, op in (("set", Op.SET), ("clear", Op.CLEAR), ("is_set", Op.CHECK), ("wait", Op.WAKE)):
        _wrap(event, name, _simple(_OfEvent, op, followed))


def _gate_conditions() -> None:
    events = import_module("lost_update.tracing.script.events")
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


def _gate_barriers() -> None:
    barrier: Any = synchronize.Barrier

    def followed(each: Any) -> Any:
        return mark_of(each._cond._sleeping_count)

    for name, op in (("wait", Op.WAKE), ("abort", Op.CLOSE), ("reset", Op.CLEAR)):
        _wrap(barrier, name, _simple(_OfBarrier, op, followed))
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


# Queues and pipes.


class _OfQueue(Attempt):
    __slots__ = ()

    def can_go(self) -> bool:
        queue = self.subject
        if self.op == Op.PUT:
            return isinstance(queue, queues.SimpleQueue) or not queue._sem._semlock._is_zero()
        if self.op == Op.GET:
            return bool(bytes_there(queue._reader._handle)) and _is_free(queue._rlock)
        return self.op != Op.JOIN or queue._unfinished_tasks._semlock._is_zero()

    @property
    def ends_by_itself(self) -> bool:
        if self.op not in (Op.PUT, Op.GET) or isinstance(self.subject, queues.SimpleQueue):
            return False
        place = 1 if self.op == Op.PUT else 0
        return not self.argument(place, "block", True) or self.argument(place + 1, "timeout", None) is not None

    def hurry(self) -> Any:
        if self.op == Op.GET:
            return (self.argument(0, "block", True), 0), {}
        return (self.argument(0, "obj", None), self.argument(1, "block", True), 0), {}

    def version(self) -> int:
        return bytes_there(self.subject._reader._handle)


class _OfEnd(Attempt):
    """Of an end of a pipe."""

    __slots__ = ()

    @property
    def part(self) -> tuple[int, int]:
        number = mark_of(self.subject).number
        direction = number if self.op == Op.PUT else 1 - number
        return direction, direction

    def can_go(self) -> bool:
        if self.op == Op.PUT:
            return has_room(self.subject._handle, len(self.arguments[0]) + 4)
        return bool(connection.wait([self.subject], 0))

    @property
    def ends_by_itself(self) -> bool:
        return self.op == Op.CHECK and self.argument(0, "timeout", 0.0) is not None

    def hurry(self) -> Any:
        return (0,), {}

    def version(self) -> int:
        return bytes_there(self.subject._handle)


def bytes_there(descriptor: int) -> int:
    """How many bytes can be read at once."""
    return int(import_module("lost_update.tracing.script.pipes").bytes_there(descriptor))


def has_room(descriptor: int, size: int) -> bool:
    """Whether so many bytes can be written at once."""
    return bool(import_module("lost_update.tracing.script.pipes").has_room(descriptor, size))


def _gate_queues() -> None:
    def followed(each: Any) -> Any:
        thing = mark_of(each)
        return thing if getattr(thing, "kind", None) == "queue" else None

    for owner, names in (
        (queues.Queue, {"put": Op.PUT, "get": Op.GET, "empty": Op.CHECK, "full": Op.CHECK, "qsize": Op.CHECK}),
        (queues.JoinableQueue, {"put": Op.PUT, "task_done": Op.TASK_DONE, "join": Op.JOIN}),
        (queues.SimpleQueue, {"put": Op.PUT, "get": Op.GET, "empty": Op.CHECK}),
    ):
        for name, op in names.items():
            _wrap(owner, name, _simple(_OfQueue, op, followed))


def _gate_pipes() -> None:
    def followed(each: Any) -> Any:
        mark = mark_of(each)
        return None if getattr(mark, "is_of_a_queue", True) else mark

    end: Any = connection.Connection
    for name, op in (("_send_bytes", Op.PUT), ("_recv_bytes", Op.GET), ("_poll", Op.CHECK)):
        _wrap(end, name, _simple(_OfEnd, op, followed))


# Processes and managers.


class _OfProcess(Attempt):
    __slots__ = ()

    @property
    def key(self) -> str:
        return f"process {self.subject._identity}"

    def can_go(self) -> bool:
        return self.op != Op.JOIN or self.subject._popen is None or self.subject._popen.poll() is not None

    @property
    def ends_by_itself(self) -> bool:
        return self.op == Op.JOIN and self.argument(0, "timeout", None) is not None


class _Call(Attempt):
    """A call of something that a manager holds."""

    __slots__ = ()

    @property
    def key(self) -> str:
        token = self.subject._token
        return f"managed-{token.address!r}-{token.id}"

    def can_go(self) -> bool:
        """It is tried, or asked for: nothing but this process goes on meanwhile."""
        if self.op == Op.ACQUIRE:
            got = _ask(self.subject, "acquire", False)
            if got:
                _ask(self.subject, "release")
            return bool(got)
        if self.op == Op.WAKE and isinstance(self.subject, proxies.EventProxy):
            return bool(_ask(self.subject, "is_set"))
        if self.op in (Op.GET, Op.PUT):
            return not _ask(self.subject, "empty" if self.op == Op.GET else "full")
        return True

    @property
    def ends_by_itself(self) -> bool:
        return bool(self.patience) and not (self.patience[0] is True and self.patience[1] is None)

    @property
    def patience(self) -> tuple[Any, Any]:
        """Whether it blocks, and for how long at most."""
        place = {Op.ACQUIRE: 0, Op.GET: 0, Op.PUT: 1, Op.WAKE: -1}.get(self.op)
        given, named = self._given()
        if place is None or self.arguments[0].endswith("_nowait"):
            return self.op not in (Op.GET, Op.PUT), None
        block = given[place] if 0 <= place < len(given) else named.get("block", named.get("blocking", True))
        timeout = given[place + 1] if place + 1 < len(given) else named.get("timeout")
        return block, timeout

    def hurry(self) -> Any:
        given, _ = self._given()
        if self.op in (Op.ACQUIRE, Op.GET):
            hurried: tuple[Any, ...] = (False,)
        elif self.op == Op.PUT:
            hurried = (given[0], False) if given else ()
        else:
            hurried = (0,)
        return (self.arguments[0], hurried), {}

    def _given(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return self.argument(1, "args", ()), self.argument(2, "kwds", {})


def _ask(proxy: Any, method: str, *arguments: Any) -> Any:
    """A call with no gate before it."""
    gate, STANDING.gate = STANDING.gate, None
    try:
        return proxy._callmethod(method, arguments)
    finally:
        STANDING.gate = gate


_READERS: Final = frozenset(
    {"__getitem__", "get", "__contains__", "__len__", "keys", "values", "items", "copy", "index", "count", "is_set"}
    | {"__getattribute__", "__iter__", "__repr__", "__str__", "#GETVALUE", "qsize", "empty", "full", "__reversed__"}
)


def _calls(self: Any, frame: FrameType, arguments: Any, named: Any) -> Attempt | None:
    method = arguments[0]
    holder = type(self)
    if holder in _OPS_OF_PROXY:
        op = _OPS_OF_PROXY[holder].get(method, Op.CHECK)
    elif self._token.typeid in ("Queue", "JoinableQueue"):
        op = _OPS_OF_QUEUE.get(method, Op.CHECK)
    else:
        op = Op.READ if method in _READERS else Op.WRITE
        if holder is managers.ValueProxy:
            op = Op.READ if method == "get" else Op.WRITE
    return _Call(op, frame, self, arguments, named)


_OPS_OF_LOCK: Final = {"acquire": Op.ACQUIRE, "release": Op.RELEASE}
_OPS_OF_QUEUE: Final = {
    "put": Op.PUT,
    "put_nowait": Op.PUT,
    "get": Op.GET,
    "get_nowait": Op.GET,
    "task_done": Op.TASK_DONE,
    "join": Op.JOIN,
}
_OPS_OF_PROXY: Final[dict[Any, dict[str, Op]]] = {
    proxies.AcquirerProxy: _OPS_OF_LOCK,
    proxies.ConditionProxy: {**_OPS_OF_LOCK, "wait": Op.WAKE, "notify": Op.NOTIFY, "notify_all": Op.NOTIFY},
    proxies.EventProxy: {"set": Op.SET, "clear": Op.CLEAR, "is_set": Op.CHECK, "wait": Op.WAKE},
    proxies.BarrierProxy: {"wait": Op.WAKE, "abort": Op.CLOSE, "reset": Op.CLEAR},
}


def _gate_processes() -> None:
    def followed(each: Any) -> Any:
        return each if sites.is_of_the_person(_getframe(3).f_code) else None

    _wrap(process.BaseProcess, "start", _simple(_OfProcess, Op.LAUNCH, followed))
    _wrap(process.BaseProcess, "join", _simple(_OfProcess, Op.JOIN, followed))
    _wrap(managers.BaseProxy, "_callmethod", _calls)


class Gates:
    """Prepares a process for a gate, around the moment when tracing changes `multiprocessing` in it."""

    def __enter__(self) -> None:
        _gate_cells()

    def __exit__(self, *_: object) -> None:
        _gate_locks()
        _gate_events()
        _gate_conditions()
        _gate_barriers()
        _gate_queues()
        _gate_pipes()
        _gate_processes()
