"""What is kept, as others use it: keep a recording, find it again, list, rename, pin, delete and bring back.

    a run's thread ── keep ──▶ writer's thread ─▶ the connection that writes
    a request's thread ── find, columns, listing ─▶ the connection that reads
    a request's thread ── change, delete, restore ─▶ writer's thread, and waits for its answer

Whatever goes wrong with the directory, nothing else does: then nothing is kept, and `why_not` says why. A directory in
which another process writes is read, and not written to.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Final, NamedTuple, Self, TypeVar

from lost_update.execution.failures import LOG
from lost_update.execution.failures import log as log_fault
from lost_update.model import binary
from lost_update.model.recording import Recording
from lost_update.settings import Settings
from lost_update.store import schema, shelf
from lost_update.store.card import Kept, card_of
from lost_update.store.contents import Unreadable, opened, outline, packed
from lost_update.store.directory import FILE, MEMORY, Taken, WriteLock, directory_of, made
from lost_update.store.writer import Busy, Writer

T = TypeVar("T")

UNDO_SECONDS: Final = 600
"""How long what was deleted can be brought back."""

MOST_OPEN: Final = 4
"""Kept recordings that are held in memory, those that were opened last: who looks at one asks for it several times."""

PINNED_SHARE: Final = 2
"""Of all bytes, a half may be pinned: the other is for what comes."""

OF_THIS_MACHINE: Final = "address 127.0.0.1"
"""The owner of what a command in the terminal of this machine has made."""

WAITING_SHARE: Final = 2
"""Of the memory for runs, recordings that wait to be written may fill a half: it is not given back before."""

IN_MEMORY: Final = "Recordings are not kept here: LOST_UPDATE_DATA_DIR is :memory:. Name a directory to keep them."
NOT_HERE: Final = "Recordings are not kept by this server."


class NotKept(Exception):
    """Nothing can be changed in what is kept. The message says why, and what to do."""


class NoneKept(Exception):
    """There is no such recording."""


class OfAnother(Exception):
    """It is another visitor's."""


class TooMuchPinned(Exception):
    """What is pinned never leaves: with this, too little room would be left for what comes."""


class Listing(NamedTuple):
    """Some of what a visitor keeps, the newest first; `before` brings the next ones, where there are more.

    The cells and findings of these are JSON already, as orjson takes it.
    """

    kept: list[Kept]
    before: int | None
    size: int


class Store:
    """All that is kept in one directory. Safe to use from any thread. Whoever makes it closes it."""

    def __init__(self, settings: Settings, tell: Callable[[str], object] = LOG.warning) -> None:
        """Open the directory that the settings name. Never fails: `why_not` says what is wrong.

        `tell` is called with it, too, once for the same trouble: it goes to the terminal.
        """
        self._say = tell
        self._settings = settings
        self._lock: WriteLock | None = None
        self._writer: Writer | None = None
        self._to_write: sqlite3.Connection | None = None
        self._to_read: sqlite3.Connection | None = None
        self._reading = threading.Lock()
        self._waiting: dict[str, tuple[Recording, str]] = {}
        self._open: OrderedDict[str, Recording] = OrderedDict()
        self._why_not: str | None = None
        self._told: set[str] = set()
        directory = directory_of(settings.data_dir)
        if directory is None:
            self._why_not = IN_MEMORY if settings.data_dir == MEMORY else NOT_HERE
            return
        self._begin(directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def why_not(self) -> str | None:
        """Why nothing is kept, and what to do, in a sentence or two; None while recordings are kept."""
        return self._why_not

    @property
    def budget(self) -> int | None:
        """The bytes that all that is kept may take."""
        return self._settings.keep_bytes

    def keep(self, recording: Recording, owner: str, *, is_imported: bool = False) -> "Future[None]":
        """Keep the recording of a run that is over, for this visitor. Returns at once, and never fails.

        The future is done when lists show it, or never will. One without any step is nothing to look at again.
        """
        if self._writer is None or not len(recording.log):
            return _over()
        waiting = sum(each.log.nbytes for each, _ in list(self._waiting.values()))
        self._waiting[recording.id] = recording, owner
        try:
            if waiting > self._settings.memory // WAITING_SHARE:
                raise Busy
            return self._writer.ask(lambda: self._save(recording, owner, is_imported))
        except Busy:
            del self._waiting[recording.id]
            self._tell("Recordings come faster than they can be written: some are not kept.")
            return _over()

    def find(self, run_id: str) -> Recording | None:
        """The whole recording, with its steps. It may have to be read and unpacked: not for the event loop."""
        known = self._known(run_id)
        if known is not None:
            return known
        found = self._read(lambda connection: shelf.part_of(connection, run_id, "head, log"), None)
        if found is None:
            return None
        try:
            recording = opened(*found)
        except Unreadable as error:
            self._tell(f"The recording {run_id} cannot be opened: {error}.")
            return None
        with self._reading:
            self._open[run_id] = recording
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return recording

    def outline(self, run_id: str) -> Recording | None:
        """The recording, perhaps without its steps: enough for its view, and soon there."""
        known = self._known(run_id)
        if known is not None:
            return known
        found = self._read(lambda connection: shelf.part_of(connection, run_id, "head"), None)
        kept = self.shelved(run_id)
        if found is None or kept is None:
            return None
        try:
            return outline(found[0], kept["steps"])
        except Unreadable as error:
            self._tell(f"The recording {run_id} cannot be opened: {error}.")
            return None

    def columns(self, run_id: str) -> bytes | None:
        """The steps as the page fetches them, a gzip file; None where they have to be made of the whole recording."""
        found = self._read(lambda connection: shelf.part_of(connection, run_id, "columns_version, columns"), None)
        if found is None or found[0] != binary.VERSION:
            return None
        columns: bytes = found[1]
        return columns

    def owner_of(self, run_id: str) -> str | None:
        """The visitor who kept it first."""
        waiting = self._waiting.get(run_id)
        if waiting is not None:
            return waiting[1]
        rows = self._rows(run_id)
        return next((row.owner for row in rows if not row.kept["is_deleted"]), None)

    def shelved(self, run_id: str) -> Kept | None:
        """What a list shows of it, whosever it is."""
        return next((row.kept for row in self._rows(run_id) if not row.kept["is_deleted"]), None)

    def listing(self, owners: Sequence[str], search: str = "", before: int | None = None, most: int = 100) -> Listing:
        """What these visitors keep and the search finds, newest first."""

        def read(connection: sqlite3.Connection) -> Listing:
            found = shelf.listed(connection, owners, search, before, most + 1)
            cursor = found[most - 1].number if len(found) > most else None
            return Listing([row.kept for row in found[:most]], cursor, shelf.bytes_of(connection, owners))

        return self._read(read, Listing([], None, 0))

    def totals(self) -> shelf.Totals:
        """What all visitors keep."""
        return self._read(shelf.totals, shelf.Totals(0, 0))

    def own(self, run_id: str, owners: Sequence[str]) -> Kept:
        """What a list shows of it to these visitors."""
        return self._change(run_id, owners, lambda _connection, _number: None)

    def rename(self, run_id: str, owners: Sequence[str], name: str | None) -> Kept:
        """Give it a name, or take that away. This and the others raise `NotKept`, `NoneKept` and `OfAnother`."""
        return self._change(run_id, owners, lambda connection, number: shelf.rename(connection, number, name))

    def pin(self, run_id: str, owners: Sequence[str], is_pinned: bool) -> Kept:
        """Let it stay for good, or not. Raises `TooMuchPinned`, too."""

        def change(connection: sqlite3.Connection, number: int) -> None:
            with shelf.transaction(connection):
                shelf.pin(connection, number, is_pinned)
                if is_pinned and shelf.pinned_bytes(connection) > self._settings.keep_bytes // PINNED_SHARE:
                    raise TooMuchPinned

        return self._change(run_id, owners, change)

    def delete(self, run_id: str, owners: Sequence[str]) -> Kept:
        """Take it from lists and addresses. For ten minutes it can be brought back, while this server goes on."""
        return self._change(run_id, owners, lambda connection, number: shelf.delete(connection, number, _now()))

    def restore(self, run_id: str, owners: Sequence[str]) -> Kept:
        """Bring back what was deleted."""
        return self._change(
            run_id, owners, lambda connection, number: shelf.delete(connection, number, None), also_deleted=True
        )

    def is_there(self, run_id: str) -> bool:
        """Whether somebody keeps it."""
        return run_id in self._waiting or self.shelved(run_id) is not None

    def close(self) -> None:
        """Write what still waits, remove what was deleted, and let another process write here."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        with self._reading:
            if self._to_read is not None:
                self._to_read.close()
                self._to_read = None
        if self._to_write is not None:  # the last to be closed: it moves all that is in the journal into the file
            self._tidy(purge_all=True)
            self._to_write.close()
            self._to_write = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _begin(self, directory: Path) -> None:
        file = directory / FILE
        try:
            self._lock = WriteLock(made(directory))
            self._to_write = schema.writing(file)
            self._to_read = schema.reading(file)
            self._writer = Writer(self._tidy)
            self._tidy()
        except Taken:
            self._tell(
                f"Another Lost Update keeps its recordings in {directory}. They are shown here, and nothing new is "
                "kept: close the other one, or name another directory by LOST_UPDATE_DATA_DIR."
            )
            self._begin_to_read(file)
        except (OSError, sqlite3.Error, schema.Newer, RuntimeError) as error:
            self._give_up(f"Recordings are not kept: {directory} {_said_of(error)}.")

    def _begin_to_read(self, file: Path) -> None:
        try:
            self._to_read = schema.reading(file)
        except (sqlite3.Error, schema.Newer):
            self._to_read = None

    def _give_up(self, why: str) -> None:
        self.close()
        self._tell(why)

    def _save(self, recording: Recording, owner: str, is_imported: bool) -> None:
        """In the writer's thread: here a failure is told, and ends here."""
        assert self._to_write is not None
        try:
            new = shelf.New(
                *(recording.id, owner, _now(), recording.snapshot.status, len(recording.log), card_of(recording)),
                *(packed(recording), is_imported),
            )
            shelf.add(self._to_write, new)
            self._why_not = None
            self._tidy()
        except (sqlite3.Error, OSError, MemoryError) as error:
            self._tell(f"Recordings are not kept now: {_said_of(error)}.")
        except Exception as error:  # ours; the next recording may well be kept
            log_fault(error)
        finally:
            self._waiting.pop(recording.id, None)

    def _tidy(self, *, purge_all: bool = False) -> None:
        """Remove what was deleted long enough ago, and what has expired."""
        assert self._to_write is not None
        now, days = _now(), self._settings.keep_days
        oldest = None if days is None else now - int(timedelta(days=days).total_seconds() * 1000)
        try:
            shelf.purge(self._to_write, now + 1 if purge_all else now - UNDO_SECONDS * 1000)
            shelf.expire(self._to_write, self._settings.keep_bytes, oldest)
        except sqlite3.Error as error:
            self._tell(f"What is kept cannot be tidied up: {_said_of(error)}.")

    def _change(
        self,
        run_id: str,
        owners: Sequence[str],
        change: Callable[[sqlite3.Connection, int], None],
        *,
        also_deleted: bool = False,
    ) -> Kept:
        if self._writer is None:
            raise NotKept(self._why_not or NOT_HERE)

        def work() -> Kept:
            assert self._to_write is not None
            number = _own(shelf.all_of(self._to_write, run_id), owners, also_deleted=also_deleted).number
            change(self._to_write, number)
            with self._reading:
                self._open.pop(run_id, None)
            return next(row.kept for row in shelf.all_of(self._to_write, run_id) if row.number == number)

        try:
            return self._writer.ask(work).result()
        except Busy:
            raise NotKept("So much waits to be written that this cannot be done now. Try again.") from None
        except (sqlite3.Error, OSError) as error:
            raise NotKept(f"This cannot be written: {_said_of(error)}.") from error

    def _known(self, run_id: str) -> Recording | None:
        """Where it is in memory: it waits to be written, or was opened a short while ago."""
        waiting = self._waiting.get(run_id)
        return self._open.get(run_id) if waiting is None else waiting[0]

    def _rows(self, run_id: str) -> list[shelf.Shelved]:
        return self._read(lambda connection: shelf.all_of(connection, run_id), [])

    def _read(self, ask: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        with self._reading:
            if self._to_read is None:
                return otherwise
            try:
                return ask(self._to_read)
            except sqlite3.Error as error:
                self._tell(f"What is kept cannot be read: {_said_of(error)}.")
                return otherwise

    def _tell(self, why: str) -> None:
        """Say it wherever is asked, and once in the terminal."""
        self._why_not = why
        if why not in self._told:
            self._told.add(why)
            self._say(why)


def nothing() -> Store:
    """A store that keeps nothing and knows nothing."""
    return Store(Settings(data_dir=MEMORY))


def reading(data_dir: str) -> Store:
    """What is kept there, to be read only, also while a server keeps its recordings there."""
    store = Store(Settings(data_dir=MEMORY))
    directory = directory_of(data_dir)
    if directory is not None:
        store._begin_to_read(directory / FILE)
    return store


def _over() -> "Future[None]":
    """Of work that is not to be waited for."""
    over = Future[None]()
    over.set_result(None)
    return over


def _own(rows: list[shelf.Shelved], owners: Sequence[str], *, also_deleted: bool) -> shelf.Shelved:
    there = [row for row in rows if also_deleted or not row.kept["is_deleted"]]
    mine = [row for row in there if row.owner in owners]
    if mine:
        return mine[0]
    raise OfAnother if any(not row.kept["is_deleted"] for row in there) else NoneKept


def _said_of(error: BaseException) -> str:
    """What is wrong, as the end of a sentence, and what to do."""
    if isinstance(error, schema.Newer):
        return f"cannot be used: {error}"
    if isinstance(error, OSError):
        return f"cannot be used: {error.strerror}. Name another directory by LOST_UPDATE_DATA_DIR"
    if isinstance(error, RuntimeError):
        return "cannot be written: the machine gives no more threads. Start again when there are some"
    if "full" in str(error):
        return "the disk is full. Make room, or delete recordings"
    return f"{error}. Name another directory by LOST_UPDATE_DATA_DIR"


def _now() -> int:
    return int(time() * 1000)
