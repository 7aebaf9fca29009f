"""The vocabulary of steps."""

import pytest

from lost_update.model.steps import FIELDS_OF, OBJECT_OPS, Op, kind_of, split_kind


def test_every_op_says_which_fields_its_steps_carry() -> None:
    assert set(FIELDS_OF) == set(Op)


@pytest.mark.parametrize("op", Op)
@pytest.mark.parametrize("target", [0, 1, 255, 40_000])
def test_a_kind_holds_an_op_and_a_target(op: Op, target: int) -> None:
    assert split_kind(kind_of(op, target)) == (op, target)


def test_ops_are_called_by_their_words() -> None:
    assert " ".join(op.word for op in Op) == (
        "start read modify write wait acquire release exit launch join fail "
        "put get submit task_start task_end callback result close"
    )


def test_ops_are_numbered_without_a_gap_because_columns_look_them_up_by_number() -> None:
    assert [op.value for op in Op] == list(range(len(Op)))


def test_an_object_that_is_moved_may_be_a_value() -> None:
    assert all("value" in FIELDS_OF[op] for op in OBJECT_OPS)
    assert not any({"version", "base"} & set(FIELDS_OF[op]) for op in OBJECT_OPS)
