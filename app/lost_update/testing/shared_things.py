"""What the arguments of an exploration are called, and what they hold: found in the objects that `share()` made."""

import ctypes
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from multiprocessing import connection, managers, queues, synchronize
from typing import Any, Final

from lost_update.testing.search import Step
from lost_update.testing.steering import key_of_lock
from lost_update.tracing.script.declarations import as_json
from lost_update.tracing.script.things import mark_of

sharedctypes: Any = import_module("multiprocessing.sharedctypes")
proxies: Any = managers

DEEPEST: Final = 4
MOST_VALUES: Final = 1000


def named(worker: Callable[..., Any], arguments: tuple[Any, ...]) -> list[tuple[str, Any]]:
    """The arguments, each with the name that the worker has for it."""
    try:
        parameters = list(inspect.signature(worker).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = []
    for number in range(len(arguments)):
        if number < len(parameters) and parameters[number].kind in _BY_PLACE:
            names.append(parameters[number].name)
        else:
            names.append(f"arguments[{number}]")
    return list(zip(names, arguments, strict=True))


_BY_PLACE: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def things_in(name: str, value: Any, depth: int = DEEPEST) -> Iterator[tuple[str, Any]]:
    """The shared things in an argument, each with its name: itself, or what is in a list, a dictionary, an object."""
    if _is_shared(value):
        yield name, value
    elif depth:
        parts: list[tuple[str, Any]] = []
        if isinstance(value, list | tuple):
            parts = [(f"{name}[{number}]", part) for number, part in enumerate(value[:MOST_VALUES])]
        elif isinstance(value, dict):
            parts = [(f"{name}[{key!r}]", part) for key, part in list(value.items())[:MOST_VALUES]]
        elif hasattr(value, "__dict__") and not isinstance(value, type):
            parts = [(f"{name}.{key}", part) for key, part in vars(value).items() if not key.startswith("__")]
        for part_name, part in parts:
            yield from things_in(part_name, part, depth - 1)


_SHARED: Final = (
    *(sharedctypes.SynchronizedBase, synchronize.SemLock, synchronize.Condition, synchronize.Event),
    *(synchronize.Barrier, queues.Queue, queues.SimpleQueue, connection.Connection, managers.BaseProxy),
)


def _is_shared(value: Any) -> bool:
    return isinstance(value, _SHARED) or (_is_ctypes(value) and hasattr(value, "_wrapper"))


def _is_ctypes(value: Any) -> bool:
    return isinstance(value, ctypes.Array | ctypes.Structure | ctypes._SimpleCData)


def _is(thing: Any, *kinds: Any) -> bool:
    # The attributes inside of these classes are nobody's business, as far as type checkers know.
    return isinstance(thing, kinds)


def keys_of(name: str, thing: Any) -> Iterator[tuple[str, str]]:
    """The keys by which steps are about that thing, each with a name."""
    if _is(thing, synchronize.SemLock):
        yield key_of_lock(thing), name
    elif _is(thing, synchronize.Condition):
        yield _key(getattr(mark_of(thing._wait_semaphore), "thing", None)), name
        yield key_of_lock(thing._lock), f"the lock of {name}"
    elif _is(thing, synchronize.Event):
        yield _key(mark_of(thing._flag)), name
    elif _is(thing, synchronize.Barrier):
        yield _key(mark_of(thing._cond._sleeping_count)), name
    elif _is(thing, managers.BaseProxy):
        yield f"managed-{thing._token.address!r}-{thing._token.id}", name
    elif _is(thing, connection.Connection):
        yield _key(getattr(mark_of(thing), "thing", None)), name
    elif _is(thing, queues.Queue, queues.SimpleQueue):
        yield _key(mark_of(thing)), name
    else:
        yield from _keys_of_memory(name, thing)


def _key(thing: Any) -> str:
    return str(getattr(thing, "key", None))


def _keys_of_memory(name: str, thing: Any) -> Iterator[tuple[str, str]]:
    is_wrapped = isinstance(thing, sharedctypes.SynchronizedBase)
    block = import_module("lost_update.tracing.script.memory.blocks").block_of(thing._obj if is_wrapped else thing)
    if block is not None:
        yield block.key, name
    if is_wrapped:
        yield key_of_lock(thing._lock), f"{name}.get_lock()"


class Names:
    """Names of things for people, and keys that are the same in each execution, though the things are made anew."""

    def __init__(self, things: list[tuple[str, Any]]) -> None:
        self._names: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._suffixes: dict[str, Callable[[int], str]] = {}
        for name, thing in things:
            for key, called in keys_of(name, thing):
                number = self.number(key)
                self._names.setdefault(number, called)
                self._suffixes.setdefault(number, _suffix_of(thing) if called == name else str)

    def number(self, key: str) -> str:
        """The key that is the same in each execution."""
        return self._numbers.setdefault(key, f"#{len(self._numbers) + 1}")

    def of(self, step: Step) -> str:
        """What the step is about."""
        if not step:
            return ""
        touch = step[0]
        name = self._names.get(touch.key)
        if name is None:
            return touch.key
        suffix = self._suffixes[touch.key]
        if touch.first == touch.last:
            return name + (suffix(touch.first) if suffix is not str else "")
        return f"{name}{suffix(touch.first)}…{suffix(touch.last)}"


def _suffix_of(thing: Any) -> Any:
    obj = thing._obj if isinstance(thing, sharedctypes.SynchronizedBase) else thing
    if isinstance(obj, ctypes.Array) and issubclass(obj._type_, ctypes._SimpleCData):
        return lambda number: f"[{number}]"
    if isinstance(obj, ctypes.Array | ctypes.Structure):
        cells = import_module("lost_update.tracing.script.layout").layout_of(type(obj)).cells
        return lambda number: cells[number].suffix if number < len(cells) else ""
    return str


def values_of(things: list[tuple[str, Any]]) -> dict[str, Any]:
    """What the things hold that hold something, as it can be shown and compared."""
    values = {}
    for name, thing in things:
        value = _value_of(thing)
        if value is not None:
            values[name] = value
    return values


def _value_of(thing: Any) -> Any:
    if _is(thing, synchronize.Event):
        return thing._flag._semlock._get_value() > 0
    if isinstance(thing, managers.BaseProxy):
        return _value_of_proxy(thing)
    obj = thing._obj if isinstance(thing, sharedctypes.SynchronizedBase) else thing
    return _plain(obj) if _is_ctypes(obj) else None


def _value_of_proxy(proxy: Any) -> Any:
    if isinstance(proxy, managers.DictProxy):
        return {repr(key): as_json(value) for key, value in proxy.items()}
    if isinstance(proxy, proxies.ListProxy | proxies.ArrayProxy):
        return [as_json(value) for value in proxy]
    if isinstance(proxy, managers.ValueProxy):
        return as_json(proxy.get())
    if isinstance(proxy, proxies.NamespaceProxy):
        return str(proxy)
    return None


def _plain(obj: Any) -> Any:
    """What a ctypes object holds, however it is traced."""
    if isinstance(obj, ctypes._SimpleCData):
        return as_json(obj.value)
    if isinstance(obj, ctypes.Array):
        return [_plain(part) if _is_ctypes(part) else as_json(part) for part in obj]
    fields = [field[0] for base in reversed(type(obj).__mro__) for field in vars(base).get("_fields_", ())]
    return {name: _plain(part) if _is_ctypes(part := getattr(obj, name)) else as_json(part) for name in fields}
