"""The story of processes that are started and joined: what it shows is held against the steps, worked out anew."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.stages import Shown, of, show
from tests.recordings import load
from tests.serving import RunningServer
from tests.variants import FULL

RUNS = ("processes-fork", "processes-forkserver", "processes-spawn")


@pytest.fixture(scope="module")
def page(open_to_look: OpenPage) -> Page:
    """One page for all of these tests."""
    return open_to_look(viewport={"width": 1920, "height": 1080})


@pytest.fixture(scope="module")
def at_the_end(page: Page, server: RunningServer) -> list[Shown]:
    """A run with each start method, beside each other, at their end."""
    return show(page, server, *RUNS)


@FULL
def test_every_figure_and_every_gap_is_that_of_the_steps(at_the_end: list[Shown]) -> None:
    for race, run in zip(at_the_end, RUNS, strict=True):
        _, steps = load(run)
        launched = {step["target"]: step["t_ns"] for step in of(steps, "launch")}
        gaps = {
            step["process"]: step["t_ns"] - launched[step["process"]]
            for step in of(steps, "start")
            if step["process"] in launched
        }
        assert race.figures() == [
            ms(sum(gaps.values()) / 3).replace("\u2009", ""),
            str(len(of(steps, "join"))),
            str(len(of(steps, "fail"))),
        ]
        assert race.texts(".gap-words") == [f"{told(gaps[name])} to start" for name in ("P1", "P2", "P3")]


@FULL
def test_each_life_is_a_bar_and_each_join_an_arrow_and_a_failure_cannot_be_missed(at_the_end: list[Shown]) -> None:
    for race, run in zip(at_the_end, RUNS, strict=True):
        view, _ = load(run)
        assert race.count(".life") == len(view["processes"])
        assert race.count(".arrow") == race.count(".knot") == 3
        codes = {process["name"]: process["exitcode"] for process in view["processes"]}
        failed = [name for name, code in codes.items() if code]
        assert failed == ["P3"]
        assert race.texts(".bad-code") == ["✕ 1"]
        assert race.texts(".good-code") == ["0", "0"]
        assert race.count(".cross") == 1
        assert "P3 ended with exit code 1" in race.narration
        assert "P3 has ended with exit code 1 and is joined" in race.told


def test_start_methods_stand_on_one_scale(at_the_end: list[Shown]) -> None:
    longest = max(load(run)[1][-1]["t_ns"] for run in RUNS)
    assert [race.texts(".axis-text")[-1] for race in at_the_end] == [told(longest)] * 3


def test_who_ended_long_ago_is_joined_only_after_the_first_one(page: Page, server: RunningServer) -> None:
    first = of(load(RUNS[0])[1], "join", target="P1")[0]
    (race,) = show(page, server, RUNS[0], at=first["index"])
    assert "main waits for P1" in race.told
    assert "P2 has ended and is not joined yet" in race.told
    assert race.texts(".wait-words") == ["waits for P1"]
    assert race.count(".unjoined") == 3
    assert race.count(".arrow") == 0


def test_nothing_is_shown_before_it_happened(page: Page, server: RunningServer) -> None:
    _, steps = load(RUNS[2])
    last = of(steps, "launch")[-1]
    (race,) = show(page, server, RUNS[2], at=last["index"] + 1)
    before = steps[: last["index"] + 1]
    assert race.figures()[1:] == ["0", "0"]
    assert race.count(".knot") == len(of(before, "launch"))
    assert race.count(".life") == len(of(before, "start"))
    assert race.texts(".good-code") == race.texts(".bad-code") == []


def ms(ns: float) -> str:
    """A time as it stands on the stage."""
    time = ns / 1e6
    if time >= 10:
        return f"{round_half_up(time):,}".replace(",", "\u2009")
    return f"{time:.1f}" if time >= 1 else f"{time:.2f}"


def told(ns: float) -> str:
    """The same in words."""
    return f"{ns / 1e9:.2f} s" if ns >= 999.5e6 else f"{ms(ns)} ms"


def round_half_up(number: float) -> int:
    """As JavaScript rounds."""
    return int(number + 0.5)
