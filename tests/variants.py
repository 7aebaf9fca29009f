"""What `make test` leaves out and `make soak` runs: what is not in its sample.

A test over hundreds of variants of one thing finds in the first few of each kind nearly all that it will ever find. And
of the tests that take seconds of real processes or a real browser, several lean on the same parts. So `make test` runs
a sample that is always the same, in which each part of the program and of the page has its turn, and the campaign *all
variants* of `make soak` runs the rest. That has the mark `full`: `pytest --full` runs all, `pytest --full -m full` the
rest alone. Whoever works on a part runs all of its tests: `make test ARGS="--full -k room"`.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest

FULL = pytest.mark.full


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option."""
    parser.addoption("--full", action="store_true", help="run what is marked `full` too: see tests/variants.py")


# After the fixtures' marks are set, and before the files are put in order.
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not in a sample."""
    if config.getoption("--full"):
        return
    left_out = [item for item in items if item.get_closest_marker(FULL.name)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker(FULL.name)]


def one_in(count: int, cases: Iterable[Any], *, beginning: int = 0) -> list[Any]:
    """The cases for `parametrize`, of which one in so many is in the sample."""
    return [_case(case, index % count == beginning % count) for index, case in enumerate(cases)]


def one_of_each(kind: Callable[[Any], Hashable], cases: Iterable[Any]) -> list[Any]:
    """The cases for `parametrize`, of which the first of each kind is in the sample."""
    known = set[Hashable]()
    found = []
    for case in cases:
        found.append(_case(case, kind(case) not in known))
        known.add(kind(case))
    return found


def none_of(cases: Iterable[Any]) -> list[Any]:
    """The cases for `parametrize` that are not in the sample."""
    return [_case(case, False) for case in cases]


def _case(case: Any, is_in_sample: bool) -> Any:
    """A case as `parametrize` takes it. A tuple is one for several arguments."""
    if is_in_sample:
        return case
    if isinstance(case, type(pytest.param())):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, FULL])
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=FULL)
