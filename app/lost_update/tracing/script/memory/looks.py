"""How our accessors look in a traceback: as those of `multiprocessing.sharedctypes` do."""

from importlib import import_module
from typing import Any, Final

from lost_update.tracing.script.patching import disguise

_shared: Any = import_module("multiprocessing.sharedctypes")

_VALUE: Final = vars(_shared.Synchronized)["value"]
_ITEMS: Final = _shared.SynchronizedArray.__getitem__, _shared.SynchronizedArray.__setitem__


def looks_as(made: property, plain: Any, name: str) -> property:
    """That property, which looks as a plain one of that name."""
    disguise(made.fget, plain.fget, "LOAD_ATTR", name)
    disguise(made.fset, plain.fset, "STORE_ATTR", name)
    return made


def looks_shared(made: property) -> property:
    """That of a ctypes object. The plain one has no frame: ours looks as that of a `Value` does."""
    return looks_as(made, _VALUE, "value")


def looks_as_items(get: Any, put: Any) -> tuple[Any, Any]:
    """Those of an array."""
    return disguise(get, _ITEMS[0], "BINARY_"), disguise(put, _ITEMS[1], "STORE_SUBSCR")
