"""Where the steps of a script's process go: files in memory, written by the process, read by the tracer while it runs.

    traced process N                                      tracer
      a step ──────── pack_into ──▶ D/N.k.S.steps ──────▶ reads what is published
      first of a kind ── os.write ─▶ D/N.jsonl    ──────▶ reads whole lines

Steps are stored straight into files that are mapped into memory: a process that is killed loses nothing of them.
Each thread has files of its own, so that no lock is needed. What a step refers to by number (a site, a target, a text)
is declared in the process's file of lines, always before the first step that needs it.

Nothing here keeps a file open or starts a thread, and nothing raises: where a file cannot be written, tracing is over
for this process, and its steps go to a piece of memory that nobody reads.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from errno import EINVAL
from struct import Struct
from struct import error as struct_error
from threading import get_ident, get_native_id, local
from time import perf_counter_ns
from typing import Any, Final
from weakref import ref

from lost_update.model.ops import NOTHING, PRESENT, Op
from lost_update.model.steps import kind_of
from lost_update.tracing.script import sites
from lost_update.tracing.script.declarations import (
    PROCESS,
    as_json,
    declare,
    disabled,
    give_up,
    target,
    text,
)
from lost_update.tracing.script.sites import is_internal, is_of_the_person, site_of

__all__ = [
    "LOCAL",
    "PROCESS",
    "Stream",
    "as_json",
    "declare",
    "disabled",
    "forget_at_fork",
    "here",
    "in_child",
    "is_internal",
    "is_of_the_person",
    "make_room",
    "map_file",
    "note",
    "site_of",
    "target",
    "text",
]

RECORD: Final = Struct("<7q")
"""kind, site, t_ns, modified_ns, first, second, third. What follows, published, is stored by itself, at last.

To pack it too would clear it first: for that moment it would look as if no step were being made.
"""

FIRST_SEGMENT: Final = 256 * 1024
LATER_SEGMENT: Final = 4 * 1024 * 1024
WINDOW: Final = 128 * 1024
"""So much of a segment is made ready at a time: what is still in the processor's cache is written in half the time."""

MOST_FILES: Final = 400
"""In a trace: with so many, most of them of 4 MiB, it is full. What comes later is not recorded."""

PENDING: Final = -1
PUBLISHED: Final = 1
"""A record's last field: whether it is being made, or complete. The tracer reads no further than it is complete."""

_pack_into = RECORD.pack_into


_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class _Mapping:
    """A piece of a file in memory, for as long as something refers to it."""

    def __init__(self, address: int, size: int) -> None:
        self.address = address
        self.size = size

    # By default arguments: at the end of an interpreter there are no modules any more.
    def __del__(self, unmap: Any = _LIBC.munmap, place: Any = ctypes.c_void_p, length: Any = ctypes.c_size_t) -> None:
        unmap(place(self.address), length(self.size))


_map = _LIBC.mmap
_map.restype = ctypes.c_void_p
_map.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
_READ_AND_WRITE: Final = 3
_SHARED: Final = 1
_FAILED: Final = ctypes.c_void_p(-1).value


_populate = _LIBC.madvise
_populate.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_POPULATE_WRITE: Final = 23


def map_file(path: str, size: int, flags: int = os.O_EXCL) -> Any:
    """That many bytes of a file as a ctypes array. No descriptor stays open. There need be no room on the disk yet.

    `mmap.mmap` would keep a descriptor: a script that closes all of them would make it close another's file later.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
    try:
        os.ftruncate(descriptor, size)
        address = _map(None, size, _READ_AND_WRITE, _SHARED, descriptor, 0)
    finally:
        os.close(descriptor)
    if address in (None, _FAILED):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    memory: Any = (ctypes.c_char * size).from_address(address)
    memory.owner = _Mapping(address, size)
    memory.path = path
    return memory


def make_room(memory: Any, start: int, size: int) -> None:
    """Have room on the disk for a part of a mapped file: to write where there is none would kill the process."""
    if _populate(memory.owner.address + start, size, _POPULATE_WRITE):
        if ctypes.get_errno() != EINVAL:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        # A kernel before 5.14.
        descriptor = os.open(memory.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.posix_fallocate(descriptor, start, size)
        finally:
            os.close(descriptor)


class Stream:
    """The steps of one thread. Only that thread writes, and no step needs more than this object.

    What is hot reads and writes these attributes itself, as `note` does.
    """

    __slots__ = ("code", "is_full", "marks", "memory", "name", "next", "segment", "segments", "sites", "start")

    def __init__(self) -> None:
        self.code: Any = None
        """The code whose places in the source `sites` has: of the last step."""
        self.sites: Any = {}
        self.segment: Any = None
        self.segments = 0
        self.is_full = False
        self.start = 0
        """Where in the segment the window begins that is being filled."""
        self.next = 0
        """The record that comes next, counted within the window."""
        self.name = ""
        if PROCESS.is_on:
            number = PROCESS.take_number()
            thread = next(PROCESS.threads)
            self.name = f"{PROCESS.directory}/{number}.{thread}"
            declare("thread", number=thread, native_id=get_native_id(), name=_name_of_this_thread())
        self._advance()

    def _advance(self) -> None:
        """Go on to the next window, and to the next segment where it is full."""
        self.start += WINDOW
        if PROCESS.is_on and not self._is_full():
            try:
                if self.segment is None or self.start >= len(self.segment):
                    size = LATER_SEGMENT if self.segments else FIRST_SEGMENT
                    self.segment = map_file(f"{self.name}.{self.segments}.steps", size)
                    self.segments += 1
                    self.start = 0
                make_room(self.segment, self.start, WINDOW)
            except OSError as error:
                give_up(error)
        if not PROCESS.is_on or self.is_full:
            # Nobody reads what is written here.
            self.segment = ctypes.create_string_buffer(WINDOW)
            self.start = 0
        self.memory = memoryview(self.segment).cast("B")[self.start : self.start + WINDOW]
        self.marks = self.memory.cast("q")[7::8]
        self.next = 0

    def _is_full(self) -> bool:
        """Whether the trace takes as much room as it may. That is said once; the script goes on without."""
        needs_a_file = self.segments and self.start >= len(self.segment)
        if needs_a_file and not self.is_full and len(os.listdir(PROCESS.directory)) > MOST_FILES:
            self.is_full = True
            declare("not_seen", what="what came later: the trace was full", site=0)
        return self.is_full

    def begin(self) -> None:
        """Say that a step is being made: before its clock is read."""
        try:
            self.marks[self.next] = PENDING
        except IndexError:
            self._advance()
            self.marks[0] = PENDING

    def add(self, kind: int, site: int, now: int, modified: int, first: int, second: int, third: int) -> None:
        """A complete step."""
        place = self.next
        self.next = place + 1
        try:
            _pack_into(self.memory, place << 6, kind, site, now, modified, first, second, third)
            self.marks[place] = PUBLISHED
        except struct_error:
            self._advance()
            self.next = 1
            _pack_into(self.memory, 0, kind, site, now, modified, first, second, third)
            self.marks[0] = PUBLISHED

    def add_many(
        self, kinds: Iterable[int], site: int, now: int, modified: int, bits: Sequence[int], versions: Sequence[int]
    ) -> None:
        """Complete steps of one moment, after `begin`. Each is marked before the one before it is published."""
        left = len(bits)
        for kind, first, version in zip(kinds, bits, versions, strict=True):
            left -= 1
            if not left:
                self.add(kind, site, now, modified, first, version, PRESENT)
                return
            if self.next >= len(self.marks):
                self._advance()
            memory, marks, place = self.memory, self.marks, self.next
            self.next = place + 1
            if self.next == len(self.marks):
                self._advance()
            self.marks[self.next] = PENDING
            _pack_into(memory, place << 6, kind, site, now, modified, first, version, PRESENT)
            marks[place] = PUBLISHED

    def note(self, op: Op, target: int, site: int, first: int = 0, second: int = NOTHING, third: int = NOTHING) -> int:
        """A step that happens now; the time of it."""
        self.begin()
        now = perf_counter_ns()
        self.add(kind_of(op, target), site, now, NOTHING, first, second, third)
        return now


LOCAL: Final = local()
"""`LOCAL.stream`: that of this thread, once it has one."""


def here() -> Stream:
    """The stream of this thread."""
    try:
        stream: Stream = LOCAL.stream
        return stream
    except AttributeError:
        LOCAL.stream = stream = Stream()
        return stream


def note(op: Op, target: int, site: int, first: int = 0, second: int = NOTHING, third: int = NOTHING) -> int:
    """A step of this thread that happens now; the time of it."""
    return here().note(op, target, site, first, second, third)


def _name_of_this_thread() -> str:
    # `current_thread` would make an object for a thread that has none, which the script could see.
    threading = sys.modules.get("threading")
    thread = getattr(threading, "_active", {}).get(get_ident())
    return str(thread.name) if thread is not None else "thread"


# What a fork changes.

_KEPT: Final[dict[int, tuple[Any, Callable[[Any], None]]]] = {}


def forget_at_fork(thing: Any, forget: Callable[[Any], None]) -> None:
    """Call `forget(thing)` in a forked child: what the thing remembers of numbers is the parent's."""
    number = id(thing)
    _KEPT[number] = ref(thing, lambda _: _KEPT.pop(number, None)), forget


_STARTED: Final[list[Callable[[], None]]] = []


def in_child(begin: Callable[[], None]) -> None:
    """Call `begin` in each forked child, once it has a stream of its own."""
    _STARTED.append(begin)


def _after_in_child() -> None:
    LOCAL.__dict__.clear()
    PROCESS.after_fork()
    sites.forget()
    for thing, forget in list(_KEPT.values()):
        alive = thing()
        if alive is not None:
            forget(alive)
    for begin in _STARTED:
        begin()


def follow_forks() -> None:
    """Give each forked child a number and streams of its own."""
    os.register_at_fork(after_in_child=_after_in_child)
