"""For tests that trace in this very process: what the recorder has taken down, as plain dictionaries."""

from collections.abc import Iterator
from typing import Any

import pytest

from lost_update.execution.merge import Merge
from lost_update.model.ops import NOTHING, Op
from lost_update.tracing.recorder import NEVER, RECORDER


def recorded() -> list[dict[str, Any]]:
    """The steps recorded so far, oldest first."""
    merge = Merge(1)
    merge.add(0, NEVER, b"".join(RECORDER.records))
    rows = merge.take(0)
    found = []
    for row in [] if rows is None else rows:
        op = Op(row["op"])
        step = {name: row[name].item() for name in ("target", "line", "t_ns", *op.row.slots)}
        found.append({"op": op.word, **{name: item for name, item in step.items() if item != NOTHING}})
    return found


def ops() -> list[str]:
    """Only what was done."""
    return [step["op"] for step in recorded()]


@pytest.fixture
def recorder() -> Iterator[Any]:
    """The recorder of this process, empty and without a gate, and left so."""
    RECORDER.records.clear()
    yield RECORDER
    RECORDER.records.clear()
    RECORDER.gate = None
    RECORDER.stamping = False
