"""Recordings are kept: exactly, safely, by one writer; and whatever is wrong with the directory is said, no more."""

import errno
import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lost_update.model.recording import Recording
from lost_update.model.view import view_of
from lost_update.settings import Settings
from lost_update.store import store, writer
from lost_update.store.directory import FILE, LOCK_FILE, directory_of
from lost_update.store.store import NoneKept, NotKept, OfAnother, Store, TooMuchPinned, reading
from tests import ROOT
from tests.recordings import memory_of_log, recorded
from tests.serving import until

ADA, BOB = ["visitor Ada"], ["visitor Bob"]


class Opened:
    """Stores in one directory, and what they said in the terminal."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.said: list[str] = []

    def store(self, **more: Any) -> Store:
        return Store(Settings(data_dir=str(self.directory), **more), self.said.append)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    return Opened(tmp_path / "data")


@pytest.fixture
def kept(opened: Opened) -> Iterator[Store]:
    """A store in which Ada has two recordings."""
    with opened.store() as made:
        keep(made, "race-none", "pool-map")
        yield made


def keep(made: Store, *names: str, owner: str = ADA[0]) -> None:
    """Keep these, and wait until they are."""
    for name in names:
        made.keep(recorded(name), owner)
    flush(made)


def flush(made: Store) -> None:
    """Wait until everything is written."""
    if made._writer is not None:
        made._writer.ask(lambda: None).result()


def ids(made: Store, owners: list[str] = ADA, search: str = "") -> list[str]:
    return [one["id"] for one in made.listing(owners, search).kept]


# Keeping and finding


def test_what_is_kept_is_there_when_the_directory_is_opened_again(opened: Opened) -> None:
    with opened.store() as first:
        first.keep(recorded("race-none"), ADA[0])
    with opened.store() as second:
        assert ids(second) == ["race-none"]
        found = second.find("race-none")
        assert found is not None
        assert view_of(found) == view_of(recorded("race-none"))
        assert second.find("race-none") is found, "who looks at one asks for it several times"
        assert second.owner_of("race-none") == ADA[0]
        assert second.find("pool-map") is None
        assert second.outline("pool-map") is None
        assert second.columns("pool-map") is None
        assert second.owner_of("pool-map") is None
    assert opened.said == []
    assert {file.name for file in opened.directory.iterdir()} == {FILE, LOCK_FILE}


@contextmanager
def held(made: Store) -> Iterator[None]:
    """Nothing is written meanwhile."""
    assert made._writer is not None
    may_go_on = threading.Event()
    made._writer.ask(may_go_on.wait)
    try:
        yield
    finally:
        may_go_on.set()


def test_it_is_found_while_it_waits_to_be_written(opened: Opened) -> None:
    recording = recorded("race-none")
    with opened.store() as made:
        with held(made):
            made.keep(recording, ADA[0])
            assert made.find("race-none") is recording
            assert made.outline("race-none") is recording
            assert made.owner_of("race-none") == ADA[0]
            assert made.is_there("race-none")
        flush(made)
        assert made.find("race-none") is not recording


def test_a_run_without_a_step_is_not_kept(opened: Opened) -> None:
    with opened.store() as made:
        keep(made, "race-untraced", "race-none")
        assert ids(made) == ["race-none"]


def test_only_the_private_user_may_read_the_files(kept: Store, opened: Opened) -> None:
    assert opened.directory.stat().st_mode & 0o077 == 0
    for file in opened.directory.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_no_process_that_is_started_inherits_an_open_file(kept: Store, opened: Opened) -> None:
    there = [(int(each.name), str(each.readlink())) for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    ours = [number for number, file in there if file.startswith(str(opened.directory))]
    assert len(ours) >= 2
    assert all(fcntl.fcntl(number, fcntl.F_GETFD) & fcntl.FD_CLOEXEC for number in ours)


def test_where_too_much_waits_a_recording_is_not_kept_and_nobody_waits(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 1)
    with opened.store() as made:
        with held(made):
            until(lambda: made._writer is not None and made._writer._waiting.empty())
            for name in ("race-none", "pool-map", "race-with"):
                made.keep(recorded(name), ADA[0])
            with pytest.raises(NotKept, match="Try again"):
                made.pin("race-none", ADA, True)
        until(lambda: ids(made) == ["race-none"])
        assert len(opened.said) == 1
        assert not made.is_there("pool-map")


def test_what_waits_to_be_written_fills_no_more_than_its_share_of_the_memory(opened: Opened) -> None:
    with opened.store(memory=1) as made:
        with held(made):
            made.keep(recorded("race-none"), ADA[0])
            made.keep(recorded("pool-map"), ADA[0])
        flush(made)
        assert ids(made) == ["race-none"]
        assert opened.said == ["Recordings come faster than they can be written: some are not kept."]


# Whose it is


def test_a_list_shows_only_ones_own_newest_first_a_part_at_a_time(kept: Store) -> None:
    keep(kept, "race-with", owner=BOB[0])
    assert ids(kept) == ["pool-map", "race-none"]
    assert ids(kept, BOB) == ["race-with"]
    assert ids(kept, [*ADA, *BOB]) == ["race-with", "pool-map", "race-none"]
    first = kept.listing(ADA, most=1)
    assert [one["id"] for one in first.kept] == ["pool-map"]
    second = kept.listing(ADA, before=first.before, most=1)
    assert ([one["id"] for one in second.kept], second.before) == (["race-none"], None)
    assert first.size == sum(one["bytes"] for one in kept.listing(ADA).kept)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["pool-map", "race-none"]),
        ("WITHOUT a lock", ["race-none"]),
        ("lock without", ["race-none"]),
        ("pool", ["pool-map"]),
        ("monday's", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("'; DROP TABLE recordings; --", []),
    ],
)
def test_a_search_looks_for_every_word_as_it_stands(kept: Store, search: str, found: list[str]) -> None:
    assert ids(kept, search=search) == found


def test_a_name_is_found_whatever_its_case_and_no_more_when_it_is_taken_away(kept: Store) -> None:
    renamed = kept.rename("race-none", ADA, "Übung 100%_1")
    assert renamed["name"] == "Übung 100%_1"
    assert ids(kept, search="übung") == ids(kept, search="ÜBUNG 0%_") == ["race-none"]
    kept.rename("race-none", ADA, "Other")
    assert ids(kept, search="übung") == []
    assert kept.rename("race-none", ADA, None)["name"] is None
    assert ids(kept, search="other") == []
    assert ids(kept, search="without") == ["race-none"]


def test_only_who_keeps_it_may_change_it(kept: Store) -> None:
    with pytest.raises(OfAnother):
        kept.rename("race-none", BOB, "mine")
    with pytest.raises(OfAnother):
        kept.pin("race-none", BOB, True)
    with pytest.raises(OfAnother):
        kept.delete("race-none", BOB)
    with pytest.raises(OfAnother):
        kept.restore("race-none", BOB)
    with pytest.raises(NoneKept):
        kept.delete("race-with", ADA)
    assert kept.own("race-none", ADA)["name"] is None


def test_what_two_visitors_keep_each_has_for_themselves_and_the_first_says_what_it_holds(kept: Store) -> None:
    forged = recorded("race-with")
    kept.keep(Recording({**forged.header, "id": "race-none"}, forged.snapshot, forged.log), BOB[0], is_imported=True)
    flush(kept)
    (of_bob,) = kept.listing(BOB).kept
    assert of_bob["title"] == kept.own("race-none", ADA)["title"]
    assert of_bob["is_imported"]
    found = kept.find("race-none")
    assert found is not None
    assert memory_of_log(found) == memory_of_log(recorded("race-none"))
    kept.delete("race-none", ADA)
    assert ids(kept) == ["pool-map"]
    assert ids(kept, BOB) == ["race-none"]
    assert kept.owner_of("race-none") == BOB[0]
    assert kept.is_there("race-none")


# Deleting


def test_what_is_deleted_is_gone_at_once_and_can_be_brought_back(kept: Store) -> None:
    assert kept.find("race-none") is not None
    assert kept.delete("race-none", ADA)["is_deleted"]
    assert ids(kept) == ["pool-map"]
    assert (kept.find("race-none"), kept.outline("race-none"), kept.columns("race-none")) == (None, None, None)
    with pytest.raises(NoneKept):
        kept.delete("race-none", ADA)
    assert not kept.restore("race-none", ADA)["is_deleted"]
    assert ids(kept) == ["pool-map", "race-none"]
    assert kept.find("race-none") is not None


def test_after_ten_minutes_it_is_gone_for_good(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.delete("race-none", ADA)
    now = store._now()
    monkeypatch.setattr(store, "_now", lambda: now + 1000 * (store.UNDO_SECONDS + 1))
    kept._tidy()
    with pytest.raises(NoneKept):
        kept.restore("race-none", ADA)


def test_when_the_server_ends_it_is_gone_for_good_and_its_room_is_given_back(kept: Store, opened: Opened) -> None:
    kept.delete("race-none", ADA)
    kept.close()
    assert counts(opened) == (1, 1)
    with opened.store() as again, pytest.raises(NoneKept):
        again.restore("race-none", ADA)


def test_what_is_deleted_and_kept_once_more_is_back(kept: Store) -> None:
    kept.delete("race-none", ADA)
    keep(kept, "race-none")
    assert ids(kept) == ["pool-map", "race-none"]


def counts(opened: Opened) -> tuple[int, int]:
    """How many rows there are, and how many contents."""
    connection = sqlite3.connect(opened.directory / FILE)
    try:
        tables = ("recordings", "contents")
        rows, all_contents = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    finally:
        connection.close()
    return rows, all_contents


# What leaves


def test_when_there_is_too_much_the_oldest_leaves_that_is_not_pinned(opened: Opened) -> None:
    with opened.store(keep_bytes=10**9) as made:
        keep(made, "race-none", "race-with", "pool-map", "queue-fifo")
        sizes = {one["id"]: one["bytes"] for one in made.listing(ADA).kept}
        made.pin("race-none", ADA, True)
    with opened.store(keep_bytes=sum(sizes.values()) - 1) as made:
        assert ids(made) == ["queue-fifo", "pool-map", "race-none"]
        assert not made.is_there("race-with")
    assert counts(opened) == (3, 3)


def test_what_is_too_old_leaves(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened.store(keep_days=3) as made:
        keep(made, "race-none", "race-with")
        made.pin("race-none", ADA, True)
        now = store._now()
        monkeypatch.setattr(store, "_now", lambda: now + 4 * 24 * 3600 * 1000)
        keep(made, "pool-map")
        assert ids(made) == ["pool-map", "race-none"]


def test_no_more_than_half_of_all_may_be_pinned(kept: Store, opened: Opened) -> None:
    size = sum(one["bytes"] for one in kept.listing(ADA).kept)
    kept.close()
    with opened.store(keep_bytes=size + 1) as made:
        assert len(ids(made)) == 2
        smaller, larger = sorted(made.listing(ADA).kept, key=lambda one: one["bytes"])
        made.pin(smaller["id"], ADA, True)
        with pytest.raises(TooMuchPinned):
            made.pin(larger["id"], ADA, True)
        assert not made.own(larger["id"], ADA)["is_pinned"]
        made.pin(smaller["id"], ADA, False)


# One writer


def test_a_second_one_reads_what_is_kept_and_says_that_it_keeps_nothing(kept: Store, opened: Opened) -> None:
    with opened.store() as second:
        assert ids(second) == ["pool-map", "race-none"]
        assert second.why_not is not None
        assert "Another Lost Update keeps its recordings" in second.why_not
        assert opened.said == [second.why_not]
        second.keep(recorded("race-with"), ADA[0])
        assert ids(kept) == ids(second) == ["pool-map", "race-none"]
        with pytest.raises(NotKept, match="Another Lost Update"):
            second.delete("race-none", ADA)
        keep(kept, "race-with")
        assert second.find("race-with") is not None, "it sees what the other one writes"
    kept.close()
    with opened.store() as third:
        assert third.why_not is None


def test_it_can_be_read_while_a_server_writes(kept: Store, opened: Opened) -> None:
    there = reading(str(opened.directory))
    try:
        assert ids(there) == ["pool-map", "race-none"]
        assert there.find("race-none") is not None
    finally:
        there.close()
    nothing = reading(str(opened.directory / "nowhere"))
    assert nothing.find("race-none") is None
    nothing.close()
    assert not (opened.directory / "nowhere").exists()


HOLDING = """
import sys, time
from lost_update.settings import Settings
from lost_update.store.store import Store
from tests.recordings import recorded
store = Store(Settings(data_dir=sys.argv[1]))
store.keep(recorded("race-none"), "visitor Ada")
store._writer.ask(lambda: None).result()
print(store.why_not, flush=True)
time.sleep(60)
"""


@pytest.mark.processes
def test_the_right_to_write_is_free_when_its_process_was_killed(opened: Opened) -> None:
    command = [sys.executable, "-c", HOLDING, str(opened.directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holding:
        assert holding.stdout is not None
        assert holding.stdout.readline() == "None\n"
        with opened.store() as second:
            assert second.why_not is not None
        holding.kill()
        holding.wait(20)
    there = reading(str(opened.directory))
    try:
        assert ids(there) == ["race-none"], "what is in the journal counts"
        assert there.find("race-none") is not None
    finally:
        there.close()
    with opened.store() as third:
        assert third.why_not is None


# Versions


def test_tables_of_a_later_version_are_left_alone(kept: Store, opened: Opened) -> None:
    kept.close()
    connection = sqlite3.connect(opened.directory / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with opened.store() as later:
        assert later.why_not is not None
        assert "the version 99 of a later Lost Update" in later.why_not
        later.keep(recorded("race-with"), ADA[0])
        assert ids(later) == []
        with pytest.raises(NotKept, match="later Lost Update"):
            later.delete("race-none", ADA)
    assert counts(opened) == (2, 2)


# What can go wrong


def test_without_a_directory_nothing_is_kept_and_it_is_said_where_it_is_asked() -> None:
    said: list[str] = []
    with Store(Settings(data_dir=":memory:"), said.append) as made:
        made.keep(recorded("race-none"), ADA[0])
        assert ids(made) == []
        assert made.why_not is not None
        assert "LOST_UPDATE_DATA_DIR is :memory:" in made.why_not
    assert said == [], "it was wished so"


def test_a_file_where_the_directory_should_be_is_named(opened: Opened) -> None:
    opened.directory.write_text("")
    check_that_nothing_is_kept(opened, f"{opened.directory} cannot be used: File exists")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EMFILE])
def test_so_is_a_directory_in_which_no_file_can_be_made(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as refusing:
        refusing.setattr(os, "open", refuse)
        check_that_nothing_is_kept(opened, f"{opened.directory} cannot be used: {os.strerror(number)}")


def test_where_there_is_no_thread_to_write_nothing_is_kept(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with opened.store() as made:
        assert made.why_not is not None
        assert "the machine gives no more threads" in made.why_not
        assert (ids(made), made.find("race-none")) == ([], None)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_so_is_a_directory_that_cannot_be_written(opened: Opened) -> None:
    opened.directory.mkdir(0o500)
    check_that_nothing_is_kept(opened, f"{opened.directory} cannot be used: Permission denied")


def test_so_is_a_file_that_is_no_database(opened: Opened) -> None:
    opened.directory.mkdir()
    (opened.directory / FILE).write_text("what somebody else has put here" * 100)
    check_that_nothing_is_kept(opened, f"{opened.directory} file is not a database")


def test_so_is_a_file_system_without_locks(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    check_that_nothing_is_kept(opened, "No locks available")


def check_that_nothing_is_kept(opened: Opened, why: str) -> None:
    """It is said once, and all goes on."""
    with opened.store() as made:
        made.keep(recorded("race-none"), ADA[0])
        assert made.why_not is not None
        assert why in made.why_not
        assert "LOST_UPDATE_DATA_DIR" in made.why_not
        assert opened.said == [made.why_not]
        assert (ids(made), made.find("race-none")) == ([], None)
        with pytest.raises(NotKept):
            made.pin("race-none", ADA, True)


def test_a_full_disk_is_said_and_when_there_is_room_again_it_goes_on(kept: Store, opened: Opened) -> None:
    assert kept._to_write is not None
    (pages,) = kept._to_write.execute("PRAGMA page_count").fetchone()
    kept._to_write.execute(f"PRAGMA max_page_count = {pages}")
    keep(kept, "race-eight-processes", "race-four-processes")
    assert opened.said == ["Recordings are not kept now: the disk is full. Make room, or delete recordings."]
    assert [kept.why_not] == opened.said
    assert ids(kept) == ["pool-map", "race-none"]
    kept._to_write.execute(f"PRAGMA max_page_count = {10 * pages}")
    keep(kept, "race-four-processes")
    assert kept.why_not is None
    assert ids(kept) == ["race-four-processes", "pool-map", "race-none"]


class Failing(sqlite3.Connection):
    """Every statement from some number on fails, as on a full disk."""

    left = 10**9

    def execute(self, *given: Any) -> sqlite3.Cursor:
        Failing.left -= 1
        if Failing.left < 0:
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(*given)


def test_whichever_statement_fails_nothing_half_saved_is_shown_and_what_was_saved_stays(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **more: connect(*given, **more, factory=Failing))
    Failing.left = 10**9
    with opened.store() as made:
        keep(made, "race-none")
    allowed = 0
    while True:
        Failing.left = allowed
        with opened.store() as made:
            if made._writer is not None:
                keep(made, "pool-map")
            failed = Failing.left < 0
            Failing.left = 10**9
            assert (made.why_not is None) is not failed
        with opened.store() as made:
            assert made.why_not is None
            assert ids(made) in (["race-none"], ["pool-map", "race-none"])
            for name in ids(made):
                found = made.find(name)
                assert found is not None
                assert memory_of_log(found) == memory_of_log(recorded(name))
            if "pool-map" in ids(made):
                made.delete("pool-map", ADA)
        if not failed:
            break
        allowed += 1
    assert allowed > 10, "so many statements were made to fail"


def test_a_bug_of_ours_costs_one_recording_and_no_more(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened.store() as made:
        with monkeypatch.context() as broken:
            broken.setattr(store, "packed", lambda _recording: 1 / 0)
            keep(made, "race-none")
        keep(made, "race-with")
        assert ids(made) == ["race-with"]


def test_by_default_it_is_a_directory_of_the_users_own() -> None:
    found = directory_of("")
    assert found is not None
    assert found.name == "lost-update"
    assert directory_of("~/here") == Path("~/here").expanduser()
    assert directory_of(":memory:") is None


def test_saving_is_timed_by_the_clock_of_the_wall(kept: Store) -> None:
    made_at = time.strptime(kept.own("race-none", ADA)["made_at"], "%Y-%m-%dT%H:%M:%SZ")
    assert made_at.tm_year >= 2024
