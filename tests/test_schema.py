"""The tables of an older Lost Update become those of this one, or stay as they were."""

import sqlite3
from pathlib import Path

import pytest

from lost_update.store import schema


def test_tables_of_an_older_version_become_those_of_this_one(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite3", isolation_level=None)
    schema.migrate(connection)
    connection.execute("INSERT INTO contents VALUES ('a', x'00', x'01', 1, x'02')")
    second = "ALTER TABLE contents ADD COLUMN taken TEXT NOT NULL DEFAULT 'here';"
    schema.migrate(connection, (*schema.MIGRATIONS, second))
    assert connection.execute("SELECT id, taken FROM contents").fetchall() == [("a", "here")]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS) + 1,)
    schema.migrate(connection, (*schema.MIGRATIONS, second))
    connection.close()


def test_a_change_that_fails_half_way_leaves_the_version_before_it_whole(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.sqlite3", isolation_level=None)
    schema.migrate(connection)
    broken = "ALTER TABLE contents ADD COLUMN taken TEXT; ALTER TABLE nothing ADD COLUMN taken TEXT;"
    with pytest.raises(sqlite3.Error):
        schema.migrate(connection, (*schema.MIGRATIONS, broken))
    assert connection.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)
    assert "taken" not in [name for _, name, *_ in connection.execute("PRAGMA table_info(contents)")]
    connection.close()
