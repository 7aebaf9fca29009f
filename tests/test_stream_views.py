"""Which view of a run a stream sends, and when: at once, or held back for what changes meanwhile."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from lost_update.model.encoding import Names
from lost_update.model.recording import Recording, Snapshot
from lost_update.model.targets import Target
from lost_update.settings import VIEW_SECONDS
from lost_update.web.stream import Cursor, RunViewers
from tests.recordings import recorded


class Told:
    """A run of a class, of which one viewer is told."""

    def __init__(self) -> None:
        ended = recorded("crowd-nine")
        self.recording = Recording(ended.header, replace(ended.snapshot, status="running"))
        self.cursor = Cursor(RunViewers(self.recording), "")
        self.now = 100.0

    def changes(self, **what: Any) -> None:
        """The run publishes that something is otherwise."""
        snapshot: Snapshot = replace(self.recording.snapshot, **{"turn": self.recording.snapshot.turn + 1, **what})
        self.recording.publish(snapshot)

    @property
    def is_due(self) -> bool:
        """Whether a view is sent now."""
        due_at = self.cursor.view_due_at
        return due_at is not None and due_at <= self.now

    def take(self) -> dict[str, Any]:
        """The view that is sent."""
        assert self.is_due
        view: dict[str, Any] = orjson.loads(self.cursor.take_view())
        return view


@pytest.fixture
def within_a_loop(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Told], None]], None]:
    """Runs a test where there is an event loop, whose clock the test sets."""

    def run(test: Callable[[Told], None]) -> None:
        async def inside() -> None:
            told = Told()
            monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: told.now)
            test(told)

        asyncio.run(inside())

    return run


Within = Callable[[Callable[[Told], None]], None]


def test_the_first_view_is_sent_at_once_and_none_while_nothing_changes(within_a_loop: Within) -> None:
    def test(told: Told) -> None:
        assert told.take()["status"] == "running"
        told.now += 10
        assert not told.cursor.has_new_view
        assert not told.is_due

    within_a_loop(test)


def test_what_changes_soon_after_a_view_is_told_once(within_a_loop: Within) -> None:
    def test(told: Told) -> None:
        told.take()
        for runnable in (("P1",), ("P1", "P2"), ("P2",)):
            told.changes(runnable=runnable)
            assert told.cursor.has_new_view
            assert not told.is_due
        assert told.cursor.view_due_at == told.now + VIEW_SECONDS
        told.now += VIEW_SECONDS
        assert told.take()["runnable"] == ["P2"]
        assert not told.cursor.has_new_view

    within_a_loop(test)


def test_what_changes_later_is_told_at_once(within_a_loop: Within) -> None:
    def test(told: Told) -> None:
        told.take()
        told.now += VIEW_SECONDS
        told.changes(runnable=("P9",))
        assert told.take()["runnable"] == ["P9"]

    within_a_loop(test)


def test_a_view_that_declares_more_waits_for_nothing(within_a_loop: Within) -> None:
    """Steps that name what it declares come right behind it."""

    def test(told: Told) -> None:
        told.take()
        names = told.recording.names
        more = Names([*names.processes], [*names.declared, Target("another", "lock")], sources=names.sources)
        told.changes(names=more)
        assert told.take()["targets"][-1]["name"] == "another"

    within_a_loop(test)


def test_who_has_to_hear_something_is_told_the_same_again_at_once(within_a_loop: Within) -> None:
    def test(told: Told) -> None:
        first = told.take()
        told.cursor.forget()
        assert told.take() == first

    within_a_loop(test)


def test_the_end_brings_the_last_view_itself(within_a_loop: Within) -> None:
    def test(told: Told) -> None:
        told.take()
        told.changes(status="finished")
        told.now += 10
        assert told.cursor.view_due_at is None

    within_a_loop(test)
