"""What processes are called: P1, P2, …, and a new one by the first name that is free."""

from lost_update.model.process_names import next_process_name, process_names


def test_they_are_numbered_from_1() -> None:
    assert process_names(0) == []
    assert process_names(3) == ["P1", "P2", "P3"]


def test_a_new_one_takes_the_first_name_that_no_other_has() -> None:
    assert next_process_name([]) == "P1"
    assert next_process_name(["main"]) == "P1"
    assert next_process_name(["main", "P1", "P3"]) == "P2"
