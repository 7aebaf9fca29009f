"""Reads what the processes of a script write: declarations in lines, steps in memory-mapped files.

    D/0.jsonl        what process 0 declares, a line each
    D/0.1.0.steps    the steps of its thread 1, as records of eight integers; further segments are 0.1.1, …
    D/1.jsonl        …

A process writes whatever it does there itself, so nothing is lost with it when it is killed. Whoever reads copies what
is complete. A record is complete when its last integer says so; one that is being made holds back what comes after it,
as long as its process lives.
"""

from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from lost_update.model.steps import RECORD_FIELDS

FIELDS: Final = (*RECORD_FIELDS, "published")
WIDTH: Final = len(FIELDS)
RECORD_BYTES: Final = 8 * WIDTH
PUBLISHED: Final = FIELDS.index("published")
T_NS: Final = FIELDS.index("t_ns")

COMPLETE: Final = 1
BEING_MADE: Final = -1

Records = npt.NDArray[np.int64]

NO_RECORDS: Final[Records] = np.empty((0, WIDTH), np.int64)


@dataclass
class _Cursor:
    """A place in the steps of one thread: everything before it was seen."""

    stem: Path
    segment: int = 0
    seen: int = 0
    _open: Records | None = field(default=None, repr=False)

    def complete(self) -> tuple[Records, bool]:
        """The complete records from here to the end of the segment, and whether another is being made there."""
        records = self._records()
        if records is None:
            return NO_RECORDS, False
        rest = records[self.seen :]
        published = rest[:, PUBLISHED].copy()  # looked at once: the thread writes meanwhile
        ends = np.flatnonzero(published != COMPLETE)
        count = int(ends[0]) if len(ends) else len(rest)
        return rest[:count], bool(len(ends)) and int(published[count]) == BEING_MADE

    def move(self, count: int) -> bool:
        """So many were seen. Whether there may be more: the segment is at its end."""
        self.seen += count
        if self._open is None or self.seen < len(self._open):
            return False
        self.segment, self.seen, self._open = self.segment + 1, 0, None
        return True

    def _records(self) -> Records | None:
        """The segment, mapped; None where there is none yet."""
        if self._open is None:
            path = self.stem.with_name(f"{self.stem.name}.{self.segment}.steps")
            try:
                if path.stat().st_size < RECORD_BYTES:
                    return None
                self._open = np.memmap(path, "<i8", "r").reshape(-1, WIDTH)
            except FileNotFoundError:
                return None
        return self._open


class ThreadFile:
    """The steps of one thread, as far as they were read."""

    def __init__(self, directory: Path, process: int, thread: int) -> None:
        stem = directory / f"{process}.{thread}"
        self._read = _Cursor(stem)
        self._noticed = _Cursor(stem)
        self.watermark = 0
        """The thread has nothing older than this that was not read."""

    def take(self, now: int, is_alive: bool) -> Records:
        """The complete records that were not taken yet. `now` was read before anything was looked at."""
        parts = []
        is_at_end = False
        while not is_at_end:
            records, is_being_made = self._read.complete()
            if len(records):
                parts.append(records.copy())
            is_at_end = not self._read.move(len(records))
        taken = np.concatenate(parts) if parts else NO_RECORDS.copy()
        if not (is_alive and is_being_made):
            self.watermark = max(self.watermark, now)
        elif len(taken):
            self.watermark = max(self.watermark, int(taken[-1, T_NS]))
        return taken

    def has_grown(self) -> bool:
        """Whether something was written since this was asked the last time."""
        total = 0
        is_at_end = False
        while not is_at_end:
            count = len(self._noticed.complete()[0])
            total += count
            is_at_end = not self._noticed.move(count)
        return total > 0


@dataclass
class ProcessFile:
    """What one process has declared, as far as it was read."""

    path: Path
    number: int
    _offset: int = 0

    def take(self) -> list[dict[str, Any]]:
        """The lines that were not taken yet, in full."""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [orjson.loads(line) for line in whole.splitlines()]


class TraceFiles:
    """The directory of one trace."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.processes: dict[int, ProcessFile] = {}
        self.threads: dict[tuple[int, int], ThreadFile] = {}

    def look(self) -> int:
        """See which files there are. Returns a time before which nothing was missed in a file that is not known."""
        now = perf_counter_ns()
        new: list[tuple[int, int]] = []
        for path in self.directory.iterdir():
            number, _, rest = path.name.partition(".")
            if not number.isdigit():
                continue
            if rest == "jsonl":
                if int(number) not in self.processes:
                    self.processes[int(number)] = ProcessFile(path, int(number))
            elif rest.endswith(".steps"):
                key = (int(number), int(rest.split(".")[0]))
                if key not in self.threads:
                    new.append(key)
        # A directory has no order. The thread with which a process begins has the lowest number, and must come first.
        for key in sorted(new):
            self.threads[key] = ThreadFile(self.directory, *key)
        return now

    def declared(self) -> list[tuple[int, dict[str, Any]]]:
        """All lines that were not taken yet, each with the number of its process.

        The files are gone through twice: what a process declares of an object that another made, that one has declared
        before, perhaps after its own file was read.
        """
        lines = []
        for _ in range(2):
            for number, process in sorted(self.processes.items()):
                lines += [(number, line) for line in process.take()]
        return lines

    def has_grown(self) -> bool:
        """Whether a known thread has written something since this was asked the last time."""
        grown = [thread.has_grown() for thread in self.threads.values()]  # each is asked: it remembers
        return any(grown)
