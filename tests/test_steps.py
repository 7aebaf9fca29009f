"""The vocabulary of steps."""

import pytest

from lost_update.model.ops import NAMES_OF_SLOT, Op
from lost_update.model.steps import kind_of, split_kind


@pytest.mark.parametrize("op", Op)
@pytest.mark.parametrize("target", [0, 1, 255, 40_000])
def test_a_kind_holds_an_op_and_a_target(op: Op, target: int) -> None:
    assert split_kind(kind_of(op, target)) == (op, target)


def test_ops_are_called_by_their_words() -> None:
    assert " ".join(op.word for op in Op) == (
        "start read modify write wait acquire release exit launch join fail "
        "put get submit task_start task_end callback result close "
        "set clear check notify wake task_done flush kill"
    )


def test_ops_are_numbered_without_a_gap_because_columns_look_them_up_by_number() -> None:
    assert [op.value for op in Op] == list(range(len(Op)))


def test_an_object_that_is_moved_may_be_a_value() -> None:
    for op in Op:
        if op.row.moves_an_object:
            assert "value" in op.row.fields
            assert "presence" in op.row.slots


def test_one_name_always_means_the_same_slot() -> None:
    named = [name for names in NAMES_OF_SLOT.values() for name in names]
    assert len(set(named)) == len(named)


def test_every_field_that_a_step_carries_is_in_its_record_or_worked_out_from_it() -> None:
    for op in Op:
        assert set(op.row.fields) - {"target", "lost"} <= set(op.row.slots), op
