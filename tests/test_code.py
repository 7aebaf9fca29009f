"""What Python executes for the code on show is that code's own, line by line."""

import inspect
import sys
from typing import Any

import pytest

from lost_update.model.sources import BytecodeInstruction
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.scenarios.scenario import Variant
from lost_update.sources.code import SILENT, code_of, shown_of
from tests import ROOT

VARIANTS = [variant for scenario in SCENARIOS.values() for variant in scenario.variants.values()]


def on_line(functions: tuple[Any, ...], text: str) -> list[BytecodeInstruction]:
    """The instructions of the one line that reads `text`."""
    code = code_of(functions)
    (line,) = (number for number, each in enumerate(code["text"].splitlines(), 1) if each.strip() == text)
    return [each for each in code["bytecode"] if each["line"] == line]


def on_the_cell(instructions: list[BytecodeInstruction]) -> list[str]:
    """The instructions that are a step, in order."""
    return [
        each["name"]
        for each in instructions
        if each["name"] == "BINARY_OP" or (each["name"] in ("LOAD_ATTR", "STORE_ATTR") and each["argument"] == "value")
    ]


def test_an_increment_is_a_read_a_modify_and_a_write() -> None:
    instructions = on_line(SCENARIOS["value"].variants["none"].functions, "number.value += 1")
    assert on_the_cell(instructions) == ["LOAD_ATTR", "BINARY_OP", "STORE_ATTR"]
    assert BytecodeInstruction(line=instructions[0]["line"], name="BINARY_OP", argument="+=") in instructions


def test_a_read_and_a_write_on_lines_of_their_own_stay_on_their_lines() -> None:
    work = SCENARIOS["value"].variants["write_only"].functions
    assert on_the_cell(on_line(work, "value = number.value")) == ["LOAD_ATTR"]
    assert on_the_cell(on_line(work, "number.value = value + 1")) == ["BINARY_OP", "STORE_ATTR"]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.functions[-1].__name__)
def test_every_instruction_belongs_to_a_line_and_says_something(variant: Variant) -> None:
    code = code_of(variant.functions)
    assert code["python"] == ".".join(map(str, sys.version_info[:2]))
    lines = len(code["text"].splitlines())
    assert all(1 <= each["line"] <= lines for each in code["bytecode"])
    assert not {each["name"] for each in code["bytecode"]} & SILENT


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.functions[-1].__name__)
def test_no_instruction_tells_where_the_code_lies_on_this_machine(variant: Variant) -> None:
    told = [each["argument"] for each in code_of(variant.functions)["bytecode"]]
    assert not [argument for argument in told if str(ROOT) in argument or " at 0x" in argument]


def test_lines_count_from_the_first_one_shown_even_under_a_decorator() -> None:
    def unchanged(function: Any) -> Any:
        return function

    @unchanged
    def work(number: Any) -> None:
        number.value += 1

    assert on_the_cell(on_line((work,), "number.value += 1")) == ["LOAD_ATTR", "BINARY_OP", "STORE_ATTR"]


def test_several_functions_stand_below_each_other_and_lines_count_through() -> None:
    functions = SCENARIOS["queue-fifo"].variants["none"].functions
    lines = code_of(functions)["text"].splitlines()
    shown = shown_of(functions)
    for function in functions:
        source, first = inspect.getsourcelines(function)
        for offset, line in enumerate(source):
            assert lines[shown.line(first + offset) - 1] == line.rstrip()
    assert shown.line(1) == 0
