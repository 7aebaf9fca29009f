"""What a real process did, read off its steps, as a program."""

from collections.abc import Iterator
from typing import Any

import pytest

from lost_update.explorer.program import Instruction, NotExplorable, program_of

READ, ADD, WRITE = Instruction("read"), Instruction("modify", amount=1), Instruction("write")
ACQUIRE, RELEASE = Instruction("acquire", "lock"), Instruction("release", "lock")


def steps(text: str) -> Iterator[dict[str, Any]]:
    """Steps as a text: `read number 0, wait lock`."""
    for words in text.split(", "):
        op, target, value = [*words.split(), "", ""][:3]
        yield {"op": op, "target": target, "value": int(value) if value else None}


def test_an_increment_is_three_instructions_and_life_is_none() -> None:
    alone = steps("start, read number 0, modify number 1, write number 1, exit")
    assert program_of(alone) == (READ, ADD, WRITE)


def test_what_a_modify_adds_does_not_depend_on_the_value_that_was_read() -> None:
    assert program_of(steps("read number 41, modify number 42, write number 42")) == (READ, ADD, WRITE)
    assert program_of(steps("read number 5, modify number 2, write number 2"))[1].amount == -3


def test_locks_keep_their_names() -> None:
    assert program_of(steps("acquire lock, read number 0, modify number 1, write number 1, release lock")) == (
        ACQUIRE,
        READ,
        ADD,
        WRITE,
        RELEASE,
    )


def test_having_waited_is_no_instruction_of_its_own() -> None:
    assert program_of(steps("wait lock, acquire lock, release lock")) == (ACQUIRE, RELEASE)


def test_a_process_that_waits_for_ever_would_acquire_next() -> None:
    assert program_of(steps("acquire lock, wait lock")) == (ACQUIRE, ACQUIRE)
    assert program_of(steps("acquire lock, wait lock, exit")) == (ACQUIRE, ACQUIRE)


def test_no_steps_are_an_empty_program() -> None:
    assert program_of([]) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("put queue 1", "put"),
        ("read number 0, read numbers[1] 0", "one cell"),
        ("write number 7", "not computed"),
        ("modify number 7", "not computed"),
        ("read number 0, modify number 1, write number 1, write number 2", "not computed"),
        ("launch P1", "launch"),
    ],
)
def test_what_cannot_be_explored_is_said_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NotExplorable, match=why):
        program_of(steps(text))
