"""What a presenter sees of a room and does there, in the words of the page; with phones that are played over HTTP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import Looking
from tests.class_room import Class, Phone
from tests.serving import RunningServer, until


@dataclass
class Presenting:
    """A page whose browser holds a room, and the class in it."""

    page: Page
    room: Class

    @property
    def looking(self) -> Looking:
        """The page under the layer."""
        return Looking(self.page)

    @property
    def layer(self) -> Locator:
        """What covers the page."""
        return self.page.get_by_role("dialog", name="The room")

    @property
    def button(self) -> Locator:
        """In the header of the page."""
        return self.page.locator('[data-part="room"]')

    @property
    def title(self) -> Locator:
        """What the view on show says first."""
        return self.layer.locator("h1")

    @property
    def question(self) -> dict[str, Any]:
        """The question on the screens, as everybody may know it."""
        question: dict[str, Any] = self.room.view["question"]
        return question

    def expect_scene(self, name: str) -> None:
        """Wait until this view is on the screen."""
        expect(self.layer).to_have_attribute("data-scene", name)

    def act(self, label: str) -> Locator:
        """A button of the layer."""
        return self.layer.get_by_role("button", name=label, exact=True)

    def do(self, label: str, scene: str) -> None:
        """Press a button of the layer, and wait for the view that comes."""
        self.act(label).click()
        self.expect_scene(scene)

    def show(self) -> None:
        """Show the layer again."""
        self.page.keyboard.press("j")
        expect(self.layer).to_be_visible()

    def vote(self, *answers: str) -> None:
        """Each phone answers, the first one first. A second vote is one when the question is in its second round."""
        question = self.question
        for phone, answer in zip(self.room.phones, answers, strict=False):
            sent = phone.send("votes", question=question["id"], round=question["round"], answer=answer)
            assert sent.status_code == 200, sent.text

    def press(self, *processes: str) -> None:
        """The phones of these processes press, one after the other."""
        game = self.room.view["game"]
        for process in processes:
            sent = self._phone_of(process, game["run"]).send("presses", game=game["id"])
            assert sent.status_code == 200, sent.text

    def _phone_of(self, process: str, run: str) -> Phone:
        """A phone that knows that it has this process, once that can move."""
        until(lambda: process in self.room.server.view(run)["runnable"])
        phone: Phone = until(lambda: next((each for each in self.room.phones if each.own["process"] == process), None))
        return phone

    def expect_shown(self, path: str) -> None:
        """Wait until the room has been told that this page is shown."""
        until(lambda: (self.room.view["shown"] or {"path": ""})["path"].startswith(path))

    def run_it(self) -> None:
        """Start the race that answers the question, skip its playback, and wait for the reveal."""
        self.act("Run it").click()
        expect(self.layer).to_be_hidden()
        expect(self.page).to_have_url(re.compile("runs="))
        self.looking.skip_playback()
        self.expect_scene("revealed")


@contextmanager
def presenting(page: Page, server: RunningServer, path: str = "/", phones: int = 0) -> Iterator[Presenting]:
    """Open a room on a page, by its button, with so many phones. In the end they leave, and the room is ended.

    The page, and what was opened beside it, are closed first: a page tells its room what it shows as long as it can.
    """
    others = [tab for tab in page.context.pages if tab is not page]
    page.goto(f"{server.url}{path}")
    button = page.locator('[data-part="room"]')
    expect(page.locator('[data-part="theme"]')).to_have_text("Dark")  # so its scripts have begun
    button.click()
    expect(page.get_by_role("dialog", name="The room")).to_be_visible()
    held = page.evaluate("JSON.parse(localStorage.getItem('room'))")
    room = Class(server, held["code"], held["key"])
    try:
        for _ in range(phones):
            room.join()
        if phones:
            expect(button).to_have_text(f"Room {room.code} · {phones}")
        yield Presenting(page, room)
    finally:
        for tab in page.context.pages:
            if tab not in others:
                tab.close()
        for phone in room.phones:
            phone.leave()
        room.ask("DELETE")
