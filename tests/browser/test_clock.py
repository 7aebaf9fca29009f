"""The two clocks: by steps each step takes as long as any other, by the clock proportions are true."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Pair
from tests.browser.looking import Looking
from tests.serving import RunningServer
from tests.variants import FULL


def shown_at(steps: list[dict[str, Any]], t_ns: int) -> tuple[int, int]:
    """Counter and lost after all steps up to a time."""
    writes = [step for step in steps if step["op"] == "write" and step["t_ns"] <= t_ns]
    return (writes[-1]["value"], writes[-1]["lost"]) if writes else (0, 0)


def test_on_the_clock_both_races_show_what_was_at_that_time(
    looking: Looking, server: RunningServer, pair: Pair
) -> None:
    histories = [server.steps(run["id"]) for run in pair]
    looking.part("clock").select_option("clock")
    last = max(steps[-1]["t_ns"] for steps in histories)
    expect(looking.part("scrubber")).to_have_attribute("max", str(last))
    for share in (0.2, 0.5, 0.8):
        moment = int(last * share)
        looking.part("scrubber").fill(str(moment))
        expect(looking.part("time")).to_have_text(f"{moment / 1e6:.1f} ms")
        expect(looking.part("chip")).to_have_text(re.compile(r"^recorded in \d+ ms · shown \d+× slower$"))
        for race, steps in zip((looking.left, looking.right), histories, strict=True):
            assert race.score[1:] == shown_at(steps, moment)


def test_a_step_on_the_clock_is_one_step_of_one_race(looking: Looking) -> None:
    looking.part("clock").select_option("clock")
    looking.key("Home")
    looking.expect_position(0)
    before = looking.seen()
    looking.key("ArrowRight")
    expect(looking.part("scrubber")).not_to_have_value("-1")
    after = looking.seen()
    assert sum(before[side] != after[side] for side in ("left", "right")) == 1
    looking.key("ArrowLeft")
    expect(looking.part("scrubber")).to_have_value("-1")
    assert looking.seen() == before


@FULL
def test_changing_the_clock_stays_where_one_is(looking: Looking) -> None:
    looking.go_to(30)
    looking.part("clock").select_option("clock")
    looking.expect_position(30)
    looking.part("clock").select_option("steps")
    looking.expect_position(30)


@FULL
def test_the_clock_is_part_of_the_address(page: Page, looking: Looking) -> None:
    looking.part("clock").select_option("clock")
    looking.part("scrubber").fill(str(int(int(looking.part("scrubber").get_attribute("max") or 0) * 0.4)))
    expect(page).to_have_url(re.compile(r"at=\d+.*clock=clock"))
    seen = looking.seen()
    position = looking.part("position").inner_text()
    page.reload()
    expect(looking.part("position")).to_have_text(position)
    assert looking.seen() == seen
