"""One press, two real races: what someone sees who opens the page for the first time."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import COUNT_MOTIONS, Looking
from tests.serving import RunningServer
from tests.variants import FULL


def test_the_stage_at_rest_explains_itself_and_follows_the_number_of_processes(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    looking.open(f"{server.url}/?scenario=array")
    assert "adds 1 to its own copy" in looking.left.narration
    for count in (8, 2, 5):
        looking.choose(processes=str(count))
        for race in (looking.left, looking.right):
            expect(race.part("stage").locator(".register")).to_have_count(count)
    expect(looking.left.part("score")).to_be_hidden()


@pytest.mark.check
def test_one_press_shows_what_is_lost_without_a_lock_and_that_a_lock_stops_it(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.run_both()
    expected, counter, lost = looking.left.score
    assert expected == 20
    assert lost > 0
    assert counter + lost == expected
    assert looking.right.score == (20, 20, 0)
    assert re.match(rf"{lost} of 20 additions (is|are) gone\. No error, no warning\.", looking.left.narration)
    assert "Only the holder of the lock touched the number" in looking.right.narration


def test_the_numbers_move_while_it_runs_and_always_add_up_and_it_can_be_stopped(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="50")
    looking.start()
    expect(looking.part("run-again")).to_have_text("Stop")
    looking.skip_playback()
    for least in (10, 25, 45):
        looking.wait_until_past(least)
        # Read in one go: the race does not wait for us.
        score = looking.left.root.locator("dd b").all_text_contents()[:3]
        expected, counter, lost = map(int, score)
        assert counter + lost == expected
    looking.part("run-again").click()
    looking.left.wait_for_the_end()
    expect(looking.part("run-again")).to_have_text("Run again")
    assert "stopped" in looking.left.narration.lower()


@FULL
def test_the_guess_stands_beside_the_result(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.run_both(guess="20")
    expect(looking.left.part("guessed")).to_have_text("20")
    too_many = 20 - looking.left.score[1]
    expect(looking.left.part("guess-result")).to_have_text(f"{too_many} too many")
    expect(looking.right.part("guess-figure")).to_be_hidden()
    expect(looking.part("result-bar-guess")).to_have_text(f"You guessed 20: {too_many} too many")


@FULL
def test_a_guess_can_be_skipped(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="1")
    looking.run_both()
    expect(looking.left.part("guess-figure")).to_be_hidden()


def test_every_process_shows_its_real_pid_and_every_race_the_badge_of_its_pace(
    page: Page, server: RunningServer
) -> None:
    looking = Looking(page)
    run = server.view("race-none")
    looking.open_runs(server.url, run["id"])
    pids = [f"pid {process['pid']}" for process in run["processes"]]
    assert looking.left.part("stage").locator(".card-pid").all_text_contents() == pids
    expect(looking.left.part("pace-title")).to_have_text("slow · we pause")
    expect(looking.left.part("pace-title")).to_have_attribute("title", re.compile("Real processes.*pause"))


def test_the_code_on_show_is_the_code_that_ran_with_each_process_on_its_line(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    run = server.view("race-with")
    steps = server.steps(run["id"])
    looking.open_runs(server.url, run["id"], panel="code")
    lines = looking.left.part("code").locator(".code-line code").all_text_contents()
    assert "\n".join(lines) == run["code"]["text"].rstrip()
    looking.go_to(len(steps) // 2)
    here = looking.left.part("code").locator(".code-gutter").evaluate_all("all => all.map(one => one.dataset.here)")
    for process in ("P1", "P2"):
        known = [step["line"] for step in steps[: len(steps) // 2] if step["process"] == process and "line" in step]
        assert str(int(process[1]) - 1) in (here[known[-1] - 1] or "").split()


@FULL
def test_a_wrong_lock_is_named_as_what_people_get_wrong(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(variant="separate_locks", iterations="6")
    looking.run_both()
    expect(looking.right.part("title")).to_have_text("With a lock, wrongly")
    expect(looking.right.part("guard-title")).to_have_text("a lock each")
    assert looking.right.score[2] > 0
    assert "Each process has its own lock" in looking.right.narration


def test_a_run_that_lost_nothing_says_that_the_bug_is_still_there(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-lucky")
    assert looking.left.score == (2, 2, 0)
    expect(looking.left.part("narration")).to_contain_text("The bug is still there.")


def test_one_process_alone_is_said_to_have_nobody_to_race_with(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open_runs(server.url, "race-alone")
    assert looking.left.score == (10, 10, 0)
    expect(looking.left.part("narration")).to_contain_text("nobody to race with")


@FULL
def test_a_double_click_starts_and_does_not_stop(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(iterations="2")
    looking.part("run").dblclick()
    looking.skip_playback()
    looking.left.wait_for_the_end()
    assert looking.left.score[0] == 4


@FULL
def test_a_free_run_of_thousands_of_steps_goes_straight_to_its_result(page: Page, server: RunningServer) -> None:
    page.add_init_script(COUNT_MOTIONS)
    looking = Looking(page)
    looking.open(server.url)
    looking.choose(pace="free", processes="4", iterations="2000")
    looking.run_both()
    assert looking.right.score == (8000, 8000, 0)
    expected, counter, lost = looking.left.score
    assert (expected, counter + lost) == (8000, 8000)
    # The first few may have been seen one by one, before the others had come.
    assert looking.motions < looking.length / 100


@FULL
def test_two_tabs_watch_the_same_race(open_page: OpenPage, server: RunningServer) -> None:
    first, second = Looking(open_page()), Looking(open_page())
    first.open(server.url)
    first.choose(iterations="4")
    first.start()
    # The first tab's address holds the moment on show as well, as soon as it is written.
    second.open(re.sub(r"&at=\d+", "", first.page.url))
    first.skip_playback()
    for looking in (first, second):
        looking.left.wait_for_the_end()
        looking.right.wait_for_the_end()
    assert first.seen() == second.seen()
