"""When many are told, and reminded: by a clock that the test drives."""

from collections.abc import Callable
from typing import Any

import pytest

from lost_update.web import beat as beat_module
from lost_update.web import listeners as listeners_module
from lost_update.web.beat import Beat
from lost_update.web.listeners import LONGEST_REST_EACH, RESTS, Listeners

pytestmark = pytest.mark.pure


class Timer:
    """What was asked for."""

    def __init__(self, at: float, call: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self.at = at
        self.call = call
        self.arguments = arguments
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Loop:
    """An event loop in which time goes by when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[Timer] = []
        self.set_timers = 0

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, call: Callable[..., None], *arguments: Any) -> Timer:
        self.set_timers += 1
        self.timers.append(Timer(self.now + seconds, call, arguments))
        return self.timers[-1]

    def call_soon(self, call: Callable[..., None], *arguments: Any) -> Timer:
        return self.call_later(0, call, *arguments)

    def pass_by(self, seconds: float) -> None:
        """Let so many seconds go by, and whatever is due meanwhile happen."""
        end = self.now + seconds
        while due := [timer for timer in self.timers if timer.at <= end and not timer.is_cancelled]:
            first = min(due, key=lambda timer: timer.at)
            self.timers.remove(first)
            self.now = max(self.now, first.at)
            first.call(*first.arguments)
        self.now = end


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    made = Loop()
    for module in (beat_module, listeners_module):
        monkeypatch.setattr(module.asyncio, "get_running_loop", lambda: made)
    return made


class Change:
    """What wakes a listener, who then needs some time to write."""

    def __init__(self, loop: Loop, seconds: float) -> None:
        self._loop = loop
        self._seconds = seconds
        self.told = 0

    def set(self) -> None:
        self.told += 1
        self._loop.now += self._seconds


def listeners_of(loop: Loop, count: int, seconds: float) -> Listeners:
    listeners = Listeners()
    listeners.changes |= {Change(loop, seconds) for _ in range(count)}  # type: ignore[misc]
    return listeners


def test_after_telling_many_there_is_a_rest_as_long_as_it_took_and_more(loop: Loop) -> None:
    listeners = listeners_of(loop, 200, 0.0001)
    assert listeners.rest == 0
    listeners.tell()
    loop.pass_by(0)
    assert listeners.rest == pytest.approx(RESTS * 200 * 0.0001)
    loop.pass_by(1)
    assert listeners.rest == 0
    assert {change.told for change in listeners.changes} == {1}  # type: ignore[attr-defined]


def test_a_few_are_not_kept_waiting_by_what_else_the_loop_does(loop: Loop) -> None:
    listeners = listeners_of(loop, 2, 0.5)
    listeners.tell()
    loop.pass_by(0)
    assert listeners.rest == pytest.approx(2 * LONGEST_REST_EACH)


def test_who_has_said_nothing_for_some_time_is_reminded_again_and_again(loop: Loop) -> None:
    reminded: list[float] = []
    with Beat(5, lambda: reminded.append(loop.now)):
        loop.pass_by(16)
    assert reminded == [5, 10, 15]
    loop.pass_by(100)
    assert len(reminded) == 3


def test_who_has_said_something_is_not_reminded_and_sets_no_timer_for_it(loop: Loop) -> None:
    reminded: list[float] = []
    with Beat(5, lambda: reminded.append(loop.now)) as beat:
        for _ in range(40):
            loop.pass_by(0.25)
            beat.said()
        assert loop.set_timers <= 4
        assert reminded == []
        loop.pass_by(5)
    assert reminded == [15]
