"""Does something with a module as soon as it has been imported, before whoever imports it can take anything from it.

    script: import multiprocessing.pool ──▶ our finder ──▶ Python's own finders and loader ──▶ the module
                                                                                                 └─▶ what is to be done

What a script never imports is never imported for its sake, and costs it nothing.
"""

import sys
from collections.abc import Callable
from threading import local
from typing import Any, Final

from lost_update.tracing.script.declarations import give_up
from lost_update.tracing.script.things import leave

_waiting: Final[dict[str, list[Callable[[], None]]]] = {}
"""What is to be done with modules that nobody has imported yet."""


class _Doing(local):
    """What this thread is to do. While it does one thing, what that imports only adds to it."""

    def __init__(self) -> None:
        self.is_busy = False
        self.left: list[Callable[[], None]] = []


_doing: Final = _Doing()


def on_import(name: str, act: Callable[[], None]) -> None:
    """Do that when the module of that name has been imported: now, if it has been. If it fails, tracing is over."""
    if name in sys.modules:
        _do([act])
    else:
        _waiting.setdefault(name, []).append(act)


def _do(acts: list[Callable[[], None]]) -> None:
    _doing.left += acts
    if _doing.is_busy:
        return
    _doing.is_busy = True
    try:
        while _doing.left:
            _doing.left.pop(0)()
    except Exception as error:
        give_up(error)
    finally:
        _doing.is_busy = False


class _Loader:
    """Stands in for the loader of a module until the module is being made, and no longer."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)

    def create_module(self, spec: Any) -> Any:
        """As the plain one does it."""
        return self.plain.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """As the plain one does it; then what is to be done."""
        module.__spec__.loader = module.__loader__ = self.plain
        try:
            self.plain.exec_module(module)
        except BaseException as error:
            leave(error)
            raise
        _do(_waiting.pop(module.__spec__.name, []))


class _Finder:
    """Finds what something is to be done with, where Python's own finders find it."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """None for all other modules."""
        if name not in _waiting:
            return None
        others = (getattr(finder, "find_spec", None) for finder in sys.meta_path if finder is not self)
        found = (find(name, path, target) for find in others if find is not None)
        spec = next((each for each in found if each is not None), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(spec.loader)
        return spec


def watch_imports() -> None:
    """From now on `on_import` works."""
    finder: Any = _Finder()
    sys.meta_path.insert(0, finder)
