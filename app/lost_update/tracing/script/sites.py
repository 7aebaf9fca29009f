"""Places in the person's own source: the instructions from which steps were taken, each declared once with its number.

A table for each code object, by the offset of the instruction, so that a step costs one look-up. Code that is not the
person's (the standard library, installed packages, this one) has no sites: a step from there is put down to the nearest
caller that is theirs.
"""

import os
from itertools import count, islice
from types import CodeType, FrameType
from typing import Any, Final

from lost_update.tracing.script.declarations import PROCESS, declare

NOWHERE: Final = 0

_HERE: Final = os.path.dirname(os.path.abspath(__file__))
_OURS: Final = os.path.dirname(os.path.dirname(_HERE)) + os.sep
_LIBRARY: Final = tuple(
    {os.path.dirname(os.__file__) + os.sep, os.path.dirname(os.path.realpath(os.__file__)) + os.sep}
)
_INSTALLED: Final = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_INTERNAL: Final = tuple(
    os.path.join(directory, part)
    for directory in _LIBRARY
    for part in ("multiprocessing" + os.sep, "concurrent" + os.sep)
)

_MODULE_OF_OURS: Final = "lost_update."


class _Files:
    """The person's files, by the name that their code objects have for them."""

    def __init__(self) -> None:
        self.is_theirs: dict[str, bool] = {}
        self.forget()

    def forget(self) -> None:
        self.numbers: dict[str, int] = {}
        self.next_file = count(1)
        self.next_site = count(1)


_files: Final = _Files()


def is_of_the_person(code: CodeType) -> bool:
    """Whether that code is in a file of the person's own."""
    name = code.co_filename
    theirs = _files.is_theirs.get(name)
    if theirs is None:
        path = path_of(name)
        theirs = not (
            name.startswith("<")
            or path.startswith((*_LIBRARY, _OURS))
            or any(part in path for part in _INSTALLED)
            or not os.path.isfile(path)
        )
        _files.is_theirs[name] = theirs
    return theirs


def is_internal(frame: FrameType | None) -> bool:
    """Whether the call was made from inside `multiprocessing` or `concurrent.futures`, not from the person's code.

    Frames of this package do not count; nor do the few functions of `multiprocessing` through which people make things.
    """
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(_INTERNAL):
            if code.co_name not in _MAKERS:
                return True
        elif not _is_ours(frame):
            return False
        frame = frame.f_back
    return False


_MAKERS: Final = {
    *("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier"),
    *("Queue", "JoinableQueue", "SimpleQueue", "Pipe", "Pool", "Value", "Array", "RawValue", "RawArray"),
    "synchronized",
}
"""The functions of a context, and of `sharedctypes`, through which a person's call goes."""


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(_MODULE_OF_OURS)


def path_of(name: str) -> str:
    """The file that a code object of the person's has that name for."""
    return os.path.normpath(os.path.join(PROCESS.working_directory, name))


def _file(name: str) -> int:
    number = _files.numbers.get(name)
    if number is None:
        number = next(_files.next_file)
        path = path_of(name)
        try:
            with open(path, "rb") as source:
                text = source.read().decode("utf-8", "replace")
        except OSError:
            text = ""
        declare("file", number=number, path=path, text=text)
        _files.numbers[name] = number
    return number


_ELSEWHERE: Final[dict[int, int]] = {}
"""The table of all code that is not the person's. It stays empty: where a step comes from, the callers say."""

_tables: Final[dict[int, tuple[CodeType, dict[int, int]]]] = {}


def sites_of(code: CodeType) -> dict[int, int]:
    """The sites of that code that are declared, by the offset of an instruction (`frame.f_lasti`).

    Code objects are told apart by their identity: to compare them would take longer than all the rest.
    """
    found = _tables.get(id(code))
    if found is None:
        _tables[id(code)] = found = code, ({} if is_of_the_person(code) else _ELSEWHERE)
    return found[1]


def site_of(frame: FrameType | None) -> int:
    """The site of the nearest frame of the person's own code at or above that one."""
    while frame is not None:
        sites = sites_of(frame.f_code)
        if sites is not _ELSEWHERE:
            site = sites.get(frame.f_lasti)
            return _declare(frame.f_code, frame.f_lasti, sites) if site is None else site
        frame = frame.f_back
    return NOWHERE


def _declare(code: CodeType, offset: int, sites: dict[int, int]) -> int:
    line, end_line, column, end_column = next(islice(code.co_positions(), offset // 2, None), (None,) * 4)
    number = next(_files.next_site)
    declare("site", number=number, file=_file(code.co_filename), line=line, end_line=end_line, column=column,
            end_column=end_column, function=code.co_qualname, first_line=code.co_firstlineno)  # fmt: skip
    sites[offset] = number
    return number


def enter(stream: Any, code: CodeType) -> None:
    """Remember for a thread which code its last step came from."""
    stream.sites = sites_of(code)
    stream.code = code


def forget() -> None:
    """In a forked child: nothing is declared yet."""
    _tables.clear()
    _files.forget()
