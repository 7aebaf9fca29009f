"""What Python executes for the code on show is that code's own, line by line."""

import sys
from typing import Any

import pytest

from app.runs.source import SILENT, Instruction, code_of
from app.scenarios.catalogue import SCENARIOS

WORKS = [round.work for scenario in SCENARIOS.values() for round in scenario.rounds.values()]


def on_line(function: Any, text: str) -> list[Instruction]:
    """The instructions of the one line that reads `text`."""
    code = code_of(function)
    (line,) = (number for number, each in enumerate(code["text"].splitlines(), 1) if each.strip() == text)
    return [each for each in code["bytecode"] if each["line"] == line]


def on_the_cell(instructions: list[Instruction]) -> list[str]:
    """The instructions that are a step, in order."""
    return [
        each["name"]
        for each in instructions
        if each["name"] == "BINARY_OP" or (each["name"] in ("LOAD_ATTR", "STORE_ATTR") and each["argument"] == "value")
    ]


def test_an_increment_is_a_read_a_modify_and_a_write() -> None:
    instructions = on_line(SCENARIOS["value"].rounds["none"].work, "number.value += 1")
    assert on_the_cell(instructions) == ["LOAD_ATTR", "BINARY_OP", "STORE_ATTR"]
    assert Instruction(line=instructions[0]["line"], name="BINARY_OP", argument="+=") in instructions


def test_a_read_and_a_write_on_lines_of_their_own_stay_on_their_lines() -> None:
    work = SCENARIOS["value"].rounds["write_only"].work
    assert on_the_cell(on_line(work, "new_value = number.value + 1")) == ["LOAD_ATTR", "BINARY_OP"]
    assert on_the_cell(on_line(work, "number.value = new_value")) == ["STORE_ATTR"]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_every_instruction_belongs_to_a_line_and_says_something(work: Any) -> None:
    code = code_of(work)
    assert code["python"] == ".".join(map(str, sys.version_info[:2]))
    lines = len(code["text"].splitlines())
    assert all(1 <= each["line"] <= lines for each in code["bytecode"])
    assert not {each["name"] for each in code["bytecode"]} & SILENT


def test_lines_count_from_the_first_one_shown_even_under_a_decorator() -> None:
    def unchanged(function: Any) -> Any:
        return function

    @unchanged
    def work(number: Any) -> None:
        number.value += 1

    assert on_the_cell(on_line(work, "number.value += 1")) == ["LOAD_ATTR", "BINARY_OP", "STORE_ATTR"]
