"""The tables of recordings, and how tables of an older version become these.

A change of the tables is one more entry in `MIGRATIONS`; none that was ever released may change. `PRAGMA user_version`
says how many of them a file has behind it. Each is one transaction: a crash leaves the version before it, whole.

    contents    all of a recording, by its id: what is large, and read only when it is opened
    recordings  what lists show, a row for each visitor who keeps it. What is added up after each save and in each list
                lies in an index: otherwise all rows would have to be read for it, pictures included

Writing is safe at any moment. What is written goes to a journal first (WAL), so that readers never wait for the writer,
and is on the disk before it counts as kept (synchronous=FULL): that costs one wait a recording, which the writer's
thread has to itself, and it holds even where the machine loses its power.
"""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

_FIRST: Final = """
CREATE TABLE contents (
    id TEXT PRIMARY KEY,
    head BLOB NOT NULL,
    log BLOB NOT NULL,
    columns_version INTEGER NOT NULL,
    columns BLOB NOT NULL
);

CREATE TABLE recordings (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL REFERENCES contents (id),
    owner TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    name TEXT,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    steps INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    cell TEXT NOT NULL,
    findings TEXT NOT NULL,
    words TEXT NOT NULL,
    is_pinned INTEGER NOT NULL DEFAULT 0,
    is_imported INTEGER NOT NULL DEFAULT 0,
    deleted_at INTEGER,
    UNIQUE (id, owner)
);

CREATE INDEX by_owner ON recordings (owner, number, deleted_at, bytes, made_at, is_pinned);
CREATE INDEX by_age ON recordings (made_at) WHERE NOT is_pinned;
CREATE INDEX by_deletion ON recordings (deleted_at) WHERE deleted_at IS NOT NULL;
"""

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST,)
"""What makes each version of the one before it; the first, of nothing."""

BUSY_SECONDS: Final = 5.0
"""How long is waited for another process that is at work in the file."""


class Newer(Exception):
    """The file was written by a later Lost Update."""


def writing(file: Path) -> sqlite3.Connection:
    """A connection that writes, to tables of this version. Raises sqlite3.Error, and `Newer`."""
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))  # as private, then, as what SQLite puts beside it
    connection = _connected(file, "rw")
    try:
        _check_version(connection, MIGRATIONS)
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a file that is new; of another it changes nothing
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def reading(file: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises sqlite3.Error, also where there is no file, and `Newer`."""
    connection = _connected(file, "ro")
    try:
        _check_version(connection, MIGRATIONS)
    except BaseException:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Bring the tables up to the last version. Raises `Newer` where they are beyond it."""
    done = _check_version(connection, migrations)
    for version, change in enumerate(migrations[done:], done + 1):
        try:
            connection.executescript(f"BEGIN IMMEDIATE;\n{change}\nPRAGMA user_version = {version};\nCOMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _check_version(connection: sqlite3.Connection, migrations: Sequence[str]) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(migrations):
        raise Newer(
            f"it has the version {version} of a later Lost Update, and this one knows {len(migrations)}. "
            "Update Lost Update, or choose another directory by LOST_UPDATE_DATA_DIR"
        )
    return version


def _connected(file: Path, mode: str) -> sqlite3.Connection:
    """Its threads take turns; transactions begin where we say so."""
    address = f"file:{quote(str(file))}?mode={mode}"
    return sqlite3.connect(address, BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=True)
