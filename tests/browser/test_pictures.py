"""Pictures of a recording, drawn by a real browser: every word is in the picture, and none is over another."""

from itertools import combinations
from typing import TypedDict

import pytest
from playwright.sync_api import Page

from lost_update.exports.not_possible import NotPossible
from lost_update.model.recording import Recording
from tests.exported import exported
from tests.recordings import RECORDINGS, recorded
from tests.test_pictures import PICTURES, race
from tests.variants import one_in

BOXES = """() => {
  const picture = document.querySelector("svg").getBoundingClientRect();
  return [...document.querySelectorAll("text")].map((text) => {
    const { left, top, right, bottom } = text.getBoundingClientRect();
    const isWithin = left >= picture.left && top >= picture.top && right <= picture.right && bottom <= picture.bottom;
    return { words: text.textContent, left, top, right, bottom, isWithin };
  });
}"""

TOUCH = 1.5
"""Boxes are a little larger than what is in them, in pixels."""


class Box(TypedDict):
    """Where a text stands."""

    words: str
    left: float
    top: float
    right: float
    bottom: float
    isWithin: bool


def boxes_of(page: Page, picture: bytes) -> list[Box]:
    page.set_content(f"<!doctype html><body style='margin:0'>{picture.decode()}")
    found: list[Box] = page.evaluate(BOXES)
    assert found
    return found


def lie_over_each_other(one: Box, two: Box) -> bool:
    across = min(one["right"], two["right"]) - max(one["left"], two["left"])
    down = min(one["bottom"], two["bottom"]) - max(one["top"], two["top"])
    # The line above and below a word are in its box.
    return across > TOUCH and down > 0.4 * min(one["bottom"] - one["top"], two["bottom"] - two["top"])


def check(page: Page, recording: Recording, name: str) -> None:
    try:
        picture = exported(recording, name)
    except NotPossible:
        return
    boxes = boxes_of(page, picture)
    assert [box["words"] for box in boxes if not box["isWithin"]] == []
    assert [(one["words"], two["words"]) for one, two in combinations(boxes, 2) if lie_over_each_other(one, two)] == []


@pytest.mark.parametrize("run", one_in(3, RECORDINGS))
def test_no_word_of_a_picture_is_outside_of_it_or_over_another(page: Page, run: str) -> None:
    for name in PICTURES:
        check(page, recorded(run), name)


@pytest.mark.parametrize("name", one_in(len(PICTURES), PICTURES))
def test_nor_is_one_where_names_are_long_and_numbers_large(page: Page, name: str) -> None:
    check(page, race(40, "a_name_that_says_much_of_what_it_counts_" * 6), name)
    check(page, race(30_000), name)


def test_nor_is_one_of_a_great_many_processes(page: Page) -> None:
    for name in PICTURES:
        check(page, race(3, processes=90), name)
