"""The code that ran, and behind one click what Python executes for it: why `+=` is three steps."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import Looking, Race
from tests.serving import RunningServer

QUESTION = "what Python really executes"


def open_code(page: Page, server: RunningServer, guard: str) -> Race:
    """One run's code, in the left race."""
    run = {"none": "race-none", "with": "race-with", "write_only": "write-only"}[guard]
    looking = Looking(page)
    looking.open(f"{server.url}/?runs={run}&panel=code")
    looking.left.wait_for_the_end()
    return looking.left


def steps(lists: Locator) -> list[tuple[str, str]]:
    """For each group of instructions, its heading and the instruction that it ends with."""
    groups = lists.locator("li").all()
    return [(group.locator("b").inner_text(), group.locator("code").last.inner_text()) for group in groups]


def test_one_click_shows_why_an_increment_is_three_steps_and_another_hides_it(
    page: Page, server: RunningServer
) -> None:
    race = open_code(page, server, "with")
    button = race.root.get_by_role("button", name=QUESTION)
    instructions = race.root.locator(".bytecode")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(instructions).to_be_hidden()
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(instructions).to_be_visible()
    assert steps(instructions)[:3] == [
        ("read", "LOAD_ATTR value"),
        ("modify", "BINARY_OP +="),
        ("write", "STORE_ATTR value"),
    ]
    button.press("Enter")
    expect(instructions).to_be_hidden()


def test_only_lines_that_touch_the_shared_number_are_taken_apart(page: Page, server: RunningServer) -> None:
    race = open_code(page, server, "write_only")
    lines = race.root.locator(".code-line").filter(has=page.get_by_role("button", name=QUESTION))
    expect(lines.locator("code")).to_have_text(["value = number.value", "number.value = value + 1"])
    for button in lines.get_by_role("button").all():
        button.click()
    named = [step for step in steps(race.root.locator(".bytecode")) if step[0] != "then"]
    assert named == [("read", "LOAD_ATTR value"), ("modify", "BINARY_OP +"), ("write", "STORE_ATTR value")]


def test_what_is_unfolded_stays_so_while_the_race_is_played(page: Page, server: RunningServer) -> None:
    race = open_code(page, server, "none")
    race.root.get_by_role("button", name=QUESTION).click()
    looking = Looking(page)
    looking.key("Home")
    looking.expect_position(0)
    looking.key("ArrowRight")
    looking.expect_position(1)
    expect(race.root.locator(".bytecode")).to_be_visible()


def test_a_process_with_a_role_stands_in_the_gutter_as_on_the_stage(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    steps = server.steps("queue-workers")
    at = next(step["index"] for step in steps if step["process"] == "reader" and step["op"] == "get") + 1
    looking.open_runs(server.url, "queue-workers", at=at, panel="code")
    gutter = looking.left.part("code").locator(".code-gutter", has_text="reader")
    expect(gutter.locator("use").last).to_have_attribute("href", "#mark-8")
