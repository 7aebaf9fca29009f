"""A whole lesson, with real browsers: a presenter and five phones.

They predict, talk, predict again, see how one update died, and then are the processes themselves, without a lock and
with one.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.conftest import OpenPage
from tests.browser.looking import PHONE
from tests.browser.presenting import Presenting, presenting
from tests.serving import RunningServer, until

PHONES = 5

TOO_LATE = re.compile(r" 409 .*/presses\b")
"""The answer to a press that could not be made any more: the process waits for the lock by then."""


@dataclass
class PhonePage:
    """What the person with the phone sees, and does there."""

    page: Page

    def part(self, name: str) -> Locator:
        """A part of the page."""
        return self.page.locator(f'[data-part="{name}"]')

    def expect_screen(self, name: str) -> None:
        """Wait until this is on the screen: a question, a game, what the projector shows."""
        expect(self.page.locator("body")).to_have_attribute("data-screen", name)

    def answer(self, words: str) -> None:
        """Tap an answer; it stays marked."""
        chip = self.part("answers").get_by_role("button", name=re.compile(rf"^{words}\b"))
        chip.click()
        expect(chip).to_have_attribute("aria-pressed", "true")

    @property
    def button(self) -> Locator:
        """The one large button of a game."""
        return self.part("press")

    @property
    def can_press(self) -> bool:
        """Whether the process can go on now."""
        return self.button.is_visible() and self.button.is_enabled()

    def press(self, within_ms: float | None = None) -> None:
        """Take the next step, and wait until the button says another, or that there is none."""
        words = self.button.inner_text()
        self.button.click(timeout=within_ms)
        expect(self.button).not_to_have_text(words, use_inner_text=True)


@dataclass
class Lesson:
    """The presenter and the class."""

    presenter: Presenting
    phones: list[PhonePage]

    def play_to_the_end(self) -> None:
        """Whoever can press does, in turn, until nobody can any more."""
        run = self.presenter.room.view["game"]["run"]
        server = self.presenter.room.server
        while server.view(run)["status"] == "running":
            for phone in self.phones:
                if phone.can_press:
                    with suppress(TooLate):  # meanwhile another has the lock, which this phone had not heard of yet
                        phone.press(within_ms=2000)

    @property
    def game(self) -> dict[str, object]:
        """The game as everybody may see it."""
        game: dict[str, object] = self.presenter.room.view["game"]
        return game


@pytest.fixture
def lesson(open_page: OpenPage, server: RunningServer, faults: list[str]) -> Iterator[Lesson]:
    """A room with five phones in it, each a browser of its own."""
    with presenting(open_page(viewport={"width": 1280, "height": 720}), server) as presenter:
        phones = []
        for _ in range(PHONES):
            page = open_page(viewport=PHONE, is_mobile=True, has_touch=True)
            page.goto(f"{server.url}/{presenter.room.code.lower()}")
            phones.append(PhonePage(page))
        expect(presenter.layer.locator(".join-here")).to_have_text(f"{PHONES} phones here")
        yield Lesson(presenter, phones)
    faults[:] = [each for each in faults if not TOO_LATE.search(each)]


@pytest.mark.timeout(400)
def test_a_whole_lesson_with_a_presenter_and_five_phones(lesson: Lesson, tmp_path: Path) -> None:
    predict_talk_and_predict_again(lesson, tmp_path / "results.csv")
    see_how_one_died(lesson)
    be_the_processes(lesson)
    be_the_processes_with_a_lock(lesson)
    lesson.presenter.do("End", "join")
    lesson.presenter.do("End the room", "ending")
    lesson.presenter.act("End it").click()
    for phone in lesson.phones:
        expect(phone.part("message-title")).to_contain_text("ended")


def predict_talk_and_predict_again(lesson: Lesson, kept: Path) -> None:
    """The answers stay hidden until it has run; then they stand beside the truth, with who moved."""
    presenter, phones = lesson.presenter, lesson.phones
    presenter.do("Ask: what will the counter show?", "asked")
    for phone in phones:
        expect(phone.part("question-text")).to_have_text("What will the counter show?")
    for phone, words in zip(phones, ("20", "20", "20", "19", "fewer"), strict=True):
        phone.answer(words)
    expect(presenter.layer).to_contain_text("5 of 5 have answered")
    expect(presenter.layer).not_to_contain_text("19")

    presenter.do("Vote again after a talk", "talking")
    for phone in phones:
        expect(phone.part("question-lead")).to_contain_text("Talk to your neighbour")
    presenter.do("Open the second vote", "asked")
    for phone in phones:
        expect(phone.part("question-lead")).to_contain_text("Vote again")
    for phone, words in zip(phones, ("fewer", "fewer", "20", "19", "fewer"), strict=True):
        phone.answer(words)
    presenter.run_it()
    expect(presenter.layer).to_contain_text("2 moved from 20 to fewer")
    truth = presenter.question["truth"]
    for phone in phones:
        expect(phone.part("class-answers")).to_be_visible()
        expect(phone.page.locator("main")).to_contain_text(truth)
    with presenter.page.expect_download() as download:
        presenter.act("Results as CSV").click()
    download.value.save_as(kept)
    assert len(list(csv.DictReader(kept.read_text().splitlines()))) == 2 * PHONES


def see_how_one_died(lesson: Lesson) -> None:
    """The clip is on every phone; who looks around is left alone, and comes back."""
    presenter, phones = lesson.presenter, lesson.phones
    presenter.act("See how one died").click()
    clip = until(lambda: presenter.room.view["shown"]["clip"])
    for phone in phones:
        phone.expect_screen("projected")
    wanderer = phones[0]
    wanderer.page.keyboard.press("ArrowRight")
    expect(wanderer.part("around-words")).to_contain_text("You look around by yourself")
    presenter.looking.key("Home")
    until(lambda: presenter.room.view["shown"]["clip"] != clip)
    expect(wanderer.part("around-words")).to_contain_text("You look around by yourself")
    wanderer.part("back-to-room").click()
    expect(wanderer.part("around-words")).to_have_text(re.compile("what the projector shows"))


def be_the_processes(lesson: Lesson) -> None:
    """Each phone presses in turn, so what one has read is out of date when it writes."""
    presenter, phones = lesson.presenter, lesson.phones
    presenter.show()
    presenter.do("Done", "join")
    presenter.do("You are the processes", "choosing")
    presenter.do("Start", "playing")
    for number, phone in enumerate(phones, 1):
        expect(phone.part("game-title")).to_contain_text(f"P{number}")
    lesson.play_to_the_end()
    run = presenter.room.server.finished(str(lesson.game["run"]))
    cell = run["summary"]["cells"][0]
    assert cell["writes"] == 2 * PHONES
    assert cell["lost"] > 0, "each phone pressed in turn, so what one had read was out of date when it wrote"
    for phone in phones:
        expect(phone.part("end-lost")).to_have_text(str(cell["lost"]))


def be_the_processes_with_a_lock(lesson: Lesson) -> None:
    """They see themselves wait, and nothing is lost."""
    presenter, phones = lesson.presenter, lesson.phones
    presenter.do("Again with a lock", "playing")
    for phone in phones:
        expect(phone.button).to_contain_text("asks for the lock")
    phones[2].press()
    for phone in (phones[0], phones[4]):
        expect(phone.button).to_be_disabled()
        expect(phone.button).to_contain_text("P3")
    # One phone is loaded anew in the middle of it: it is the same process, and misses nothing.
    phones[2].page.reload()
    expect(phones[2].part("game-title")).to_contain_text("P3")
    lesson.play_to_the_end()
    cell = presenter.room.server.finished(str(lesson.game["run"]))["summary"]["cells"][0]
    assert (cell["final"], cell["lost"]) == (2 * PHONES, 0)
