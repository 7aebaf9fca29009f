"""What is asked of the tables, and what is changed in them. Each function is one statement or one transaction.

A recording is on the shelf of each visitor who keeps it: who imports what somebody else has kept gets a row of their
own, and the contents are there once. The first who kept an id has said what it holds.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, cast

import orjson

from lost_update.model import binary
from lost_update.store.card import Card, Kept
from lost_update.store.contents import Contents
from lost_update.store.leaving import Weighed, to_leave

_SHOWN: Final = (
    "number, id, owner, made_at, name, title, kind, status, steps, bytes, cell, findings, "
    "is_pinned, is_imported, deleted_at"
)

ROOM_SHARE: Final = 20
"""Of all bytes, a twentieth is made free at once: to look for what leaves, all rows have to be gone through."""

ROW_BYTES: Final = 1024
"""What a recording takes besides its contents, roughly."""


class Shelved(NamedTuple):
    """A recording on somebody's shelf."""

    number: int
    owner: str
    kept: Kept


class Totals(NamedTuple):
    """What all visitors keep: what several keep counts for each, and what was deleted until it cannot come back."""

    recordings: int
    nbytes: int


class New(NamedTuple):
    """A recording that is to be kept. `made_at` in milliseconds since 1970."""

    id: str
    owner: str
    made_at: int
    status: str
    steps: int
    card: Card
    contents: Contents
    is_imported: bool


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is changed within, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some errors have ended it already
            connection.execute("ROLLBACK")
        raise


def add(connection: sqlite3.Connection, new: New) -> None:
    """Keep it. What its visitor keeps already stays as it is; deleted, it comes back."""
    size = new.contents.size + ROW_BYTES
    with transaction(connection):
        connection.execute(
            "INSERT INTO contents (id, head, log, columns_version, columns) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            (new.id, new.contents.head, new.contents.log, binary.VERSION, new.contents.columns),
        )
        connection.execute(
            "INSERT INTO recordings (id, owner, made_at, title, kind, status, steps, bytes, cell, findings, words, "
            "is_imported) SELECT id, ?, ?, title, kind, status, steps, bytes, cell, findings, words, ? "
            "FROM recordings WHERE id = ? LIMIT 1 ON CONFLICT (id, owner) DO UPDATE SET deleted_at = NULL",
            (new.owner, new.made_at, new.is_imported, new.id),
        )
        card = new.card
        connection.execute(
            "INSERT INTO recordings (id, owner, made_at, title, kind, status, steps, bytes, cell, findings, words, "
            "is_imported) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                *(new.id, new.owner, new.made_at, card.title, card.kind, new.status, new.steps, size),
                *(orjson.dumps(card.cell).decode(), orjson.dumps(card.findings).decode(), card.words),
                new.is_imported,
            ),
        )


def listed(
    connection: sqlite3.Connection, owners: Sequence[str], search: str, before: int | None, most: int
) -> list[Shelved]:
    """What these visitors keep and the search finds, newest first, those before that number.

    Their pictures are only to be sent: they stay the JSON that they are.
    """
    asked: list[Any] = [*owners]
    where = f"owner IN ({_marks(owners)}) AND deleted_at IS NULL"
    if before is not None:
        where += " AND number < ?"
        asked.append(before)
    for word in search.casefold().split():
        where += " AND words LIKE ? ESCAPE '\\'"
        asked.append(f"%{_plain(word)}%")
    found = connection.execute(
        f"SELECT {_SHOWN} FROM recordings WHERE {where} ORDER BY number DESC LIMIT ?", (*asked, most)
    )
    return [_shelved(row, orjson.Fragment) for row in found]


def bytes_of(connection: sqlite3.Connection, owners: Sequence[str]) -> int:
    """What these visitors keep, in bytes."""
    (taken,) = connection.execute(
        f"SELECT coalesce(sum(bytes), 0) FROM recordings WHERE owner IN ({_marks(owners)}) AND deleted_at IS NULL",
        (*owners,),
    ).fetchone()
    return cast(int, taken)


def totals(connection: sqlite3.Connection) -> Totals:
    """What all visitors keep, counted as for the limit."""
    return Totals(*connection.execute("SELECT count(*), coalesce(sum(bytes), 0) FROM recordings").fetchone())


def pinned_bytes(connection: sqlite3.Connection) -> int:
    """What all have pinned, in bytes."""
    (taken,) = connection.execute("SELECT coalesce(sum(bytes), 0) FROM recordings WHERE is_pinned").fetchone()
    return cast(int, taken)


def all_of(connection: sqlite3.Connection, run_id: str) -> list[Shelved]:
    """Everybody's row of that recording, the first who kept it first; those that were deleted, too."""
    found = connection.execute(f"SELECT {_SHOWN} FROM recordings WHERE id = ? ORDER BY number", (run_id,))
    return [*map(_shelved, found)]


def part_of(connection: sqlite3.Connection, run_id: str, columns: str) -> tuple[Any, ...] | None:
    """These columns of the contents of a recording that somebody keeps."""
    found: tuple[Any, ...] | None = connection.execute(
        f"SELECT {columns} FROM contents WHERE id = ? "
        "AND EXISTS (SELECT 1 FROM recordings AS kept WHERE kept.id = contents.id AND kept.deleted_at IS NULL)",
        (run_id,),
    ).fetchone()
    return found


def rename(connection: sqlite3.Connection, number: int, name: str | None) -> None:
    """Call it that; by None, as it was called before people gave it a name."""
    with transaction(connection):
        (before, words) = connection.execute(
            "SELECT name, words FROM recordings WHERE number = ?", (number,)
        ).fetchone()
        if before is not None:
            words = words[: -len(_as_words(before))]
        words += "" if name is None else _as_words(name)
        connection.execute("UPDATE recordings SET name = ?, words = ? WHERE number = ?", (name, words, number))


def pin(connection: sqlite3.Connection, number: int, is_pinned: bool) -> None:
    """Let it stay, or not."""
    connection.execute("UPDATE recordings SET is_pinned = ? WHERE number = ?", (is_pinned, number))


def delete(connection: sqlite3.Connection, number: int, at: int | None) -> None:
    """Delete it at that moment, so that it can be brought back; with None, bring it back."""
    connection.execute("UPDATE recordings SET deleted_at = ? WHERE number = ?", (at, number))


def purge(connection: sqlite3.Connection, deleted_before: int) -> None:
    """Remove for good what was deleted before that moment."""
    numbers = connection.execute("SELECT number FROM recordings WHERE deleted_at < ?", (deleted_before,)).fetchall()
    _remove(connection, [number for (number,) in numbers])


def expire(connection: sqlite3.Connection, most: int | None, made_before: int | None) -> None:
    """Remove for good what is too old; and where there is too much, as many that there is room for a while again."""
    (total,) = connection.execute("SELECT coalesce(sum(bytes), 0) FROM recordings").fetchone()
    (oldest,) = connection.execute("SELECT min(made_at) FROM recordings WHERE NOT is_pinned").fetchone()
    is_full = most is not None and total > most
    is_old = made_before is not None and oldest is not None and oldest < made_before
    if not is_full and not is_old:
        return
    if most is not None and is_full:
        most -= most // ROOM_SHARE
    rows = connection.execute("SELECT number, owner, made_at, bytes, is_pinned FROM recordings ORDER BY number")
    _remove(connection, to_leave((Weighed(*row) for row in rows), most, made_before))


def _remove(connection: sqlite3.Connection, numbers: list[int]) -> None:
    if not numbers:
        return
    with transaction(connection):
        connection.executemany("DELETE FROM recordings WHERE number = ?", [(number,) for number in numbers])
        connection.execute("DELETE FROM contents WHERE id NOT IN (SELECT id FROM recordings)")
    connection.execute("PRAGMA incremental_vacuum").fetchall()


def _shelved(row: tuple[Any, ...], read: Callable[[str], Any] = orjson.loads) -> Shelved:
    number, run_id, owner, made_at, name, title, kind, status, steps, size, cell, findings, *marks = row
    pinned, imported, deleted_at = marks
    kept = Kept(
        id=run_id,
        name=name,
        title=title,
        kind=kind,
        made_at=datetime.fromtimestamp(made_at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=status,
        steps=steps,
        bytes=size,
        is_pinned=bool(pinned),
        is_imported=bool(imported),
        is_deleted=deleted_at is not None,
        cell=read(cell),
        findings=read(findings),
    )
    return Shelved(number, owner, kept)


def _as_words(name: str) -> str:
    return f"\n{name.casefold()}"


def _plain(word: str) -> str:
    """A word as it stands, where LIKE has signs of its own."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
