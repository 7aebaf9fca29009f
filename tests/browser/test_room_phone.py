"""The page of a room on a phone, with a real server, real runs and real other phones: it comes in, answers, lets its
process go on, follows what the projector shows, and looks around.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from tests.browser.conftest import OpenPage
from tests.browser.firefox import Firefox
from tests.browser.judging import Judge
from tests.browser.looking import LAPTOP, PHONE, TWO_FRAMES, no_server
from tests.browser.test_boxes import look_at
from tests.class_room import Class, Phone, a_class
from tests.cutting import cutting
from tests.serving import CLIENT, RunningServer, until
from tests.variants import FULL, one_in

ON_ITS_SIDE: Final[ViewportSize] = {"width": 844, "height": 390}
SIZES: Final[dict[str, ViewportSize]] = {"phone": PHONE, "on its side": ON_ITS_SIDE, "laptop": LAPTOP}

COUNTER: Final[dict[str, Any]] = {
    "kind": "number",
    "text": "What will the counter show?",
    "detail": "2 processes add 1 to the same number, 10 times each. There is no lock.",
    "least": 0,
    "most": 40,
    "chips": ["20", "19", "fewer", "more"],
}
WHY: Final[dict[str, Any]] = {
    "kind": "choice",
    "text": "Why is the counter too small?",
    "options": ["The computer is broken.", "Two processes read the same number before either wrote."],
}

SMALLEST_TYPE: Final = """
(() => {
  const texts = [...document.querySelectorAll(".game-picture text")];
  return Math.min(...texts.map(each => parseFloat(each.getAttribute("font-size"))));
})()
"""

RACES: Final = ["race-none", "race-with"]
"""Recordings that the server knows."""


@dataclass
class PhonePage:
    """The page, open in a browser, in its own words."""

    page: Page
    url: str

    def open(self, room: Class, *, counts: bool = True) -> "PhonePage":
        """Come into a room, and wait until one counts as here: who does not is given no process of its own."""
        phones = room.view["phones"] + counts
        self.page.goto(f"{self.url}/room/{room.code}")
        expect(self.part("phones")).to_have_text(f"{phones} phone{'' if phones == 1 else 's'} here")
        return self

    def part(self, name: str) -> Locator:
        """The element that plays a part."""
        return self.page.locator(f'[data-part="{name}"]').first

    def answer(self, words: str) -> Locator:
        """The button of an answer."""
        return self.part("answers").get_by_role("button", name=words)

    @property
    def press(self) -> Locator:
        """The one large button of a game."""
        return self.part("press")

    @property
    def seat(self) -> str:
        """What this browser remembers."""
        seats: list[list[str]] = json.loads(self.page.evaluate("localStorage.getItem('room seats')"))
        return seats[-1][1]

    @property
    def position(self) -> Locator:
        """Where in the races it is."""
        return self.part("position")

    def expect_screen(self, name: str) -> None:
        """Wait until this screen is there, and no other."""
        expect(self.part(name)).to_be_visible()
        others = {"message", "question", "game", "projected"} - {name}
        for other in others:
            expect(self.part(other)).to_be_hidden()


@pytest.fixture
def room(server: RunningServer) -> Iterator[Class]:
    """A room with two other phones."""
    with a_class(server, phones=2) as room:
        yield room


@pytest.fixture
def phone(open_page: OpenPage, server: RunningServer, room: Class) -> PhonePage:
    """A phone that is in the room."""
    return PhonePage(open_page(viewport=PHONE), server.url).open(room)


def show(room: Class, path: str, title: str = "Race", **more: Any) -> None:
    """The presenter shows this."""
    answer = room.ask("PUT", "shown", path=path, title=title, **more)
    assert answer.status_code == 200, answer.text


def show_races(room: Class, look: str = "", **more: Any) -> None:
    """The presenter shows two recorded races."""
    show(room, f"/?runs={','.join(RACES)}{look}", runs=RACES, **more)


def play(room: Class, **fields: Any) -> int:
    """The presenter begins a game. Its number."""
    answer = room.ask("POST", "game", **fields)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["game"]["id"]
    return number


def run_of(room: Class) -> dict[str, Any]:
    """The run of the game, as the server has it."""
    view: dict[str, Any] = room.server.view(room.view["game"]["run"])
    return view


def others_press(room: Class, game: int, *phones: int) -> None:
    """These of the other phones press, one after the other."""
    for each in phones:
        phone = room.phones[each]

        def is_taken(phone: Phone = phone) -> bool:
            return phone.send("presses", game=game).status_code == 200

        until(is_taken)


# Coming in


def test_a_phone_comes_in_by_the_code_alone_without_a_name_and_is_counted(page: Page, server: RunningServer) -> None:
    with a_class(server) as room:
        page.goto(f"{server.url}/{room.code.lower()}")
        expect(page).to_have_url(f"{server.url}/room/{room.code}")
        phone = PhonePage(page, server.url)
        expect(phone.part("message-title")).to_have_text("You are in.")
        expect(phone.part("phones")).to_have_text("1 phone here")
        expect(page.locator(".bar")).to_contain_text(f"Room {room.code}")
        assert page.locator("input:visible").count() == 0
        room.join()
        expect(phone.part("phones")).to_have_text("2 phones here")


def test_a_phone_that_is_loaded_again_has_its_seat_its_answer_and_its_process(room: Class, phone: PhonePage) -> None:
    room.ask("POST", "questions", **COUNTER)
    phone.answer("fewer").click()
    until(lambda: room.view["question"]["answered"][0] == 1)
    play(room)
    expect(phone.part("game-title")).to_contain_text("You are P3")
    seat = phone.seat
    phone.page.reload()
    expect(phone.answer("fewer")).to_have_attribute("aria-pressed", "true")
    room.ask("PATCH", "questions/1", state="closed")
    phone.part("also").get_by_role("button", name="The game").click()
    expect(phone.part("game-title")).to_contain_text("You are P3")
    assert phone.seat == seat
    assert room.view["seats"] == 3


@FULL
def test_where_there_is_no_such_room_the_page_says_so_and_takes_another_code(
    page: Page, server: RunningServer, room: Class, faults: list[str]
) -> None:
    phone = PhonePage(page, server.url)
    page.goto(f"{server.url}/room/A2A2")
    expect(phone.part("message-title")).to_have_text("There is no room A2A2.")
    field = page.get_by_label("The code on the projector")
    field.fill("nonsense")
    field.press("Enter")
    expect(phone.part("code-problem")).to_contain_text("such as K7F4")
    expect(field).to_be_focused()
    field.fill(room.code.lower())
    page.get_by_role("button", name="Go in").click()
    expect(phone.part("phones")).to_have_text("3 phones here")
    assert [fault for fault in faults if "404" not in fault] == []
    faults.clear()


@pytest.mark.parametrize(("path", "says"), [("/room", "Which room?"), ("/room/hello", "“hello” is no code")])
def test_an_address_without_a_code_asks_for_one(page: Page, server: RunningServer, path: str, says: str) -> None:
    page.goto(server.url + path)
    expect(page.locator('[data-part="message"]')).to_contain_text(says)
    expect(page.get_by_label("The code on the projector")).to_be_focused()


def test_a_phone_that_loses_the_network_says_so_and_comes_back_as_who_it_was(
    open_page: OpenPage, server: RunningServer, faults: list[str]
) -> None:
    with a_class(server) as room, cutting(server.url) as cutter:
        phone = PhonePage(open_page(viewport=PHONE), cutter.url).open(room)
        game = play(room, processes=2)
        expect(phone.press).to_contain_text("P1 reads number")
        cutter.cut()
        expect(phone.part("connection")).to_contain_text("Connecting…")
        expect(phone.press).to_have_attribute("aria-disabled", "true")
        cutter.restore()
        expect(phone.part("connection")).to_be_empty()
        phone.press.click()
        expect(phone.press).to_contain_text("P1 computes 0 + 1")
        assert room.view["seats"] == 1
        assert room.view["game"]["id"] == game
        phone.page.goto("about:blank")
    faults.clear()


def test_a_room_that_ends_says_so_and_leads_to_the_start_page(server: RunningServer, page: Page) -> None:
    with a_class(server) as room:
        phone = PhonePage(page, server.url).open(room)
        room.ask("DELETE")
    expect(phone.part("message-title")).to_have_text("The room has ended.")
    page.get_by_role("link", name="To the start page").click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(server.url)}/(\?|$)"))  # it soon says all of what it shows


def test_a_room_that_is_full_says_what_to_do_and_can_be_tried_again(
    page: Page, server: RunningServer, room: Class, faults: list[str]
) -> None:
    error = {"code": "room_is_full", "message": "256 phones are in this room already.", "hint": "Share a phone."}
    full: Callable[[Route], None] = lambda route: route.fulfill(status=429, json={"error": error})  # noqa: E731
    page.route("**/seats", full)
    page.goto(f"{server.url}/room/{room.code}")
    message = page.locator('[data-part="message"]')
    expect(message).to_contain_text("256 phones are in this room already.")
    expect(message).to_contain_text("Share a phone.")
    page.unroute("**/seats", full)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator('[data-part="phones"]')).to_have_text("3 phones here")
    faults.clear()


@FULL
def test_the_tabs_of_a_browser_share_one_stream_for_rooms_and_runs(open_page: OpenPage, server: RunningServer) -> None:
    with a_class(server) as room, cutting(server.url) as cutter:
        phone = PhonePage(open_page(viewport=PHONE), cutter.url).open(room)
        run = server.start(pace="step", iterations=1)
        other = phone.page.context.new_page()
        other.goto(f"{cutter.url}/runs/{run}")
        expect(other.locator('[data-part="transport"]')).to_be_visible()
        again = PhonePage(phone.page.context.new_page(), cutter.url).open(room, counts=False)
        room.ask("POST", "questions", **WHY)
        for each in (phone, again):
            expect(each.part("question-text")).to_have_text(WHY["text"])
        assert cutter.streams == 1
        assert room.view["phones"] == 1
        server.stop(run)
        for page in (phone.page, other, again.page):
            page.goto("about:blank")


# A question


@FULL
def test_a_lesson_on_a_phone_predict_talk_predict_again_and_be_told(room: Class, phone: PhonePage) -> None:
    room.ask("POST", "questions", **COUNTER)
    expect(phone.part("question-text")).to_have_text("What will the counter show?")
    expect(phone.part("question-note")).to_contain_text("stays hidden until the class sees all of them")
    phone.answer("20").click()
    phone.answer("fewer").click()
    expect(phone.answer("fewer")).to_have_attribute("aria-pressed", "true")
    expect(phone.answer("20")).to_have_attribute("aria-pressed", "false")
    room.phones[0].send("votes", question=1, round=1, answer="20")
    expect(phone.part("question-count")).to_have_text("2 of 3 phones have answered")
    assert room.view["question"]["results"] is None

    room.ask("PATCH", "questions/1", state="closed")
    expect(phone.part("question-lead")).to_have_text("Talk to your neighbour. Why do you think so?")
    expect(phone.part("question-own")).to_have_text("You said fewer.")
    expect(phone.part("answers")).to_be_hidden()

    room.ask("PATCH", "questions/1", state="open")
    expect(phone.part("question-lead")).to_contain_text("Vote again")
    expect(phone.answer("fewer")).to_contain_text("your first answer")
    field = phone.page.get_by_label("Your number").locator("input")
    field.fill("12")
    phone.page.get_by_role("button", name="One less").click()
    phone.page.get_by_role("button", name="Send 11").click()
    expect(phone.page.get_by_role("button", name="Sent: 11")).to_be_disabled()
    room.phones[0].send("votes", question=1, round=2, answer="20")

    room.ask("PATCH", "questions/1", state="closed")
    room.ask("PATCH", "questions/1", state="revealed", truth="11", right=["11", "fewer"])
    expect(phone.part("question-own")).to_have_text("At first you said fewer, then 11. That is right.")
    expect(phone.part("question-moved")).to_have_text("1 moved from fewer to 11.")
    picture = phone.part("class-answers").get_by_role("img")
    expect(picture).to_have_accessible_name(
        re.compile("First vote: 20: 1, fewer: 1. Second vote: 11: 1, 20: 1. Right: 11.")
    )
    answers = [line.split(",") for line in room.ask("GET", "results.csv").text.splitlines()[1:]]
    assert {(line[2], line[4]) for line in answers} == {("1", "fewer"), ("1", "20"), ("2", "11"), ("2", "20")}

    room.ask("DELETE", "questions/1")
    phone.expect_screen("message")


def test_a_number_that_is_no_answer_cannot_be_sent(room: Class, phone: PhonePage) -> None:
    room.ask("POST", "questions", **COUNTER)
    field = phone.page.get_by_label("Your number").locator("input")
    for typed in ("41", "-1", "1.5", "many", ""):
        field.fill(typed)
        expect(phone.part("send-number")).to_be_disabled()
    field.fill("40")
    expect(phone.part("one-more")).to_be_disabled()
    field.press("Enter")
    until(lambda: room.view["question"]["answered"][0] == 1)


def test_a_choice_is_made_by_its_number_too_and_shown_with_what_was_right(room: Class, phone: PhonePage) -> None:
    room.ask("POST", "questions", **WHY)
    expect(phone.part("question-text")).to_have_text(WHY["text"])
    phone.page.keyboard.press("2")
    expect(phone.answer("Two processes")).to_have_attribute("aria-pressed", "true")
    until(lambda: room.view["question"]["answered"][0] == 1)
    room.ask("PATCH", "questions/1", state="revealed", truth="2", right=["2"])
    expect(phone.part("question-own")).to_have_text("You chose 2. That is right.")
    expect(phone.page.locator(".vote-row.is-right")).to_contain_text("Two processes")


def test_an_answer_chosen_without_the_server_is_sent_when_it_is_back(
    room: Class, phone: PhonePage, faults: list[str]
) -> None:
    room.ask("POST", "questions", **COUNTER)
    phone.page.route("**/votes", no_server)
    phone.answer("19").click()
    expect(phone.part("question-problem")).to_contain_text("not sent yet")
    expect(phone.answer("19")).to_have_attribute("aria-pressed", "true")
    phone.page.unroute("**/votes", no_server)
    phone.page.evaluate("window.dispatchEvent(new Event('offline'))")  # then the room is heard again
    expect(phone.part("question-problem")).to_be_empty()
    assert room.view["question"]["answered"][0] == 1
    faults.clear()


# A game


@FULL
def test_each_press_is_the_next_real_step_of_ones_own_process(room: Class, phone: PhonePage) -> None:
    game = play(room, iterations=1)
    expect(phone.part("game-title")).to_have_text("You are P3")
    expect(phone.press).to_contain_text("P3 reads number")
    expect(phone.press).to_contain_text("It will hold 0.")
    expect(phone.part("game-sentence")).to_contain_text("Whoever presses first begins")
    phone.press.click()
    expect(phone.press).to_contain_text("P3 computes 0 + 1")
    others_press(room, game, 0, 0, 0)
    expect(phone.part("game-picture")).to_have_accessible_name(re.compile("P1 has ended.*Your 0 is out of date"))
    expect(phone.press).to_contain_text("Its 0 is out of date: number is 1 by now.")
    expect(phone.part("game-sentence")).to_contain_text("Nothing is lost yet.")
    phone.press.click()
    expect(phone.press).to_contain_text("P3 writes 1")
    phone.press.click()
    expect(phone.part("game-sentence")).to_contain_text("P1’s +1 is lost")
    expect(phone.part("game-lost")).to_have_text("1")
    expect(phone.press).to_contain_text("P3 has ended")
    others_press(room, game, 1, 1, 1)
    expect(phone.part("game-end")).to_be_visible()
    view = run_of(room)
    (cell,) = view["summary"]["cells"]
    figures = [phone.part(f"end-{name}").inner_text() for name in ("expected", "counter", "lost")]
    assert figures == [str(cell["expected"]), str(cell["final"]), str(cell["lost"])]
    expect(phone.part("end-own")).to_have_text("It was not yours.")
    expect(phone.press).to_be_hidden()


def test_a_second_tap_sends_nothing_and_a_press_whose_answer_is_lost_is_not_repeated(
    room: Class, phone: PhonePage, faults: list[str]
) -> None:
    play(room, iterations=2)
    expect(phone.press).to_contain_text("P3 reads number")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    phone.page.route("**/presses", hold)
    phone.press.click()
    expect(phone.press).to_contain_text("On its way…")
    phone.press.click(force=True)
    expect(phone.part("press-help")).to_contain_text("One step at a time")
    held[0].continue_()
    expect(phone.press).to_contain_text("P3 computes 0 + 1")
    assert len(held) == 1

    phone.press.click()
    expect(phone.press).to_contain_text("On its way…")
    held[1].abort()
    expect(phone.part("press-help")).to_contain_text("The connection broke off while you pressed.")
    expect(phone.press).to_contain_text("P3 computes 0 + 1")
    assert len(held) == 2
    phone.page.unroute("**/presses", hold)
    phone.press.click()
    expect(phone.press).to_contain_text("P3 writes 1")
    run = run_of(room)["id"]
    steps = [
        json.loads(line) for line in CLIENT.get(f"{room.server.url}/api/runs/{run}/steps.ndjson").text.splitlines()
    ]
    assert [step["op"] for step in steps if step["process"] == "P3"] == ["start", "read", "modify"]
    faults.clear()


@FULL
def test_a_process_that_waits_for_the_lock_says_who_holds_it_until_it_is_free(room: Class, phone: PhonePage) -> None:
    game = play(room, iterations=1, guard="with")
    expect(phone.press).to_contain_text("P3 asks for the lock")
    others_press(room, game, 1)
    expect(phone.press).to_contain_text("P3 waits for the lock")
    expect(phone.press).to_contain_text("P2 holds it.")
    expect(phone.press).to_have_attribute("aria-disabled", "true")
    expect(phone.press).to_have_class(re.compile("is-blocked"))
    steps = run_of(room)["steps"]
    phone.press.click(force=True)
    others_press(room, game, 1, 1, 1, 1)  # reads, computes, writes, releases
    expect(phone.press).to_contain_text("P3 asks for the lock")
    view = run_of(room)
    assert view["steps"] in (steps + 4, steps + 5), "and P2 may have ended by then"
    phone.press.click()
    expect(phone.press).to_contain_text("P3 reads number")


@FULL
def test_many_phones_share_a_process_and_are_told_how_many(server: RunningServer, open_page: OpenPage) -> None:
    with a_class(server, phones=6) as room:
        phone = PhonePage(open_page(viewport=PHONE), server.url).open(room)
        game = play(room, processes=2, iterations=1)
        expect(phone.part("game-title")).to_have_text("You and 3 others are P1")
        others_press(room, game, 0)  # P1, too
        expect(phone.press).to_contain_text("P1 computes 0 + 1")


def test_a_goal_is_said_and_whether_the_class_has_reached_it(room: Class, phone: PhonePage) -> None:
    game = play(room, goal="lose-one")
    expect(phone.part("game-goal")).to_contain_text("Let the counter end at 1.")
    until(lambda: [each.own["process"] for each in room.phones] == ["P1", "P2"])
    for each in (0, 1, 1, 1, 0, 0):
        others_press(room, game, each)
    expect(phone.part("end-goal")).to_have_text("The goal is reached.")


@FULL
def test_a_class_of_32_is_seen_on_one_phone(room: Class, phone: PhonePage) -> None:
    game = play(room, processes=32)
    expect(phone.part("game-title")).to_have_text("You are P3")
    expect(phone.press).to_contain_text("P3 reads number")
    phone.press.click()
    expect(phone.press).to_contain_text("P3 computes")
    others_press(room, game, 0, 0, 0)
    expect(phone.part("game-picture")).to_have_accessible_name(re.compile("P1 has written.*P32 not begun"))
    for name, size in SIZES.items():
        phone.page.set_viewport_size(size)
        phone.page.evaluate(TWO_FRAMES)
        assert phone.page.locator(".game-picture .game-card").count() == 32, name
        smallest = phone.page.evaluate(SMALLEST_TYPE)
        assert smallest >= 10, name


@FULL
def test_a_game_is_played_by_the_keyboard_alone(room: Class, phone: PhonePage) -> None:
    play(room, iterations=1)
    expect(phone.press).to_contain_text("P3 reads number")
    phone.page.keyboard.press("Enter")
    expect(phone.press).to_contain_text("P3 computes")
    phone.press.focus()
    phone.page.keyboard.press("Space")
    expect(phone.press).to_contain_text("P3 writes 1")
    expect(phone.press).to_be_focused()


# What the projector shows


def test_a_phone_follows_the_presenter_moment_by_moment(room: Class, phone: PhonePage) -> None:
    show_races(room, at=17)
    phone.expect_screen("projected")
    expect(phone.position).to_contain_text("Step 17 ")
    expect(phone.part("around-words")).to_have_text("You see what the projector shows.")
    show_races(room, at=18)
    expect(phone.position).to_contain_text("Step 18 ")
    show_races(room, at=5)
    expect(phone.position).to_contain_text("Step 5 ")
    narration = phone.page.locator('[data-race="left"] [data-part="narration"]')
    steps = CLIENT.get(f"{room.server.url}/api/runs/race-none/steps.ndjson").text.splitlines()
    assert json.loads(steps[4])["process"] in narration.inner_text()
    show_races(room, look="&panel=timeline&alone=right", at=5)
    expect(phone.page.locator('[data-race="right"] [data-part="timeline"]')).to_be_visible()
    expect(phone.page.locator('[data-race="left"]')).to_be_hidden()


@FULL
def test_a_lost_update_that_the_presenter_plays_is_played_on_the_phone(room: Class, phone: PhonePage) -> None:
    show_races(room)
    phone.expect_screen("projected")
    phone.part("next-loss").click()  # to learn where there is one
    sentence = phone.page.locator('[data-race="left"] [data-part="narration"].is-loss-sentence')
    expect(sentence).to_contain_text("lost")
    words = sentence.inner_text()
    position = int(re.findall(r"Step (\d+)", phone.position.inner_text())[0])
    phone.part("back-to-room").click()
    expect(phone.page.locator('[data-race="left"] [data-part="narration"]')).to_have_class(
        re.compile("is-end-sentence")
    )
    show_races(room, clip=position)
    expect(sentence).to_have_text(words)


@FULL
def test_whoever_touches_the_races_looks_around_undisturbed_and_comes_back(room: Class, phone: PhonePage) -> None:
    show_races(room, at=17)
    expect(phone.position).to_contain_text("Step 17 ")
    phone.part("forward").click()
    expect(phone.part("around-words")).to_have_text("You look around by yourself.")
    expect(phone.position).to_contain_text("Step 18 ")
    show_races(room, at=3)
    other = room.server.run(iterations=2)["id"]
    show(room, f"/runs/{other}", runs=[other])
    room.ask("POST", "questions", **WHY)
    expect(phone.part("question-text")).to_be_visible()  # what one is asked comes all the same
    phone.part("also").get_by_role("button", name="What the projector shows").click()
    expect(phone.position).to_contain_text("Step 18 ")
    phone.part("back-to-room").click()
    expect(phone.part("around-words")).to_have_text("You see what the projector shows.")
    expect(phone.position).to_contain_text(f"of {room.server.view(other)['steps']}")


@pytest.mark.parametrize("key", one_in(3, ["ArrowRight", "n", "Home"]))
def test_keys_look_around_too_and_escape_comes_back(room: Class, phone: PhonePage, key: str) -> None:
    show_races(room, at=17)
    expect(phone.position).to_contain_text("Step 17 ")
    phone.page.keyboard.press(key)
    expect(phone.part("around-words")).to_have_text("You look around by yourself.")
    phone.page.keyboard.press("Escape")
    expect(phone.position).to_contain_text("Step 17 ")
    expect(phone.part("back-to-room")).to_be_hidden()


@FULL
def test_runs_that_the_presenter_starts_are_watched_live(room: Class, phone: PhonePage) -> None:
    runs = [room.server.start(guard=guard, pace="slow", step_ms=30, iterations=5) for guard in ("none", "with")]
    show(room, f"/?runs={','.join(runs)}", runs=runs)
    phone.expect_screen("projected")
    expect(phone.position).to_have_text(re.compile(r"^Step [1-9] of"))  # step by step, as on the projector
    until(lambda: all(room.server.view(run)["status"] == "finished" for run in runs))
    (cell,) = room.server.view(runs[0])["summary"]["cells"]
    show(room, f"/?runs={','.join(runs)}", runs=runs, at=max(room.server.view(run)["steps"] for run in runs))
    expect(phone.page.locator('[data-race="left"] [data-part="counter"]')).to_have_text(str(cell["final"]))


def test_runs_that_were_on_show_before_are_found_at_their_end(open_page: OpenPage, room: Class) -> None:
    show_races(room)
    phone = PhonePage(open_page(viewport=PHONE), room.server.url).open(room)
    left = phone.page.locator('[data-race="left"] [data-part="narration"]')
    expect(left).to_have_class(re.compile("is-end-sentence"))


def test_what_has_no_runs_is_named_and_can_be_opened(room: Class, phone: PhonePage, faults: list[str]) -> None:
    show(room, "/interleavings?processes=2", title="Interleavings")
    expect(phone.part("message-title")).to_have_text("Interleavings")
    link = phone.page.get_by_role("link", name="Open it here")
    expect(link).to_have_attribute("href", "/interleavings?processes=2")
    show_races(room, at=17)
    expect(phone.position).to_contain_text("Step 17 ")
    show(room, "/runs/no-such-run", title="A run that is gone", runs=["no-such-run"])
    expect(phone.part("message-title")).to_have_text("A run that is gone")
    faults.clear()


# How it looks

State = Callable[[Class, PhonePage], None]


def in_the_room(_room: Class, phone: PhonePage) -> None:
    """Nothing is shown yet."""
    expect(phone.part("message-title")).to_have_text("You are in.")


def asked(room: Class, phone: PhonePage) -> None:
    """A question for a number, with a word as the answer."""
    room.ask("POST", "questions", **COUNTER)
    phone.answer("fewer").click()
    expect(phone.part("question-count")).to_contain_text("1 of 3")


def second_vote(room: Class, phone: PhonePage) -> None:
    """A choice, in the second round."""
    room.ask("POST", "questions", **WHY)
    phone.answer("Two processes").click()
    until(lambda: room.view["question"]["answered"][0] == 1)
    room.ask("PATCH", "questions/1", state="closed")
    room.ask("PATCH", "questions/1", state="open")
    expect(phone.part("question-lead")).to_contain_text("Vote again")


def revealed(room: Class, phone: PhonePage) -> None:
    """How the class answered."""
    room.ask("POST", "questions", **COUNTER)
    for each, answer in zip(room.phones, ("20", "11"), strict=True):
        each.send("votes", question=1, round=1, answer=answer)
    room.ask("PATCH", "questions/1", state="revealed", truth="11", right=["11", "fewer"])
    expect(phone.part("question-own")).to_have_text("You did not answer. It was 11.")


def out_of_date(room: Class, phone: PhonePage) -> None:
    """One's own number is out of date."""
    game = play(room)
    expect(phone.press).to_contain_text("P3 reads number")
    phone.press.click()
    expect(phone.press).to_contain_text("P3 computes")
    others_press(room, game, 0, 0, 0, 1)
    expect(phone.press).to_contain_text("out of date")


def blocked(room: Class, phone: PhonePage) -> None:
    """Another process holds the lock."""
    game = play(room, guard="with")
    others_press(room, game, 0)
    expect(phone.press).to_contain_text("P1 holds it.")


def class_of_32(room: Class, phone: PhonePage) -> None:
    """As many processes as there can be."""
    game = play(room, processes=32)
    others_press(room, game, 0, 1)
    expect(phone.part("game-sentence")).to_contain_text("P2 reads 0")
    expect(phone.press).to_contain_text("P3 reads number")


def game_over(room: Class, phone: PhonePage) -> None:
    """What was lost, and whose that was."""
    game = play(room, processes=2, iterations=1)
    others_press(room, game, 0, 1, 0, 0, 1, 1)
    expect(phone.part("game-end")).to_be_visible()


def around(room: Class, phone: PhonePage) -> None:
    """Looking around in the races."""
    show_races(room, at=17)
    expect(phone.position).to_contain_text("Step 17 ")
    phone.part("forward").click()
    expect(phone.position).to_contain_text("Step 18 ")


STATES: Final[dict[str, State]] = {
    "in the room": in_the_room,
    "asked": asked,
    "second vote": second_vote,
    "revealed": revealed,
    "out of date": out_of_date,
    "blocked": blocked,
    "a class of 32": class_of_32,
    "game over": game_over,
    "around": around,
}


@pytest.mark.parametrize(
    "state", one_in(len(STATES), STATES.values(), beginning=list(STATES).index("revealed")), ids=list(STATES)
)
def test_nothing_overlaps_is_cut_or_shuts_anybody_out(
    room: Class, phone: PhonePage, judge: Judge, state: State
) -> None:
    state(room, phone)
    for name, size in SIZES.items():
        phone.page.set_viewport_size(size)
        phone.page.evaluate(TWO_FRAMES)
        looked = phone.page.evaluate(look_at(is_one_screen=False))
        assert looked["faults"] == [], name
        assert phone.page.evaluate("document.documentElement.scrollWidth") == size["width"], name
    for size in (PHONE, LAPTOP):
        phone.page.set_viewport_size(size)
        phone.page.evaluate(TWO_FRAMES)
        judge(phone.page, f"at {size['width']}")


@FULL
@pytest.mark.parametrize("state", [blocked, out_of_date, class_of_32])
def test_the_button_lies_under_the_thumb_without_scrolling(room: Class, phone: PhonePage, state: State) -> None:
    show(room, "/")  # there is a way to that, too
    state(room, phone)
    for name, size in SIZES.items():
        phone.page.set_viewport_size(size)
        phone.page.evaluate(TWO_FRAMES)
        box = phone.press.bounding_box()
        assert box, name
        assert box["y"] + box["height"] <= size["height"], name
        assert box["height"] >= 64, name


def test_in_firefox_a_phone_votes_and_plays_and_nothing_overlaps_or_is_cut(
    firefox: Firefox, server: RunningServer
) -> None:
    def says(part: str, words: str) -> Callable[[], bool]:
        text = f"document.querySelector('[data-part={part}]').textContent"
        return lambda: words in firefox.evaluate(text)

    def look() -> None:
        for size in (PHONE, ON_ITS_SIDE):
            firefox.resize(size["width"], size["height"])
            assert firefox.evaluate(look_at(is_one_screen=False))["faults"] == []

    with a_class(server, phones=2) as room:
        firefox.open(f"{server.url}/room/{room.code}")
        until(says("phones", "3 phones here"))
        room.ask("POST", "questions", **WHY)
        until(says("question-text", WHY["text"]))
        firefox.press("2")
        until(lambda: room.view["question"]["answered"][0] == 1)
        look()
        room.ask("DELETE", "questions/1")
        game = play(room, guard="with")
        until(says("press-title", "P3 asks for the lock"))
        firefox.press("Enter")
        until(says("press-title", "P3 reads number"))
        assert room.phones[0].send("presses", game=game).status_code == 409
        look()
    until(says("message-title", "The room has ended."))
    assert firefox.complaints() == []
