"""How tracing gets into a process: what the tracer puts into a script's environment, and what is taken out of it there.

    tracer                       the script's first process          a process that it starts anew
      environment(D) ──exec──▶ site ▶ sitecustomize ▶ taken()          (spawn, the fork server)
                                 variables are taken away;
                                 set again just around an exec ──────▶ site ▶ sitecustomize ▶ taken()

A script never sees the variables. What it starts in other ways than through `multiprocessing` has none of them.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Final

TRACE: Final = "LOST_UPDATE_TRACE"
"""Which process has started this one (its number, or nothing), whether there was a PYTHONPATH, and the directory."""

PLAN: Final = "plan.json"
"""In the directory of a trace, where the tracer wants processes to be held."""

PYTHONPATH: Final = "PYTHONPATH"

SITE: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "site")

STRIPES: Final = 8
"""So many locks does memory share that has none of its own."""


def environment(directory: str, existing: Mapping[str, str] = os.environ, parent: int | None = None) -> dict[str, str]:
    """What a process that is to be traced into that directory needs in its environment, beside what is there."""
    path = existing.get(PYTHONPATH)
    had = 0 if path is None else 1
    return {
        TRACE: f"{'' if parent is None else parent}:{had}:{directory}",
        PYTHONPATH: SITE + os.pathsep + path if path else SITE,
    }


def prepare(directory: str) -> None:
    """In the tracer, before a script is started: make what its processes share."""
    multiprocessing = import_module("_multiprocessing")
    for name in lock_names(directory):
        multiprocessing.SemLock(1, 1, 1, name, False)


def clean(directory: str) -> None:
    """In the tracer, when a script has ended: leave nothing behind that is outside of the directory."""
    multiprocessing = import_module("_multiprocessing")
    for name in lock_names(directory):
        with suppress(OSError):
            multiprocessing.sem_unlink(name)


def lock_names(directory: str) -> list[str]:
    """The names of the semaphores that stand in for locks, where memory has none."""
    word = "".join(letter if letter.isalnum() else "-" for letter in directory)[-60:]
    return [f"/lost-update{word}-{number}" for number in range(STRIPES)]


def taken(site: str) -> tuple[str, int | None] | None:
    """In a process that Python has just started: take the variables away. The directory to trace into, and by whom.

    None for a process that is not to be traced.
    """
    told = os.environ.pop(TRACE, None)
    if told is None:
        return None
    parent, had, directory = told.split(":", 2)
    _restore_path(site, had == "1")
    return directory, int(parent) if parent else None


def _restore_path(site: str, had: bool) -> None:
    path = os.environ.get(PYTHONPATH, "")
    if path == site or path.startswith(site + os.pathsep):
        path = path[len(site) + 1 :]
    if had:
        os.environ[PYTHONPATH] = path
    else:
        os.environ.pop(PYTHONPATH, None)
