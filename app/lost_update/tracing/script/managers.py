"""What managers hold: dictionaries, lists, namespaces, values and arrays as cells; locks, queues and events as such.

The order of accesses to a manager's objects is known in its server process and nowhere else, so that is where they are
recorded: the client sends along who asks and from where, and the server's record alone says everything.

    client N, thread k                             server of the manager
      totals['the'] = 5
        _callmethod: kwds + {ASKER: (by, t)} ────▶ recv: takes that out, locks the object
                                                   the server's own code calls totals.__setitem__('the', 5)
                                                   send: READ and WRITE of the cells that were touched, unlocks
        result ◀──────────────────────────────────

A step or declaration of the server whose `site` (`made`, of a declaration) is `1 << 40` or more is another's:
    site = (N + 1) << 40 | k << 24 | site of process N         (`askers` makes it, and takes it apart)
It belongs to that thread of that process; the numbers of its target and its text are the server's. `modified_ns` of a
WRITE is when the client called. A read-modify-write within one call (`pop`, `setdefault`) is a READ and a WRITE of one
site, with nothing in between.

A cell is declared when it is first touched: `key` is the object's key and a suffix, `suffixes` has the suffix alone
(`['the']`, `[0]`, `.x`; nothing for a value, which is its own cell), `whole` the object's key. `initial` is what it
held before its first step; what is not there is shown as `(nothing)`. Where elements of a list shift, each element that
changes is written; where more than `MOST_SHIFTED` do, the list starts anew: its cells are other cells from then on
(their keys have another number).
Which keys there are, and how many, is no cell: `len`, `keys` and the like leave nothing. What reads the whole
(`values`, `items`, `copy`, a slice) reads each cell, of up to `MOST_READ`.

Locks, semaphores, events, conditions, barriers and queues of a manager are recorded by the client, around its call: it
asks without blocking first. A server that is not traced into the same directory is sent nothing: its cells are silent.
"""

import array
import itertools
import threading
from collections.abc import Callable
from importlib import import_module
from sys import _getframe
from time import perf_counter_ns
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import NOTHING, Op
from lost_update.model.steps import kind_of
from lost_update.tracing.script import managed
from lost_update.tracing.script.askers import ASKER, asked_by
from lost_update.tracing.script.declarations import PROCESS, as_json, is_plain
from lost_update.tracing.script.stream import here, site_of, target
from lost_update.tracing.script.things import (
    Thing,
    after_making,
    leave,
    pass_on,
    received,
    safely,
    shown,
    stand_in,
    told,
)

managers: Any = import_module("multiprocessing.managers")

MOST_SHIFTED: Final = 64
MOST_READ: Final = 64


# The client: says who asks.


def _asker(frame: FrameType) -> int:
    thread = int(here().name.rpartition(".")[2] or 0)
    return asked_by(PROCESS.take_number(), thread, site_of(frame))


_listening: Final[dict[str, bool]] = {}


def _is_followed(address: Any, serializer: str) -> bool:
    """Whether the server at that address understands who asks."""
    if not PROCESS.is_on or serializer != "pickle":
        return False
    name = _name_of(address)
    followed = _listening.get(name)
    if followed is None:
        followed = _listening[name] = received(name) is not None
    return followed


def _name_of(address: Any) -> str:
    return f"manager-{address!r}"


def _calling(plain: Any) -> Any:
    def _callmethod(self: Any, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006
        try:
            if not PROCESS.is_on:
                return plain(self, methodname, args, kwds)
            record = managed.recorder_of(self)
            if record is not None:
                return record(managed.Call(plain, self, methodname, args, kwds, _getframe(1)))
            if _is_followed(self._token.address, self._serializer):
                kwds = {**kwds, ASKER: (_asker(_getframe(1)), perf_counter_ns())}
            return plain(self, methodname, args, kwds)
        except BaseException as error:
            leave(error)
            raise

    return _callmethod


def _creating(plain: Any) -> Any:
    def _create(self: Any, typeid: str, /, *args: Any, **kwds: Any) -> Any:
        try:
            more = {}
            if _is_followed(self._address, self._serializer):
                more = {ASKER: _asker(_getframe(1))}
            created = plain(self, typeid, *args, **kwds, **more)
        except BaseException as error:
            leave(error)
            raise
        safely(managed.made, self, typeid, created[0], args, kwds, _getframe(1))
        return created

    return _create


# The server: what it holds, and who touches it.


class _Nothing:
    """What is not there: a key that a dictionary does not have."""


_NOTHING: Final = _Nothing()
_NOTHING_SHOWN: Final = "(nothing)"

_ALL_OF_IT: Final = ".value"
"""The one cell of a value."""


class _Cell:
    """An element or a field of something that a manager holds."""

    __slots__ = ("key", "missing", "more", "version")

    def __init__(self, key: str, more: dict[str, Any], missing: Any) -> None:
        self.key = key
        self.more = more
        self.version = 0
        self.missing = missing
        """What it is shown as where it is not there."""

    @property
    def number(self) -> int:
        return PROCESS.targets.get(self.key) or target(self.key, "cell", **self.more)

    def shown(self, value: Any) -> tuple[int, int]:
        if value is _NOTHING:
            value = self.missing
        return told(_NOTHING_SHOWN) if value is _NOTHING else shown(value)


class _Visit:
    """One call of a client: by whom, since when, and what is to be recorded once it was made."""

    __slots__ = ("asker", "finish", "held", "since")

    def __init__(self, held: "_Held", asker: int, since: int) -> None:
        self.held = held
        self.asker = asker
        self.since = since
        self.finish: Callable[[_Visit, Any, bool], None] | None = None

    def read(self, suffix: str, value: Any, missing: Any = _NOTHING) -> None:
        cell = self.held.cell(suffix, value, missing)
        number = cell.number
        bits, presence = cell.shown(value)
        here().add(
            kind_of(Op.READ, number), self.asker, perf_counter_ns(), NOTHING, bits, cell.version, presence
        )  # fmt: skip

    def write(self, suffix: str, before: Any, value: Any) -> None:
        cell = self.held.cell(suffix, before, _NOTHING)
        number = cell.number
        cell.version += 1
        bits, presence = cell.shown(value)
        here().add(
            kind_of(Op.WRITE, number), self.asker, perf_counter_ns(), self.since, bits, cell.version, presence
        )  # fmt: skip


class _Held:
    """An object that a manager holds, with the cells of it that were touched. Its lock is held during each call."""

    whole_reads: frozenset[str] = frozenset({"#GETVALUE", "__repr__", "__str__", "copy"})

    def __init__(self, held: Any, key: str, made: int, what: str) -> None:
        self.held = held
        self.key = key
        self.made = made
        self.what = what
        self.lock = threading.RLock()
        self.cells: dict[str, _Cell] = {}
        self.generation = 0

    def cell(self, suffix: str, value: Any, missing: Any) -> _Cell:
        cell = self.cells.get(suffix)
        if cell is None:
            initial = missing if value is _NOTHING else value
            more = {
                "suffixes": ["" if suffix == _ALL_OF_IT else suffix],
                "whole": self.key,
                "made": self.made or None,
                "what": self.what,
                "holds": "any",
                "has_lock": True,
                "initial": _NOTHING_SHOWN if initial is _NOTHING else as_json(initial),
            }
            generation = f"~{self.generation}" if self.generation else ""
            cell = self.cells[suffix] = _Cell(f"{self.key}{generation}{suffix}", more, missing)
        return cell

    def begin(self, visit: _Visit, method: str, arguments: Any, named: Any) -> None:
        """Before a call: look at what it is going to change, and say in `visit.finish` what is recorded after it."""
        if method in self.whole_reads:
            visit.finish = self._read_all
            return
        look = getattr(self, f"_{method.strip('_')}", None)
        if look is not None:
            visit.finish = look(*arguments, **named)

    def everything(self) -> dict[str, Any]:
        """All there is, by the suffixes of the cells."""
        raise NotImplementedError

    def _read_all(self, visit: _Visit, _: Any, failed: bool) -> None:
        if not failed and len(self.held) <= MOST_READ:
            for suffix, value in self.everything().items():
                visit.read(suffix, value)

    def _by_comparison(self) -> Any:
        """Of a call that may change anything."""
        before = self.everything()

        def finish(visit: _Visit, _: Any, __: bool) -> None:
            after = self.everything()
            places = {**before, **after}
            changed = [
                place for place in places if before.get(place, _NOTHING) is not after.get(place, _NOTHING)
            ]  # fmt: skip
            self._rewritten(visit, changed, before, after)

        return finish

    def _rewritten(self, visit: _Visit, changed: list[str], before: dict[str, Any], after: dict[str, Any]) -> None:
        for place in changed:
            visit.write(place, before.get(place, _NOTHING), after.get(place, _NOTHING))


def _name_of_key(key: Any) -> str | None:
    """The suffix of an element. None for a key whose comparison could run code of the person's own."""
    return f"[{key!r}]" if is_plain(key) else None


class _Dict(_Held):
    """A dictionary."""

    whole_reads = _Held.whole_reads | {"values", "items", "__or__"}

    def everything(self) -> dict[str, Any]:
        return {f"[{key!r}]": value for key, value in self.held.items() if is_plain(key)}

    def _getitem(self, key: Any) -> Any:
        return self._reading(key, _NOTHING)

    def _get(self, key: Any, default: Any = None) -> Any:
        return self._reading(key, default)

    def _contains(self, key: Any) -> Any:
        return self._reading(key, _NOTHING)

    def _reading(self, key: Any, default: Any) -> Any:
        suffix = _name_of_key(key)
        if suffix is None:
            return None
        value = self.held.get(key, _NOTHING)
        return lambda visit, _, __: visit.read(suffix, value, default)

    def _setitem(self, key: Any, value: Any) -> Any:
        return self._writing(key, value)

    def _delitem(self, key: Any) -> Any:
        return self._writing(key, _NOTHING)

    def _writing(self, key: Any, value: Any) -> Any:
        suffix = _name_of_key(key)
        if suffix is None:
            return None
        before = self.held.get(key, _NOTHING)

        def finish(visit: _Visit, _: Any, failed: bool) -> None:
            if not failed:
                visit.write(suffix, before, value)

        return finish

    def _pop(self, key: Any, *_: Any) -> Any:
        return self._exchanging(key, lambda before: before is not _NOTHING, _NOTHING)

    def _setdefault(self, key: Any, default: Any = None) -> Any:
        return self._exchanging(key, lambda before: before is _NOTHING, default)

    def _exchanging(self, key: Any, is_written: Callable[[Any], bool], value: Any) -> Any:
        """A read, and a write that follows from it."""
        suffix = _name_of_key(key)
        if suffix is None:
            return None
        before = self.held.get(key, _NOTHING)

        def finish(visit: _Visit, _: Any, failed: bool) -> None:
            visit.read(suffix, before)
            if not failed and is_written(before):
                visit.write(suffix, before, value)

        return finish

    def _update(self, *given: Any, **named: Any) -> Any:
        return self._putting(given[0] if given and type(given[0]) is dict else {}, named)

    def _ior(self, given: Any) -> Any:
        return self._putting(given if type(given) is dict else {}, {})

    def _putting(self, given: dict[Any, Any], named: dict[str, Any]) -> Any:
        before = self.everything()
        wanted = {f"[{key!r}]" for each in (given, named) for key in each if is_plain(key)}

        def finish(visit: _Visit, _: Any, __: bool) -> None:
            after = self.everything()
            changed = [
                place for place, value in after.items() if place in wanted or before.get(place, _NOTHING) is not value
            ]  # fmt: skip
            self._rewritten(visit, changed, before, after)

        return finish

    def _popitem(self) -> Any:
        before = self.everything()

        def finish(visit: _Visit, result: Any, failed: bool) -> None:
            suffix = None if failed else _name_of_key(result[0])
            if suffix is not None:
                visit.read(suffix, before[suffix])
                visit.write(suffix, before[suffix], _NOTHING)

        return finish

    def _clear(self) -> Any:
        return self._by_comparison()


class _List(_Held):
    """A list or an array."""

    whole_reads = _Held.whole_reads | {"__add__", "__mul__", "__rmul__", "__contains__", "index", "count"}

    def everything(self) -> dict[str, Any]:
        return {f"[{index}]": value for index, value in enumerate(self.held)}

    def _indices(self, place: Any) -> list[int] | None:
        """The elements that an index or a slice names; None if there is no such element."""
        size = len(self.held)
        if isinstance(place, slice):
            return list(range(*place.indices(size)))
        if isinstance(place, int) and -size <= place < size:
            return [place % size]
        return None

    def _getitem(self, place: Any) -> Any:
        indices = self._indices(place) or []
        values = [self.held[index] for index in indices] if len(indices) <= MOST_READ else []

        def finish(visit: _Visit, _: Any, __: bool) -> None:
            for index, value in zip(indices, values, strict=False):
                visit.read(f"[{index}]", value)

        return finish

    def _setitem(self, place: Any, value: Any) -> Any:
        indices = self._indices(place) or []
        if isinstance(place, slice) and not (hasattr(value, "__len__") and len(value) == len(indices)):
            return self._by_comparison()
        before = [self.held[index] for index in indices]

        def finish(visit: _Visit, _: Any, failed: bool) -> None:
            if not failed:
                for index, was in zip(indices, before, strict=True):
                    visit.write(f"[{index}]", was, self.held[index])

        return finish

    def _append(self, *_: Any) -> Any:
        return self._growing()

    def _extend(self, *_: Any) -> Any:
        return self._growing()

    def _iadd(self, *_: Any) -> Any:
        return self._growing()

    def _growing(self) -> Any:
        size = len(self.held)

        def finish(visit: _Visit, _: Any, __: bool) -> None:
            for index in range(size, len(self.held)):
                visit.write(f"[{index}]", _NOTHING, self.held[index])

        return finish

    def _pop(self, place: Any = -1) -> Any:
        indices = self._indices(place)
        if not indices:
            return None
        value = self.held[indices[0]]
        compare = self._by_comparison()

        def finish(visit: _Visit, result: Any, failed: bool) -> None:
            visit.read(f"[{indices[0]}]", value)
            compare(visit, result, failed)

        return finish

    def _shifting(self, *_: Any, **__: Any) -> Any:
        return self._by_comparison()

    _delitem = _insert = _remove = _reverse = _sort = _imul = _clear = _shifting

    def _rewritten(self, visit: _Visit, changed: list[str], before: dict[str, Any], after: dict[str, Any]) -> None:
        if len(changed) > MOST_SHIFTED:
            self.cells.clear()
            self.generation += 1
        else:
            super()._rewritten(visit, changed, before, after)


class _Fields(_Held):
    """A namespace."""

    def everything(self) -> dict[str, Any]:
        return {f".{name}": value for name, value in vars(self.held).items()}

    def _read_all(self, visit: _Visit, _: Any, __: bool) -> None:
        for suffix, value in self.everything().items():
            visit.read(suffix, value)

    def _getattribute(self, name: str) -> Any:
        if name not in vars(self.held):
            return None
        value = vars(self.held)[name]
        return lambda visit, _, __: visit.read(f".{name}", value)

    def _setattr(self, name: str, value: Any) -> Any:
        before = vars(self.held).get(name, _NOTHING)
        return lambda visit, _, __: visit.write(f".{name}", before, value)

    def _delattr(self, name: str) -> Any:
        if name not in vars(self.held):
            return None
        before = vars(self.held)[name]
        return lambda visit, _, __: visit.write(f".{name}", before, _NOTHING)


class _Value(_Held):
    """A value."""

    def _read_all(self, visit: _Visit, _: Any, __: bool) -> None:
        visit.read(_ALL_OF_IT, self.held._value)

    def _get(self) -> Any:
        value = self.held._value
        return lambda visit, _, __: visit.read(_ALL_OF_IT, value)

    def _set(self, value: Any) -> Any:
        before = self.held._value
        return lambda visit, _, __: visit.write(_ALL_OF_IT, before, value)


_KINDS: Final[dict[type, tuple[type[_Held], str]]] = {
    dict: (_Dict, "dict"),
    list: (_List, "list"),
    array.array: (_List, "Array"),
    managers.Namespace: (_Fields, "Namespace"),
    managers.Value: (_Value, "Value"),
}

_held: Final[dict[str, _Held]] = {}
"""What the server of this process holds, as far as it is followed, by the identity that its clients use."""

_numbers: Final = itertools.count(1)


def _held_by(server: Any, identity: str) -> _Held | None:
    held = _held.get(identity)
    return held if held is not None and _object_of(server, identity) is held.held else None


def _object_of(server: Any, identity: str) -> Any:
    for known in (server.id_to_obj, server.id_to_local_proxy_obj):
        if identity in known:
            return known[identity][0]
    return None


def _holding(plain: Any) -> Any:
    def create(self: Any, c: Any, typeid: str, /, *args: Any, **kwds: Any) -> Any:
        asker = kwds.pop(ASKER, None)
        try:
            created = plain(self, c, typeid, *args, **kwds)
        except BaseException as error:
            leave(error)
            raise
        if asker is not None:
            safely(_hold, self, created[0], asker)
        return created

    return create


def _hold(server: Any, identity: str, asker: int) -> None:
    if _held_by(server, identity) is None:
        held = _object_of(server, identity)
        kind = _KINDS.get(type(held))
        if kind is not None:
            key = f"held-{PROCESS.take_number()}-{next(_numbers)}"
            _held[identity] = kind[0](held, key, asker, f"Manager().{kind[1]}()")


def _letting_go(plain: Any) -> Any:
    def decref(self: Any, c: Any, ident: str) -> None:
        try:
            plain(self, c, ident)
        except BaseException as error:
            leave(error)
            raise
        if _object_of(self, ident) is None:
            _held.pop(ident, None)

    return decref


class _Served:
    """The connection to a client, as the server sees it: each of the client's calls passes here, and its answer."""

    def __init__(self, server: Any, conn: Any) -> None:
        self._server = server
        self._conn = conn
        self._visit: _Visit | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    def recv(self) -> Any:
        """The next call: from now until its answer is sent nobody else touches the object."""
        request = self._conn.recv()
        if type(request) is tuple and len(request) == 4 and type(request[3]) is dict:
            asker = request[3].pop(ASKER, None)
            if asker is not None:
                safely(self._begin, request, *asker)
        return request

    def _begin(self, request: Any, asker: int, since: int) -> None:
        identity, method, arguments, named = request
        held = _held_by(self._server, identity)
        if held is not None and PROCESS.is_on:
            held.lock.acquire()
            self._visit = visit = _Visit(held, asker, since)
            try:
                held.begin(visit, method, arguments, named)
            except (TypeError, ValueError, LookupError):
                visit.finish = None  # Called with what it does not take: the object itself says so.

    def send(self, answer: Any) -> None:
        """The answer to a call."""
        visit = self._visit
        if visit is not None:
            if visit.finish is not None:
                safely(visit.finish, visit, answer[1], answer[0] not in ("#RETURN", "#PROXY"))
            self.leave()
        self._conn.send(answer)

    def leave(self) -> None:
        """Let others touch the object."""
        visit, self._visit = self._visit, None
        if visit is not None:
            visit.held.lock.release()


def _serving(plain: Any) -> Any:
    def serve_client(self: Any, conn: Any) -> None:
        served = _Served(self, conn)
        try:
            plain(self, served)
        except BaseException as error:
            leave(error)
            raise
        finally:
            served.leave()

    return serve_client


def _listening_at(server: Any, _: FrameType) -> None:
    name = _name_of(server.address)
    _listening[name] = True
    pass_on(name, Thing(name, "manager", {}))


def install() -> None:
    """Follow what managers hold."""
    stand_in(managers.BaseProxy, "_callmethod", _calling)
    stand_in(managers.BaseManager, "_create", _creating)
    after_making(managers.Server, "__init__", _listening_at)
    stand_in(managers.Server, "create", _holding)
    stand_in(managers.Server, "decref", _letting_go)
    stand_in(managers.Server, "serve_client", _serving)
