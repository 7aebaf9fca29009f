"""The page of the scheduler in a real browser: steps taken by keys and by hand, goals, undo, links that replay."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lost_update.goals.content import read
from tests.browser.conftest import OpenPage
from tests.browser.looking import PHONE, Interception, StartedRuns, no_server
from tests.serving import RunningServer
from tests.test_goals import WRITTEN
from tests.variants import FULL, one_in

GOALS = {goal.slug: goal for goal in read()}
SOLVED = {
    "lose-one": "P1 P2 P2 P2 P1 P1",
    "only-the-write": "P1 P2 P2 P2 P2 P2 P1 P1 P1 P1",
    "own-locks": "P1 P1 P2 P2 P2 P2 P2 P1 P1 P1",
    "deadlock": "P1 P2",
    "one-of-six": "P1 P2*3 P3*3 P4*3 P5*3 P6*3 P1*2",
    "two-of-twenty": "P1 P2*27 P1 P1 P2 P1*27 P2*2",
    **WRITTEN,
}

SMALLEST = """
() => Math.min(...[...document.querySelectorAll(".scheduler-side *, .race p, .transport p")]
  .filter(each => each.checkVisibility())
  .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .map(each => parseFloat(getComputedStyle(each).fontSize)))
"""
"""The size of the smallest type on show."""


class SchedulerPage:
    """The page, open in a browser, in its own words."""

    def __init__(self, page: Page, server: RunningServer) -> None:
        self.page = page
        self.url = f"{server.url}/scheduler"

    def open(self, query: str = "") -> "SchedulerPage":
        """Open it, and wait until the processes wait for us."""
        self.page.goto(f"{self.url}?{query}" if query else self.url)
        expect(self.step_button("P1")).to_be_visible()
        return self

    def part(self, name: str) -> Locator:
        """The element that plays a part."""
        return self.page.locator(f'[data-part="{name}"]').first

    def step_button(self, process: str) -> Locator:
        """The button of a process."""
        return self.page.locator(f'[data-process="{process}"]')

    def key(self, *names: str) -> None:
        """Press keys, one after the other."""
        for name in names:
            self.page.keyboard.press(name)

    def expect_schedule(self, text: str) -> None:
        """Wait until this is the schedule, on the page and in the address."""
        expect(self.part("schedule")).to_have_value(text)
        asked = text.replace(" ", r"\+")
        expect(self.page).to_have_url(re.compile(rf"[?&]schedule={asked}(&|$)" if text else r"^((?!schedule=).)*$"))

    def expect_counter(self, counter: int, lost: int) -> None:
        """Wait until the scoreboard says so."""
        expect(self.part("counter")).to_have_text(str(counter))
        expect(self.part("lost")).to_have_text(str(lost))


@pytest.fixture
def scheduler(page: Page, server: RunningServer) -> SchedulerPage:
    return SchedulerPage(page, server)


@FULL
def test_a_goal_is_played_to_its_end_by_keys(scheduler: SchedulerPage) -> None:
    scheduler.open()
    expect(scheduler.part("goal-text")).to_contain_text("Let the counter end at 1.")
    expect(scheduler.step_button("P1")).to_contain_text("P1 reads number")
    scheduler.key("1")
    expect(scheduler.step_button("P1")).to_contain_text("P1 computes 0 + 1")
    scheduler.key("2", "2")
    expect(scheduler.step_button("P2")).to_contain_text("P2 writes 1 (it computed 1 from 0)")
    scheduler.key("2")
    expect(scheduler.step_button("P2")).to_contain_text("P2 has ended")
    expect(scheduler.part("narration")).to_contain_text("P2 writes 1")
    scheduler.expect_counter(1, 0)
    scheduler.key("1", "1")
    expect(scheduler.part("goal-result")).to_contain_text("Reached with 2 context switches: par")
    scheduler.expect_schedule("P1 P2 P2 P2 P1 P1")
    scheduler.expect_counter(1, 1)
    expect(scheduler.part("goals-reached")).to_have_text("1 of 7 reached")

    # What was reached is remembered, and the next goal is a press away.
    scheduler.page.reload()
    expect(scheduler.part("goals-reached")).to_have_text("1 of 7 reached")
    scheduler.part("next-goal").click()
    expect(scheduler.part("goal-text")).to_contain_text("Only the write is locked.")
    expect(scheduler.step_button("P1")).to_be_focused()
    scheduler.expect_schedule("")


def test_steps_are_taken_by_mouse_and_taken_back(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=none&processes=2&iterations=1")
    expect(scheduler.part("undo")).to_be_disabled()
    for process in ("P1", "P1", "P1", "P2"):
        scheduler.step_button(process).click()
    scheduler.expect_schedule("P1 P1 P1 P2")
    pids = scheduler.page.locator(".card-pid").all_text_contents()
    scheduler.part("undo").click()
    scheduler.expect_schedule("P1 P1 P1")
    expect(scheduler.step_button("P2")).to_contain_text("P2 reads number")
    scheduler.expect_counter(1, 0)
    assert scheduler.page.locator(".card-pid").all_text_contents() != pids, "these are new processes"
    scheduler.key("u", "Backspace")
    scheduler.expect_schedule("P1")
    scheduler.expect_counter(0, 0)
    scheduler.key("y")
    scheduler.expect_schedule("P1 P1")
    scheduler.part("redo").click()
    scheduler.expect_schedule("P1 P1 P1")
    scheduler.key("2")
    expect(scheduler.part("redo")).to_be_disabled()
    scheduler.part("start-again").click()
    scheduler.expect_schedule("")


@FULL
def test_undo_shows_where_it_leads_and_nothing_of_the_way_there(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=none&processes=2&iterations=2&schedule=P1*6+P2*3")
    expect(scheduler.part("position")).to_contain_text("Step 12 of 12")  # two starts, and P1's end
    scheduler.page.evaluate(
        """() => {
          window.seen = [];
          const position = document.querySelector("[data-part=position]");
          new MutationObserver(() => window.seen.push(position.textContent)).observe(position, { childList: true });
        }"""
    )
    scheduler.key("u")
    scheduler.expect_schedule(" ".join(["P1"] * 6 + ["P2"] * 2))
    assert scheduler.page.evaluate("window.seen") == ["Step 11 of 11"]


@FULL
def test_the_end_can_be_taken_back_too(scheduler: SchedulerPage) -> None:
    scheduler.open("goal=lose-one&schedule=P1+P1+P1+P2+P2+P2")
    expect(scheduler.part("goal-result")).to_contain_text("Not reached: the counter ended at 2.")
    scheduler.key("1")
    expect(scheduler.part("notice")).to_contain_text("The run has ended. Undo a step, or start again.")
    scheduler.key("u")
    expect(scheduler.step_button("P2")).to_contain_text("P2 writes 2 (it computed 2 from 1)")
    expect(scheduler.part("notice")).to_be_hidden()
    expect(scheduler.part("goal-result")).to_be_hidden()


@pytest.mark.parametrize("slug", one_in(len(SOLVED), SOLVED))
def test_a_link_replays_its_schedule_and_reaches_its_goal(scheduler: SchedulerPage, slug: str) -> None:
    goal = GOALS[slug]
    scheduler.open(f"goal={slug}&schedule={SOLVED[slug].replace(' ', '+')}")
    expect(scheduler.part("goal-result")).to_contain_text(
        re.compile(rf"Reached with {goal.par} context switch(es)?: par")
    )
    expect(scheduler.part("schedule-figures")).to_contain_text(f"{goal.par} context switch")


@FULL
@pytest.mark.parametrize(
    ("slug", "schedule"),
    [
        # One after the other loses nothing, and so brings nothing back, and waits for nothing.
        (slug, " ".join(f"P{number}*99" for number in range(1, GOALS[slug].request.processes + 1)))
        for slug in SOLVED
    ],
)
def test_one_after_the_other_reaches_no_goal(scheduler: SchedulerPage, slug: str, schedule: str) -> None:
    goal = GOALS[slug]
    steps = {"none": 3, "write_only": 5, "separate_locks": 5, "crossed_locks": 7}[goal.request.guard]
    schedule = schedule.replace("*99", f"*{steps * goal.request.iterations}").replace(" ", "+")
    scheduler.open(f"goal={slug}&schedule={schedule}")
    expect(scheduler.part("goal-result")).to_contain_text("Not reached: the counter ended at")


def test_losing_is_not_enough_to_bring_something_back(scheduler: SchedulerPage) -> None:
    scheduler.open("goal=back-to-life&schedule=P1+P2*6+P1*5")
    expect(scheduler.part("goal-result")).to_contain_text("Not reached: the counter ended at 2.")


@FULL
def test_a_link_goes_on_where_it_leads(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=none&processes=2&iterations=1&schedule=P1+P2+P1+P2+P1+P2")
    scheduler.expect_counter(1, 1)
    scheduler.open("guard=with&processes=3&iterations=1&schedule=P2+P2")
    expect(scheduler.step_button("P2")).to_contain_text("P2 computes 0 + 1")
    scheduler.key("2", "2", "2", "3")
    scheduler.expect_schedule("P2 P2 P2 P2 P2 P3")


@FULL
def test_who_cannot_move_says_why(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=with&processes=2&iterations=1")
    expect(scheduler.step_button("P1")).to_contain_text("P1 acquires the lock")
    scheduler.key("1")
    expect(scheduler.step_button("P2")).to_contain_text("P2 waits for the lock, which P1 holds")
    expect(scheduler.step_button("P2")).to_have_attribute("aria-disabled", "true")
    scheduler.key("2")
    expect(scheduler.part("notice")).to_contain_text("P2 waits for the lock, which P1 holds.")
    scheduler.expect_schedule("P1")
    scheduler.key("1", "1", "1", "1", "2")
    scheduler.expect_schedule("P1 P1 P1 P1 P1 P2")
    expect(scheduler.part("notice")).to_be_hidden()


def test_a_deadlock_says_who_waits_for_what(scheduler: SchedulerPage) -> None:
    scheduler.open("goal=deadlock")
    expect(scheduler.step_button("P2")).to_contain_text("P2 acquires lock b")
    scheduler.key("1", "2")
    expect(scheduler.part("goal-result")).to_contain_text("Reached with 1 context switch: par")
    expect(scheduler.step_button("P1")).to_contain_text("P1 waits for lock b for ever")


@FULL
def test_a_schedule_is_pasted_and_followed(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=none&processes=2&iterations=1")
    field = scheduler.part("schedule")
    field.fill("p1, 2 2 2")
    expect(scheduler.step_button("P1")).to_contain_text("reads number")
    field.press("Enter")
    scheduler.expect_schedule("P1 P2 P2 P2")
    expect(scheduler.part("schedule-figures")).to_have_text("4 steps, 1 context switch")
    scheduler.key("1")
    scheduler.expect_schedule("P1 P2 P2 P2 P1")
    field.fill("P1 P3")
    field.press("Enter")
    expect(scheduler.part("notice")).to_contain_text("“P3” is no process of this run: there are P1 to P2.")
    field.press("Escape")
    expect(field).to_have_value("P1 P2 P2 P2 P1")


def test_a_schedule_that_cannot_be_followed_says_where(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=with&processes=2&iterations=1&schedule=P1+P2+P1")
    expect(scheduler.part("notice")).to_contain_text("The schedule cannot be followed: step 2 is P2.")
    scheduler.expect_schedule("P1")
    scheduler.key("u")
    scheduler.expect_schedule("")
    expect(scheduler.part("notice")).to_be_hidden()


@FULL
def test_another_choice_runs_at_once_and_is_no_goal(scheduler: SchedulerPage) -> None:
    scheduler.open()
    scheduler.part("processes").fill("3")
    scheduler.part("processes").press("Tab")
    expect(scheduler.step_button("P3")).to_contain_text("P3 reads number")
    expect(scheduler.part("goal")).to_have_value("")
    scheduler.part("guard").select_option("get_lock")
    expect(scheduler.step_button("P3")).to_contain_text("P3 acquires number.get_lock()")
    scheduler.part("iterations").fill("0")
    scheduler.part("iterations").press("Tab")
    expect(scheduler.part("message")).to_have_text("Between 1 and 20 increments each.")
    scheduler.part("goal").select_option("one-of-six")
    expect(scheduler.step_button("P6")).to_contain_text("P6 reads number")
    expect(scheduler.part("message")).to_be_empty()


def test_a_hint_comes_when_it_is_asked_for(scheduler: SchedulerPage) -> None:
    scheduler.open()
    expect(scheduler.part("goal-hint")).to_be_hidden()
    scheduler.key("h")
    expect(scheduler.part("goal-hint")).to_contain_text("Hint: Both must have read")


@FULL
def test_a_run_that_was_stopped_goes_on_with_new_processes(scheduler: SchedulerPage, server: RunningServer) -> None:
    started = StartedRuns(server)
    scheduler.open("guard=none&processes=2&iterations=1&schedule=P1+P2")
    scheduler.page.request.delete(f"{server.url}/api/runs/{started.ids[-1]}")  # as the visitor that started it
    expect(scheduler.part("notice")).to_contain_text("It was stopped on request.")
    expect(scheduler.step_button("P1")).to_contain_text("P1 was stopped")
    scheduler.part("notice-action").click()
    expect(scheduler.step_button("P1")).to_contain_text("P1 computes 0 + 1")
    scheduler.key("1")
    scheduler.expect_schedule("P1 P2 P1")


@FULL
def test_the_page_leaves_no_processes_behind(scheduler: SchedulerPage, server: RunningServer) -> None:
    started = StartedRuns(server)
    scheduler.open("guard=none&processes=2&iterations=1")
    scheduler.key("1")
    scheduler.expect_schedule("P1")
    scheduler.key("u")
    scheduler.expect_schedule("")
    scheduler.page.goto("about:blank")
    for run in started.ids:
        assert server.finished(run)["status"] == "stopped"


@FULL
def test_steps_that_somebody_else_lets_them_take_are_shown_too(scheduler: SchedulerPage, server: RunningServer) -> None:
    started = StartedRuns(server)
    scheduler.open("guard=none&processes=2&iterations=1")
    scheduler.page.request.post(f"{server.url}/api/runs/{started.ids[-1]}/grants", data={"process": "P2"})
    scheduler.expect_schedule("P2")
    scheduler.key("1")
    scheduler.expect_schedule("P2 P1")


@FULL
def test_a_server_that_does_not_answer_is_told_of(scheduler: SchedulerPage, faults: list[str]) -> None:
    granted = Interception(scheduler.page, "**/grants", no_server)
    scheduler.open("guard=none&processes=2&iterations=1")
    scheduler.key("1")
    expect(scheduler.part("notice")).to_contain_text("The server does not answer.")
    granted.answer = None
    scheduler.key("1")
    scheduler.expect_schedule("P1")
    expect(scheduler.part("notice")).to_be_hidden()
    faults.clear()


def test_whoever_presses_fast_has_every_press_taken(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=with&processes=3&iterations=1")
    # P3 can acquire the lock only once P2 has released it, and is asked to long before anybody could have seen that.
    presses = [*"22222", *"33333", *"11111"]
    scheduler.key(*presses)
    scheduler.expect_schedule(" ".join(f"P{press}" for press in presses))
    scheduler.expect_counter(3, 0)


@pytest.mark.parametrize(
    "query", one_in(2, ["goal=one-of-six&schedule=P1+P2+P3+P4+P5", "goal=deadlock&schedule=P1+P2"])
)
def test_on_a_projector_all_fits_and_nothing_is_small(scheduler: SchedulerPage, query: str) -> None:
    scheduler.open(f"{query}&projector")
    assert scheduler.page.evaluate(SMALLEST) >= 24
    assert scheduler.page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@FULL
def test_on_a_phone_the_buttons_are_within_reach(open_page: OpenPage, server: RunningServer) -> None:
    scheduler = SchedulerPage(open_page(viewport=PHONE), server).open("guard=none&processes=8&iterations=1")
    for process in ("P1", "P8"):
        expect(scheduler.step_button(process)).to_be_in_viewport(ratio=1)
        box = scheduler.step_button(process).bounding_box()
        assert box
        assert box["height"] >= 44


@FULL
def test_what_the_same_processes_come_to_without_a_scheduler_is_a_panel_away(scheduler: SchedulerPage) -> None:
    scheduler.open("guard=none&processes=2&iterations=2")
    scheduler.page.locator('[data-panel="distribution"]').click()
    panel = scheduler.page.locator('[data-part="distribution"]').first
    expect(panel.locator('[data-pace="free"]')).to_have_attribute("aria-pressed", "true")
    panel.locator('[data-pace="slow"]').click()
    panel.get_by_role("button", name="Run it 20 times").click()
    expect(panel).to_contain_text(re.compile(r"Lost something in \d+ of 20 runs"))
    # The processes that wait for somebody still do.
    expect(scheduler.step_button("P1")).to_contain_text("P1 reads number")
