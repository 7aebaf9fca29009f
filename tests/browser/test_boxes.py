"""Nothing overlaps, is cut, or lies outside the window: on every page, in every state, at every size."""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import opening
from tests.browser.firefox import Firefox
from tests.browser.looking import TWO_FRAMES
from tests.serving import RunningServer, until
from tests.variants import FULL

Size = tuple[int, int]
LARGE: Final = ((1280, 720), (1920, 1080), (1440, 900))
SIZES: Final = (*LARGE, (390, 844), (844, 390))
SMALL: Final = ((1280, 720), (390, 844))
"""Where another browser's letters, a little wider or narrower, would be the first not to fit."""
SCRIPT: Final = Path(__file__).with_name("boxes.js").read_text("utf-8").replace("export function", "function")


def look_at(*, is_one_screen: bool) -> str:
    """The expression that looks at a page."""
    return f"(() => {{ {SCRIPT}\nreturn lookAtBoxes({json.dumps({'isOneScreen': is_one_screen})}); }})()"


class Window(Protocol):
    """What a browser has to be able to do for this."""

    def open(self, url: str) -> None: ...
    def resize(self, width: int, height: int) -> None: ...
    def evaluate(self, expression: str) -> Any: ...
    def press(self, key: str) -> None: ...


@dataclass
class Chromium:
    """A page of it as such a window."""

    page: Page

    def open(self, url: str) -> None:
        """Open an address."""
        self.page.goto(url)

    def resize(self, width: int, height: int) -> None:
        """Make the window so large."""
        self.page.set_viewport_size({"width": width, "height": height})

    def evaluate(self, expression: str) -> Any:
        """What an expression comes to."""
        return self.page.evaluate(expression)

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)


@dataclass(frozen=True)
class State:
    """What is looked at: an address, the keys that lead on from there, and what tells that it is on show."""

    path: str
    shows: str
    """A selector."""
    keys: tuple[str, ...] = ()
    fits: bool = False
    """Whether the page claims to be one screen."""
    sizes: tuple[tuple[int, int], ...] = SIZES


RACES: Final = "/?runs=race-none,race-with"
TOLD: Final = '[data-race="left"] [data-part="narration"]:not(:empty)'


def panel(name: str) -> State:
    """The races at their end, with a panel."""
    return State(f"{RACES}&panel={name}", f'[data-race="left"] [data-part="{name}"]')


RACE_PAGE: Final = {
    "first view": State("/", '[data-part="run"]'),
    "race at its start": State(f"{RACES}&at=0", TOLD),
    "race in the middle": State(f"{RACES}&at=30", TOLD),
    "what was read is out of date": State(f"{RACES}&at=7", TOLD),
    "race at its end": State(RACES, TOLD),
    "a loss": State(RACES, TOLD, keys=("n",)),
    "timeline": panel("timeline"),
    "map": panel("map"),
    "lineage": panel("lineage"),
    "code": panel("code"),
    "anatomy": panel("anatomy"),
    "anatomy of two losses at once": State(f"{RACES}&at=30&panel=anatomy", '[data-race="left"] [data-part="anatomy"]'),
    "distribution": panel("distribution"),
    "eight processes": State("/?runs=race-eight-processes,race-with&at=200", TOLD),
    "three races": State("/?runs=processes-fork,processes-forkserver,processes-spawn", TOLD),
    "projector": State(f"{RACES}&projector", TOLD, fits=True, sizes=LARGE),
    "projector, eight processes": State(
        "/?runs=race-eight-processes,race-with&at=200&projector", TOLD, fits=True, sizes=LARGE
    ),
}
CLASSES: Final = {
    "nine": "crowd-nine&at=60",
    "twelve": "crowd-twelve&at=60",
    "twenty": "crowd-twenty&at=70",
    "thirty-two": "crowd-thirty-two&at=101",
    "thirty-two under a lock": "crowd-under-lock&at=120",
    "thirty-two at the end": "crowd-thirty-two",
}
"""Runs of a class, and a moment at which there is much to see."""
CLASS_PAGE: Final = {
    **{f"a class of {many}": State(f"/?runs={run}", TOLD) for many, run in CLASSES.items()},
    **{
        f"projector, a class of {many}": State(f"/?runs={run}&projector", TOLD, fits=True, sizes=LARGE)
        for many, run in CLASSES.items()
    },
    "a class with and without a lock": State("/?runs=crowd-thirty-two,crowd-under-lock&at=101", TOLD),
    "timeline of a class": State("/?runs=crowd-thirty-two&at=101&panel=timeline", ".lane-label"),
    "code of a class": State("/?runs=crowd-under-lock&at=120&panel=code", ".code-count"),
    "a class before it runs": State("/?scenario=crowd&processes=32", '[data-part="run"]'),
}
ASKED: Final = "/walkthrough/value/the-race"
WALKTHROUGH: Final = {
    "walkthrough": State("/walkthrough", '[data-phase="overview"]'),
    "walkthrough asks": State(ASKED, '[data-phase="ask"]'),
    "walkthrough runs": State(ASKED, '[data-phase="run"] [data-part="narration"]:not(:empty)', keys=("PageDown",)),
    "walkthrough looks": State(
        ASKED, '[data-phase="look"] [data-part="narration"]:not(:empty)', keys=("PageDown", "PageDown")
    ),
}
NOWHERE: Final = "/nothing-here"
OTHERS: Final = {
    "scheduler": State("/scheduler?goal=lose-one&schedule=P1+P2+P2", '[data-process="P1"]'),
    "interleavings 2 by 2": State("/interleavings?processes=2&iterations=2", "button[data-outcome]"),
    "interleavings 2 by 10": State("/interleavings?processes=2&iterations=10", "button[data-outcome]"),
    "fix it": State("/fix-it", "[data-gap]"),
    "deadlock": State("/?runs=crossed-locks,race-with", TOLD),
    "several numbers": State("/?runs=array-none,array-with", TOLD),
    "queues": State("/?runs=queue-fifo,queue-workers", TOLD),
    "pools": State("/?runs=pool-map,pool-apply", TOLD),
    "not found": State(NOWHERE, "h1"),
}


def cases(states: dict[str, State], sizes: Collection[Size], is_in_sample: Callable[[int, Size], bool]) -> list[Any]:
    """Every state at every size that it is for. The number of the state and the size say what is in the sample."""
    return [
        pytest.param(state, size, id=f"{name}, {size[0]}x{size[1]}", marks=[] if is_in_sample(number, size) else [FULL])
        for number, (name, state) in enumerate(states.items())
        for size in state.sizes
        if size in sizes
    ]


def small_or_in_turn(number: int, size: Size) -> bool:
    """Every other state is looked at at one of the sizes where there is little room, the others at another size."""
    others = [each for each in SIZES if each not in SMALL]
    sizes = others if number % 2 else SMALL
    return size == sizes[number // 2 % len(sizes)]


def one_state_in_four(number: int, _size: Size) -> bool:
    """To open a state in Firefox takes long; one of each kind is seen to fit."""
    return number % 4 == 0


class Walker:
    """Goes from state to state; a state is opened once for all sizes."""

    def __init__(self, window: Window, url: str) -> None:
        self._window = window
        self._url = url
        self._at: State | None = None

    def find_no_fault(self, state: State, size: tuple[int, int]) -> None:
        """Fail with all that is wrong at this size, once nothing moves any more."""
        self._window.resize(*size)
        if state != self._at:
            self._at = None
            self._go_to(state)
            self._at = state
        look = look_at(is_one_screen=state.fits)
        seen: list[dict[str, Any]] = [{}, {}]

        def look_again() -> bool:
            self._window.evaluate(TWO_FRAMES)
            seen.append(self._window.evaluate(look))
            return bool(seen[-1] == seen[-2])

        until(look_again)
        assert seen[-1]["texts"], "there is something to look at"
        if faults := seen[-1]["faults"]:
            pytest.fail("\n  ".join([f"{self._url}{state.path} {' '.join(state.keys)}", *faults]), pytrace=False)

    def _go_to(self, state: State) -> None:
        self._window.open(self._url + state.path)
        self._wait_for("body")
        for key in state.keys:
            self._wait_for(f"html:has({state.shows}), [data-phase], {TOLD}")
            before = self._place()
            self._window.press(key)
            until(self._place, before.__ne__)
        self._wait_for(state.shows)

    def _place(self) -> str:
        """The address, and the phase of a step of the walkthrough."""
        place: str = self._window.evaluate("location.href + (document.body.dataset.phase ?? '')")
        return place

    def _wait_for(self, selector: str) -> None:
        shown = (
            f"document.readyState === 'complete' && document.querySelector({json.dumps(selector)})?.checkVisibility()"
        )
        until(lambda: self._window.evaluate(f"Boolean({shown})"))


WRONG: Final = """
  <p style="position: absolute; left: 0; top: 0">one sentence</p>
  <p style="position: absolute; left: 5px; top: 3px">another sentence</p>
  <p style="width: 3em; overflow: hidden; white-space: nowrap; margin-top: 4em">a sentence that is cut</p>
  <pre style="width: 3em; overflow: auto">code may be scrolled</pre>
  <p style="position: absolute; left: 90vw; top: 12em; white-space: nowrap">a sentence that leaves the window</p>
  <p class="ghost" style="position: absolute; left: 0; top: 0">a ghost</p>
"""


def test_what_overlaps_is_cut_or_leaves_the_window_is_noticed(page: Page) -> None:
    page.set_content(WRONG)
    faults = page.evaluate(look_at(is_one_screen=False))["faults"]
    assert {fault.split(",")[0] for fault in faults} >= {
        "cut: p “a sentence that is cut” by p",
        "overlap: p “one sentence” and p “another sentence”",
        "outside: p “a sentence that leaves the window”",
    }
    assert not [fault for fault in faults if "ghost" in fault or "code" in fault]


@pytest.fixture(scope="module")
def in_chromium(browser: Browser, server: RunningServer) -> Iterator[Walker]:
    faults: list[str] = []
    with opening(browser, faults) as open_page:
        yield Walker(Chromium(open_page(reduced_motion="reduce")), server.url)
        faults[:] = [fault for fault in faults if NOWHERE not in fault]


@pytest.fixture(scope="module")
def in_firefox(firefox: Firefox, server: RunningServer) -> Iterator[Walker]:
    yield Walker(firefox, server.url)
    assert firefox.complaints() == []


@pytest.mark.parametrize(
    ("state", "size"), cases({**RACE_PAGE, **CLASS_PAGE, **WALKTHROUGH, **OTHERS}, SIZES, small_or_in_turn)
)
def test_in_chromium_every_text_has_its_place(in_chromium: Walker, state: State, size: tuple[int, int]) -> None:
    in_chromium.find_no_fault(state, size)


@pytest.mark.parametrize(("state", "size"), cases({**RACE_PAGE, **CLASS_PAGE, **WALKTHROUGH}, SMALL, one_state_in_four))
def test_in_firefox_every_text_has_its_place(in_firefox: Walker, state: State, size: tuple[int, int]) -> None:
    in_firefox.find_no_fault(state, size)
