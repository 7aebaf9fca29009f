"""Whole programs with a fault, run as they are: what is found is what is wrong, and nothing else is."""

from typing import Any

import pytest

from tests.script_cases import FAULTY, FAULTY_INDEX, wrong_in
from tests.variants import one_in

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("case", one_in(3, FAULTY_INDEX), ids=lambda case: case["file"])
def test_what_is_wrong_is_found_and_nothing_else(case: dict[str, Any]) -> None:
    assert wrong_in(FAULTY, case) == []
