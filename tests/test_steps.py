"""The vocabulary of steps."""

import pytest

from app.steps import FIELDS_OF, Op, kind_of, split_kind


def test_every_op_says_which_fields_its_steps_carry() -> None:
    assert set(FIELDS_OF) == set(Op)


@pytest.mark.parametrize("op", Op)
@pytest.mark.parametrize("target", [0, 1, 255, 40_000])
def test_a_kind_holds_an_op_and_a_target(op: Op, target: int) -> None:
    assert split_kind(kind_of(op, target)) == (op, target)


def test_ops_are_called_by_their_words() -> None:
    assert [op.word for op in Op] == ["start", "read", "modify", "write", "wait", "acquire", "release", "exit"]
