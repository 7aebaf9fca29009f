"""A function of a person's own by its name, so that another process can import it as the test did.

test process                                   a process of its own
  Named.of(main): module, file, name  ───────▶   named.load(): the same function, of the same file
  where: sys.path, working directory  ───────▶   where.go()
"""

import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any, Final, Self

OURS: Final = "lost_update."
"""How the names of our own modules begin."""


class NotByName(TypeError):
    """A function that another process cannot import. The message says what to do."""


@dataclass(frozen=True)
class Where:
    """Where a process looks for modules."""

    path: tuple[str, ...]
    directory: str

    @classmethod
    def here(cls) -> Self:
        """As this process does, whoever has changed that: pytest does, by its import mode and `pythonpath`."""
        return cls(tuple(sys.path), os.getcwd())

    def go(self) -> None:
        """Look there from now on."""
        os.chdir(self.directory)
        sys.path[:] = self.path


@dataclass(frozen=True)
class Named:
    """A function at the top level of a module, or of a class there."""

    module: str
    file: str | None
    name: str

    @classmethod
    def of(cls, function: Callable[..., Any], role: str) -> Self:
        """The name of that function. `role` says what it is there for. Raises `NotByName`."""
        __tracebackhide__ = True
        name = getattr(function, "__qualname__", None)
        module = sys.modules.get(getattr(function, "__module__", None) or "")
        if not isinstance(function, FunctionType) or name is None or module is None:
            raise NotByName(
                f"{role} must be a plain function, which a process of its own can import by name, not {function!r}. "
                "Write a function at the top level of the test's module that does this."
            )
        if "<" in name:
            raise NotByName(
                f"{role} {name} is defined inside of another function: a process of its own cannot import it. "
                f"Move it to the top level of {module.__name__}, and hand over as arguments what it needs from there."
            )
        if _find(module, name) is not function:
            raise NotByName(
                f"{module.__name__}.{name} is not the function that was given as {role.lower()}: a process of its own "
                "would import another one. Has a fixture or a decorator replaced it? Give it a name of its own."
            )
        file = getattr(module, "__file__", None)
        return cls(module.__name__, os.path.abspath(file) if file else None, name)

    def load(self) -> Callable[..., Any]:
        """The function, in this process."""
        function: Callable[..., Any] = _find(_import(self.module, self.file), self.name)
        return function


def _find(module: ModuleType, name: str) -> Any:
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _import(name: str, file: str | None) -> ModuleType:
    """By name, where that finds the same file; else as pytest's `importlib` mode does it: the file, under that name."""
    known = sys.modules.get(name)
    if known is not None and _is_in(known, file):
        return known
    spec = _spec(name)
    if file is None or (spec is not None and spec.origin is not None and os.path.realpath(spec.origin) == _real(file)):
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {file}")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _spec(name: str) -> Any:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _is_in(module: ModuleType, file: str | None) -> bool:
    own = getattr(module, "__file__", None)
    return own is not None and file is not None and _real(own) == _real(file)


def _real(file: str) -> str:
    return os.path.realpath(file)


def shown_file(file: str) -> str:
    """Relative to the working directory, where it lies inside."""
    shown = os.path.relpath(file)
    return file if shown.startswith("..") else shown
