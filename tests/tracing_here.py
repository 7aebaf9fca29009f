"""For tests that trace in this very process: what the recorder has taken down, as plain dictionaries."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.steps import NOTHING, RECORD_FIELDS, RECORD_WIDTH, split_kind
from app.tracing.recorder import RECORDER


def recorded() -> list[dict[str, Any]]:
    """The steps recorded so far, oldest first."""
    flat = RECORDER.records
    found = []
    for start in range(0, len(flat), RECORD_WIDTH):
        record: dict[str, Any] = dict(zip(RECORD_FIELDS, flat[start : start + RECORD_WIDTH], strict=True))
        op, record["target"] = split_kind(record.pop("kind"))
        found.append({"op": op.word, **{name: item for name, item in record.items() if item != NOTHING}})
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
