"""Every interleaving there is, in a real browser: all outcomes, real runs as dots, and processes that follow."""

import re
from itertools import pairwise
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import Interception, no_server
from tests.serving import WAIT_SECONDS, RunningServer
from tests.variants import FULL, one_in


class Exploration:
    """The page, open in a browser, in its words."""

    def __init__(self, page: Page, server: RunningServer) -> None:
        self.page = page
        self.server = server

    def open(self, **query: Any) -> None:
        """Open the page and wait for its outcomes."""
        self.page.goto(str(httpx.URL(f"{self.server.url}/interleavings", params=query)))
        expect(self.outcomes.first).to_be_visible()

    def part(self, name: str) -> Locator:
        """The element that plays a part."""
        return self.page.locator(f'[data-part="{name}"]')

    @property
    def outcomes(self) -> Locator:
        """The columns."""
        return self.page.locator("button[data-outcome]")

    def outcome(self, name: str) -> Locator:
        """The column of one outcome."""
        return self.page.locator(f'button[data-outcome="{name}"]')

    def answer(self, **request: Any) -> dict[str, Any]:
        """What the interface says of the same."""
        response = httpx.post(f"{self.server.url}/api/explore", json=request, timeout=WAIT_SECONDS)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def observe(self, runs: int) -> None:
        """Press the button, and wait until so many runs have been observed."""
        self.part("distribution-run").click()
        expect(self.part("observed")).to_contain_text(f"Observed in {runs} runs")
        expect(self.part("distribution-run")).to_have_text("Run it 20 times")

    def follow(self, ends: str) -> None:
        """Let real processes follow the schedule on show, and hold their end against what was predicted."""
        self.part("follow-schedule").click()
        expect(self.part("comparison")).to_have_text(f"Real processes ended {ends}, as predicted.")

    def key(self, name: str) -> None:
        """Press a key where the focus is."""
        self.page.keyboard.press(name)


@pytest.fixture
def exploration(page: Page, server: RunningServer) -> Exploration:
    return Exploration(page, server)


def text(number: str) -> str:
    """Digits as the page separates them."""
    return re.sub(r"\B(?=(\d{3})+(?!\d))", "\u2009", number)


@pytest.mark.parametrize(
    "request_",
    one_in(4, [{"guard": "crossed_locks"}, {"iterations": 1}, {"iterations": 2}, {"iterations": 10}]),
)
def test_the_columns_are_the_outcomes_of_the_interface(exploration: Exploration, request_: dict[str, Any]) -> None:
    answer = exploration.answer(**request_)
    exploration.open(**request_)
    expect(exploration.part("found")).to_contain_text(text(answer["interleavings"]))
    expected = [(str(outcome["final"]), outcome) for outcome in answer["outcomes"]]
    expected += [("deadlock", outcome) for outcome in answer["deadlocks"]]
    columns = exploration.outcomes.all()
    assert [column.get_attribute("data-outcome") for column in columns] == [name for name, _ in expected]
    likeliest, _ = max(expected, key=lambda pair: pair[1]["probability"])
    expect(exploration.outcome(likeliest)).to_have_attribute("aria-pressed", "true")
    for name, outcome in expected:
        exploration.outcome(name).click()
        expect(exploration.part("figures")).to_contain_text(f"{text(outcome['interleavings'])} interleaving")
        if outcome["probability"] >= 0.0005:
            expect(exploration.part("figures")).to_contain_text(
                f"probability {outcome['probability']:.1%}".replace("%", "\u2009%")
            )
        expect(exploration.part("schedule-text")).to_have_value(" ".join(outcome["schedule"]))
        exploration.part("exact-text").evaluate("element => element.parentElement.open = true")
        fraction = " / ".join(text(part) for part in outcome["fraction"].split("/"))
        expect(exploration.part("exact-text")).to_contain_text(f"exactly {fraction}")


@pytest.mark.parametrize(("iterations", "columns"), one_in(2, [(10, 19), (60, 60)]))
def test_the_whole_distribution_is_in_sight_at_once_and_no_number_is_cut(
    exploration: Exploration, iterations: int, columns: int
) -> None:
    exploration.open(iterations=iterations)
    expect(exploration.outcomes).to_have_count(columns)
    window = exploration.page.viewport_size or {"width": 0, "height": 0}
    for column in exploration.outcomes.all():
        box = column.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= window["width"]
        assert box["y"] + box["height"] <= window["height"]
    numbers = exploration.part("histogram").locator(".plot-number").all()
    boxes = sorted((round(box["y"]), box["x"], box["width"]) for n in numbers if (box := n.bounding_box()))
    drawing = exploration.part("histogram").locator("svg").bounding_box()
    assert drawing
    assert all(drawing["x"] <= left and left + width <= drawing["x"] + drawing["width"] for _, left, width in boxes)
    for (row, left, width), (next_row, next_left, _) in pairwise(boxes):
        assert row != next_row or left + width <= next_left


def test_where_there_are_too_many_states_to_draw_it_says_so_and_uses_the_room(exploration: Exploration) -> None:
    exploration.open(iterations=10)
    expect(exploration.part("unfinished")).to_contain_text("states are too many to draw")
    expect(exploration.part("tabs")).to_be_hidden()
    box = exploration.part("histogram").bounding_box()
    assert box
    assert box["width"] > 1200


def test_probability_stands_under_the_words_of_a_coin_toss_and_why_machines_differ(exploration: Exploration) -> None:
    exploration.open(iterations=2)
    expect(exploration.part("histogram-legend")).to_contain_text("if each step were a coin toss")
    expect(exploration.part("different")).to_have_text(
        "A real machine tosses no coin: a process usually takes many steps before another gets its turn."
    )


def test_a_chance_too_small_for_a_column_has_its_number(exploration: Exploration) -> None:
    exploration.open(iterations=10)
    exploration.outcome("2").click()
    expect(exploration.part("figures")).to_contain_text("2.4\u2009×\u200910⁻¹⁴")
    expect(exploration.part("schedule-words")).to_contain_text("once in 4.2\u2009×\u200910¹³ runs")


@FULL
@pytest.mark.parametrize("free", [20, 40])
def test_each_press_adds_twenty_runs_of_real_processes_counted_for_each_pace(
    exploration: Exploration, free: int
) -> None:
    exploration.open(iterations=1)
    expect(exploration.part("observed")).to_contain_text("Nothing observed yet")
    before = len(httpx.get(f"{exploration.server.url}/api/runs").json())
    for runs in range(20, free, 20):
        exploration.observe(runs)
    exploration.observe(free)
    exploration.page.locator("[data-pace=slow]").click()
    exploration.observe(free + 20)
    expect(exploration.part("observed")).to_have_text(
        f"Observed in {free + 20} runs of real processes: {free} free and 20 slow."
    )
    expect(exploration.part("histogram").locator(".plot-dot")).to_have_count(20)
    runs = httpx.get(f"{exploration.server.url}/api/runs").json()[: -before or None][: free + 20]
    for pace, total in (("free", free), ("slow", 20)):
        finals = [run["summary"]["cells"][0]["final"] for run in runs if run["request"]["pace"] == pace]
        assert len(finals) == total
        for final in set(finals):
            counted = f"observed in {finals.count(final)} of {total} {pace} runs"
            exploration.outcome(str(final)).click()
            expect(exploration.part("figures").get_by_text(counted, exact=True)).to_be_visible()


@FULL
def test_what_is_possible_and_was_never_observed_says_so_and_so_does_the_sentence(exploration: Exploration) -> None:
    exploration.open(iterations=10)
    exploration.observe(20)
    exploration.outcome("2").click()
    expect(exploration.part("figures")).to_contain_text("possible, and never observed")
    expect(exploration.part("conclusion")).to_contain_text("a thousand good runs prove nothing")


@FULL
def test_runs_can_be_stopped_and_what_was_counted_stays(exploration: Exploration) -> None:
    exploration.open(iterations=5)
    exploration.page.locator("[data-pace=tutorial]").click()
    exploration.part("distribution-run").click()
    expect(exploration.part("observed")).to_contain_text(re.compile(r"Observed in \d+ run"))
    exploration.part("distribution-run").click()
    expect(exploration.part("distribution-run")).to_have_text("Run it 20 times")
    expect(exploration.part("observed")).to_have_text(
        re.compile(r"^Observed in \d+ runs? of real processes: \d+ tutorial\.$")
    )


def test_a_lock_is_proved_right_and_a_crossed_pair_deadlocks(exploration: Exploration) -> None:
    exploration.open(iterations=2, guard="with")
    expect(exploration.part("conclusion")).to_contain_text(
        "that is a proof, for the steps that each process took when it was recorded alone"
    )
    expect(exploration.outcomes).to_have_count(1)
    exploration.part("guard").select_option("crossed_locks")
    exploration.part("explore").click()
    expect(exploration.outcome("deadlock")).to_be_visible()
    exploration.follow("in a deadlock")


@pytest.mark.parametrize("final", one_in(3, ["2", "3", "4"]))
def test_real_processes_that_follow_an_outcome_s_schedule_end_as_it_said(exploration: Exploration, final: str) -> None:
    exploration.open()
    exploration.outcome(final).click()
    schedule = exploration.part("schedule-text").input_value()
    exploration.follow(f"at {final}")
    (run, *_) = httpx.get(f"{exploration.server.url}/api/runs").json()
    assert run["summary"]["cells"][0]["final"] == int(final)
    assert run["request"]["schedule"] == schedule.split()
    assert all(process["pid"] for process in run["processes"])
    taken = [
        step["process"]
        for step in exploration.server.steps(run["id"])
        if step["op"] in ("read", "modify", "write", "acquire", "release")
    ]
    assert taken == schedule.split()
    expect(exploration.part("stage").first).to_be_visible()


def test_a_schedule_goes_on_to_the_page_where_one_schedules_oneself(exploration: Exploration) -> None:
    exploration.open(final="3")
    href = httpx.URL(exploration.part("take-over").get_attribute("href") or "")
    assert href.path == "/scheduler"
    assert href.params["schedule"] == exploration.part("schedule-text").input_value()
    assert (href.params["processes"], href.params["iterations"], href.params["guard"]) == ("2", "2", "none")


@FULL
def test_a_link_opens_the_same(exploration: Exploration, open_page: OpenPage) -> None:
    exploration.open()
    exploration.part("iterations").fill("1")
    exploration.part("guard").select_option("write_only")
    exploration.part("explore").click()
    expect(exploration.outcome("2")).to_be_visible()
    exploration.outcome("2").click()
    expect(exploration.page).to_have_url(re.compile(r"\?processes=2&iterations=1&guard=write_only&final=2$"))
    other = Exploration(open_page(), exploration.server)
    other.page.goto(exploration.page.url)
    expect(other.outcome("2")).to_have_attribute("aria-pressed", "true")
    expect(other.part("schedule-text")).to_have_value(exploration.part("schedule-text").input_value())
    expect(other.part("guard")).to_have_value("write_only")


def test_the_graph_has_every_state_and_step_and_shows_the_way_of_the_schedule(exploration: Exploration) -> None:
    graph = exploration.answer(iterations=1)["graph"]
    exploration.open(iterations=1, final="2")
    expect(exploration.page.locator(".state")).to_have_count(len(graph["states"]))
    expect(exploration.page.locator(".arc")).to_have_count(len(graph["edges"]))
    expect(exploration.page.locator(".arc.is-path")).to_have_count(6)
    expect(exploration.page.locator(".state.is-path")).to_have_count(7)
    expect(exploration.part("graph-words")).to_have_text("The counter is 2. All processes are done: it ends at 2.")
    exploration.page.locator(".state.is-final", has_text=re.compile("^1$")).click()
    expect(exploration.outcome("1")).to_have_attribute("aria-pressed", "true")


def test_the_graph_is_walked_with_the_arrow_keys_and_each_state_is_told(exploration: Exploration) -> None:
    exploration.open(iterations=1, final="1")
    exploration.page.locator(".state").first.focus()
    words = exploration.part("graph-words")
    expect(words).to_have_text("The counter is 0. P1 has not begun and next reads. P2 has not begun and next reads.")
    exploration.key("ArrowDown")
    expect(words).to_have_text("The counter is 0. P1 has read 0 and next adds 1. P2 has not begun and next reads.")
    for _ in range(5):
        exploration.key("ArrowDown")
    expect(words).to_have_text("The counter is 1. All processes are done: it ends at 1.")


def test_the_keyboard_alone_is_enough(exploration: Exploration) -> None:
    exploration.open()
    exploration.key("PageDown")
    expect(exploration.outcome("3")).to_have_attribute("aria-pressed", "true")
    exploration.key("r")
    expect(exploration.part("comparison")).to_have_text("Real processes ended at 3, as predicted.")
    exploration.key("g")
    expect(exploration.part("graph-drawing")).to_be_visible()
    exploration.key("o")
    expect(exploration.part("observed")).to_contain_text(re.compile(r"Observed in \d+ run"))
    exploration.outcome("2").focus()
    exploration.key("ArrowRight")
    expect(exploration.outcome("3")).to_be_focused()
    exploration.key("?")
    expect(exploration.page.get_by_role("dialog")).to_be_visible()


@FULL
def test_what_is_too_much_to_work_out_says_so_and_estimates(exploration: Exploration) -> None:
    exploration.page.route(
        "**/api/explore",
        lambda route: route.fulfill(
            json={
                "exhausted": False,
                "interleavings": None,
                "states": 200_000,
                "outcomes": [],
                "deadlocks": [],
                "known": [{"final": 2, "schedule": ["P1", "P2", "P1"]}],
                "estimate": {"samples": 2_000, "outcomes": [{"final": 7, "share": 0.25}, {"final": 8, "share": 0.75}]},
            }
        ),
    )
    exploration.open(processes=4, iterations=8)
    expect(exploration.part("unfinished")).to_contain_text("given up after 200\u2009000 states")
    expect(exploration.part("unfinished")).to_contain_text("estimated from 2\u2009000 schedules drawn at random")
    expect(exploration.outcome("8")).to_have_attribute("aria-pressed", "true")
    exploration.outcome("2").click()
    expect(exploration.part("figures")).to_contain_text("possible for certain, never drawn")
    expect(exploration.part("schedule-text")).to_have_value("P1 P2 P1")
    exploration.outcome("7").click()
    expect(exploration.part("figures")).to_contain_text("probability ≈ 25.0\u2009%, an estimate")
    expect(exploration.part("follow-schedule")).to_be_hidden()


@FULL
def test_what_is_out_of_range_and_what_goes_wrong_is_said_in_words(exploration: Exploration, faults: list[str]) -> None:
    explored = Interception(exploration.page, "**/api/explore")
    started = Interception(exploration.page, "**/api/runs")
    exploration.open(iterations=1)
    exploration.part("processes").fill("9")
    expect(exploration.part("message")).to_contain_text("Between 1 and 8 processes, please.")
    exploration.part("processes").fill("2")
    explored.answer = no_server
    exploration.part("explore").click()
    expect(exploration.part("notice")).to_contain_text("The server does not answer.")
    explored.answer = None
    exploration.part("explore").click()
    expect(exploration.outcomes).to_have_count(2)
    expect(exploration.part("notice")).to_be_hidden()
    started.answer = no_server
    exploration.part("distribution-run").click()
    expect(exploration.part("notice")).to_contain_text("The server does not answer.")
    exploration.part("follow-schedule").click()
    expect(exploration.part("notice")).to_contain_text("The server does not answer.")
    faults.clear()
