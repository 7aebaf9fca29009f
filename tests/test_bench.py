"""How the rows of several runs of the bench are put together. What they measure is not measured here."""

import re

import pytest

from tests.bench.pairs import Spread
from tests.bench.report import DOCUMENT, PARTS, Row, section, together


def row(ours: str, ratio: float | None = None, *, held: bool | None = None) -> Row:
    """A row of one run."""
    return Row("A walk", ours, ratio=None if ratio is None else Spread(ratio, 0.5, 2.0), held=held)


def test_one_run_stays_as_it_is() -> None:
    rows = [row("3 ms"), row("1,200 ms", 1.5, held=True)]
    assert together([rows]) == rows
    assert str(rows[1]) == "| A walk | 1,200 ms | – | 1.50 × (0.50–2.00) | – | yes |"


def test_of_several_runs_the_middle_one_is_shown_with_the_lowest_and_the_highest() -> None:
    [shown] = together([[row("1,200 ms, worst 4 ms")], [row("90 ms, worst 5,000 ms")], [row("950.5 ms, worst 3 ms")]])
    assert shown.ours == "950.5 ms, worst 3 ms"
    assert shown.runs == "90 ms, worst 5,000 ms to 1,200 ms, worst 4 ms"
    assert str(shown).endswith("| 90 ms, worst 5,000 ms to 1,200 ms, worst 4 ms |")


def test_where_there_is_a_ratio_the_runs_are_compared_by_it() -> None:
    [shown] = together([[row("1 ms", 1.42)], [row("3 ms", 1.38)], [row("2 ms", 12.0)]])
    assert (shown.ours, shown.runs) == ("1 ms", "1.38 × to 12 ×")


@pytest.mark.parametrize(("each", "whole"), [((True, True), True), ((True, False), False), ((None, None), None)])
def test_a_target_is_held_where_every_run_held_it(each: tuple[bool | None, ...], whole: bool | None) -> None:
    [shown] = together([[row("1 ms", held=held)] for held in each])
    assert shown.held is whole


def test_of_an_even_number_of_runs_it_is_the_lower_of_the_two_in_the_middle() -> None:
    assert [shown.ours for shown in together([[row("2")], [row("9")], [row("4")], [row("1")]])] == ["2"]


def test_runs_that_do_not_have_the_same_rows_are_not_put_together() -> None:
    with pytest.raises(ValueError, match="argument"):
        together([[row("1"), row("2")], [row("1")]])


def test_a_part_says_what_makes_it_anew_and_only_several_runs_have_a_column_of_their_own() -> None:
    once = section("walks", [[row("3 ms")]], "How we walk.")
    assert once.startswith("## Walks\n")
    assert 'make bench ARGS="--only walks"`' in once
    assert "| runs |" not in once
    assert once.endswith("| A walk | 3 ms | – | – | – | – |\n\nHow we walk.")
    thrice = section("walks", [[row("3 ms")]] * 3, "How we walk.")
    assert 'make bench ARGS="--only walks --times 3"`' in thrice
    assert "It was measured 3 times." in thrice
    assert "| held | runs |\n|---|---|---|---|---|---|---|\n" in thrice


def test_every_part_has_its_place_in_the_document() -> None:
    places = re.findall(r"<!-- (\w+) begins -->.*?<!-- \1 ends -->", DOCUMENT.read_text(), re.DOTALL)
    assert places == list(PARTS)
