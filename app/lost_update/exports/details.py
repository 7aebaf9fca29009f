"""What steps do not show and a recording keeps: whether a wait ends by itself, what it is for, which task it is. Pure.

    {"declared_details": {"field": "purpose", "steps": [4, 9], "values": ["acquire", "get"]}}

Such a line comes before the steps that it is about. Without it a recording that was read back would be judged by less
than the run was. Rows that were read have every field that the run's rows had.
"""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import Field
from typing_extensions import TypedDict

from lost_update.model.log import Rows
from lost_update.model.ops import ADDS, NOTHING, Op

_WORDS: Final = {op.word: int(op) for op in Op}

_HIDDEN: Final = {
    name: np.array([name in op.row.slots and name not in op.row.fields for op in Op])
    for name in ("pid", "exitcode", "ends_by_itself", "purpose", "task")
}
"""By the field, which ops have it and do not show it."""

_UNSAID: Final = {"pid": 0, "exitcode": 0, "ends_by_itself": 0, "purpose": NOTHING, "task": NOTHING}
"""What a row has in that field where nothing is said of it."""

Position = Annotated[int, Field(ge=0)]


class Details(TypedDict):
    """What some steps have in a field that steps do not show. `adds`: the write adds to what it was built on."""

    field: Literal["pid", "exitcode", "ends_by_itself", "purpose", "task", "adds"]
    steps: list[Position]
    values: list[int | str]


class NotOfThisStep(Exception):
    """A detail of a step that cannot have it. The message says which."""


def details_of(rows: Rows, first: int) -> Iterator[Details]:
    """What the steps of these rows do not show; the rows are numbered from `first` on."""
    for name, hides in _HIDDEN.items():
        where = np.flatnonzero(hides[rows["op"]] & (rows[name] != _UNSAID[name]))
        if len(where):
            numbers = rows[name][where].tolist()
            values = [Op(number).word for number in numbers] if name == "purpose" else numbers
            yield Details(field=name, steps=(where + first).tolist(), values=values)  # type: ignore[typeddict-item]
    adds = np.flatnonzero(rows["flags"] & ADDS)
    if len(adds):
        yield Details(field="adds", steps=(adds + first).tolist(), values=[1] * len(adds))


def put_into(rows: Rows, first: int, details: Details) -> None:
    """Write them into these rows, which are numbered from `first` on. Raises `NotOfThisStep`."""
    name = details["field"]
    if len(details["steps"]) != len(details["values"]):
        raise NotOfThisStep(f"there are {len(details['steps'])} steps and {len(details['values'])} values of {name}")
    for step, value in zip(details["steps"], details["values"], strict=True):
        number = _WORDS.get(str(value)) if name == "purpose" else value
        if not 0 <= step - first < len(rows) or not isinstance(number, int):
            raise NotOfThisStep(f"the step {step} has no {name} {str(value)[:40]!a}")
        row = rows[step - first]
        if name == "adds":
            if row["op"] != Op.WRITE or number != 1:
                raise NotOfThisStep(f"the step {step} is no write that adds")
            row["flags"] |= ADDS
        elif not _HIDDEN[name][row["op"]]:
            raise NotOfThisStep(f"the step {step} is a {Op(row['op']).word}, which has no {name}")
        else:
            try:
                row[name] = number
            except OverflowError:
                raise NotOfThisStep(f"the {name} of the step {step} is too large") from None
