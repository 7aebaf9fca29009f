"""Locks, semaphores, events, conditions, barriers and queues of a manager, recorded by the client around its calls.

    client                                                     server of the manager
      lock.acquire() ── asks without blocking ──────────────▶
                        WAIT, if the answer was no; asks again ▶
                        ACQUIRE

What takes effect in the server is stamped before the call (RELEASE, SET, CLEAR, NOTIFY, PUT, TASK_DONE), what is got
of it after (ACQUIRE, WAKE, GET, CHECK, JOIN). How many sleepers a NOTIFY wakes is not known here; all
parties of a barrier leave WAIT and WAKE. A PUT that had to wait carries the time at which it began to.
The key is that by which every client knows the object: the server's address, and its identity there.
"""

import queue
from collections.abc import Callable
from importlib import import_module
from threading import BrokenBarrierError
from time import perf_counter_ns
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import NOTHING, PRESENT, Op, wait_ends
from lost_update.model.steps import kind_of
from lost_update.tracing.script.declarations import declare
from lost_update.tracing.script.stream import here, site_of, target
from lost_update.tracing.script.things import Thing, shown

managers: Any = import_module("multiprocessing.managers")

_SEMAPHORES: Final = ("Semaphore", "BoundedSemaphore")
_QUEUE: Final = frozenset({"put", "get", "put_nowait", "get_nowait", "qsize", "task_done", "join"})


class Call:
    """A call of a proxy, as `BaseProxy._callmethod` makes it, on behalf of the code in that frame."""

    __slots__ = ("arguments", "frame", "method", "named", "plain", "proxy", "thing")

    def __init__(self, plain: Any, proxy: Any, method: str, arguments: Any, named: Any, frame: FrameType) -> None:
        self.plain = plain
        self.proxy = proxy
        self.method = method
        self.arguments = arguments
        self.named = named
        self.frame = frame
        self.thing = thing_of(proxy._token, kind_of_proxy(proxy) or "lock")

    def __call__(self) -> Any:
        """Make the call as it was asked for."""
        return self.plain(self.proxy, self.method, self.arguments, self.named)

    def instead(self, *arguments: Any, method: str | None = None) -> Any:
        """Call with other arguments."""
        return self.plain(self.proxy, method or self.method, arguments)

    def argument(self, place: int, name: str, default: Any) -> Any:
        """One of the arguments."""
        return self.arguments[place] if len(self.arguments) > place else self.named.get(name, default)

    def note(self, op: Op, first: int = 0, second: int = NOTHING, third: int = NOTHING, thing: Any = None) -> None:
        """A step that happens now."""
        here().note(op, (thing or self.thing).number, site_of(self.frame), first, second, third)

    def wait(self, timeout: Any, purpose: Op, thing: Any = None) -> None:
        """Say that it is going to wait."""
        self.note(Op.WAIT, wait_ends(timeout), purpose, thing=thing)

    def giving(self, op: Op, call: Callable[[], Any], first: int = 0, third: int = NOTHING, thing: Any = None) -> Any:
        """A step that takes effect while `call` is made: stamped before, recorded if it succeeds."""
        kind, site = kind_of(op, (thing or self.thing).number), site_of(self.frame)
        stream = here()
        stream.begin()
        now = perf_counter_ns()
        try:
            result = call()
        except BaseException:
            stream.marks[stream.next] = 0
            raise
        stream.add(kind, site, now, NOTHING, first, NOTHING, third)
        return result


Recorder = Callable[[Call], Any]


def kind_of_proxy(proxy: Any) -> str | None:
    """What kind of target it stands for, if it is followed here."""
    found: str | None = _KIND_OF.get(type(proxy))
    if found is None:
        return "queue" if getattr(type(proxy), "_exposed_", None) and _QUEUE.issubset(type(proxy)._exposed_) else None
    return "semaphore" if found == "lock" and proxy._token.typeid in _SEMAPHORES else found


def recorder_of(proxy: Any) -> Recorder | None:
    """What records the calls of that proxy, if they are recorded here. XML carries no exceptions, so not those."""
    kind = kind_of_proxy(proxy) if proxy._serializer == "pickle" else None
    return None if kind is None else _RECORDERS[kind]


def thing_of(token: Any, kind: str, **facts: Any) -> Thing:
    """What is known of an object of a manager."""
    return Thing(f"managed-{token.address!r}-{token.id}", kind, {"what": f"Manager().{token.typeid}()"} | facts)


def _lock_of(condition: Thing) -> Thing:
    facts = {"what": condition.facts["what"], "guards": condition.key, "is_reentrant": True}
    return Thing(f"{condition.key} lock", "lock", facts)


_MADE: Final = {
    "Lock": ("lock", None, None),
    "RLock": ("lock", None, None),
    "Semaphore": ("semaphore", "value", 1),
    "BoundedSemaphore": ("semaphore", "value", 1),
    "Condition": ("condition", None, None),
    "Event": ("event", None, None),
    "Barrier": ("barrier", "parties", None),
    "Queue": ("queue", "maxsize", 0),
    "JoinableQueue": ("queue", "maxsize", 0),
}


_noted: Final[set[str]] = set()


def made(manager: Any, typeid: str, token: Any, args: Any, kwds: Any, frame: FrameType) -> None:
    """A manager has made something for the code in that frame. What an object of the person's own does is not seen."""
    if not isinstance(manager, managers.SyncManager) or typeid not in _MADE:
        if typeid not in managers.SyncManager._registry and typeid not in _noted:
            _noted.add(typeid)
            declare("not_seen", what=f"{typeid} of a manager", site=site_of(frame) or None)
        return
    kind, name, default = _MADE[typeid]
    facts: dict[str, Any] = {"is_reentrant": True} if typeid == "RLock" else {}
    if name is not None:
        facts["amount"] = args[0] if args else kwds.get(name, default)
    thing = thing_of(token, kind, **facts)
    target(thing.key, kind, made=site_of(frame) or None, **thing.facts)


# Locks and semaphores.


def _lock(call: Call) -> Any:
    if call.method == "acquire":
        return _acquire(call, call.thing)
    return call.giving(Op.RELEASE, call) if call.method == "release" else call()


def _acquire(call: Call, thing: Thing) -> Any:
    got = call() if not call.argument(0, "blocking", True) else call.instead(False)
    if not got and call.argument(0, "blocking", True):
        call.wait(call.argument(1, "timeout", None), Op.ACQUIRE, thing)
        got = call()
    if got:
        call.note(Op.ACQUIRE, thing=thing)
    return got


# Conditions, events, barriers.


def _condition(call: Call) -> Any:
    lock = _lock_of(call.thing)
    if call.method == "acquire":
        return _acquire(call, lock)
    if call.method == "release":
        return call.giving(Op.RELEASE, call, thing=lock)
    if call.method in ("notify", "notify_all"):
        return call.giving(Op.NOTIFY, call)
    if call.method != "wait":
        return call()
    call.note(Op.RELEASE, thing=lock)
    call.wait(call.argument(0, "timeout", None), Op.WAKE)
    try:
        woken = call()
    except RuntimeError:
        call.note(Op.FAIL)  # It did not hold the lock.
        raise
    call.note(Op.WAKE, int(woken), NOTHING, PRESENT)
    call.note(Op.ACQUIRE, thing=lock)
    return woken


def _event(call: Call) -> Any:
    if call.method in ("set", "clear"):
        return call.giving(Op.SET if call.method == "set" else Op.CLEAR, call)
    if call.method == "is_set":
        found = call()
        call.note(Op.CHECK, int(found), NOTHING, PRESENT)
        return found
    if call.method != "wait":
        return call()
    timeout = call.argument(0, "timeout", None)
    found = call.instead(method="is_set")
    if not found:
        call.wait(timeout, Op.WAKE)
    found = call()
    call.note(Op.WAKE, int(found), NOTHING, PRESENT)
    return found


def _barrier(call: Call) -> Any:
    if call.method in ("abort", "reset"):
        return call.giving(Op.CLOSE if call.method == "abort" else Op.CLEAR, call)
    if call.method == "__getattribute__" and call.arguments == ("broken",):
        found = call()
        call.note(Op.CHECK, int(found), NOTHING, PRESENT)
        return found
    if call.method != "wait":
        return call()
    call.wait(call.argument(0, "timeout", None), Op.WAKE)
    try:
        index = call()
    except BrokenBarrierError:
        call.note(Op.WAKE, 0, NOTHING, PRESENT)
        raise
    call.note(Op.WAKE, 1, NOTHING, PRESENT)
    return index


# Queues.


def _queue(call: Call) -> Any:
    if call.method in ("put", "put_nowait"):
        return _put(call)
    if call.method in ("get", "get_nowait"):
        return _get(call)
    if call.method == "task_done":
        return call.giving(Op.TASK_DONE, call)
    if call.method == "join":
        call.wait(None, Op.JOIN)
        result = call()
        call.note(Op.JOIN)
        return result
    return call()


def _put(call: Call) -> Any:
    value, presence = shown(call.argument(0, "item", None))
    is_patient = call.method == "put" and call.argument(1, "block", True)
    if not is_patient:
        return call.giving(Op.PUT, call, value, presence)
    item = call.argument(0, "item", None)
    try:
        return call.giving(Op.PUT, lambda: call.instead(item, False), value, presence)
    except queue.Full:
        call.wait(call.argument(2, "timeout", None), Op.PUT)
    return _put_after_waiting(call, value, presence)


def _put_after_waiting(call: Call, value: int, presence: int) -> Any:
    now = perf_counter_ns()
    result = call()
    here().add(kind_of(Op.PUT, call.thing.number), site_of(call.frame), now, NOTHING, value, NOTHING, presence)
    return result


def _get(call: Call) -> Any:
    item, came = None, True
    if call.method == "get" and call.argument(0, "block", True):
        try:
            item = call.instead(False)
        except queue.Empty:
            came = False
        if not came:
            call.wait(call.argument(1, "timeout", None), Op.GET)
            item = call()
    else:
        item = call()
    value, presence = shown(item)
    call.note(Op.GET, value, NOTHING, presence)
    return item


_KIND_OF: Final[dict[Any, str]] = {
    managers.AcquirerProxy: "lock",
    managers.ConditionProxy: "condition",
    managers.EventProxy: "event",
    managers.BarrierProxy: "barrier",
}

_RECORDERS: Final[dict[str, Recorder]] = {
    "lock": _lock,
    "semaphore": _lock,
    "condition": _condition,
    "event": _event,
    "barrier": _barrier,
    "queue": _queue,
}
