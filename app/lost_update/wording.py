"""Numbers and mistakes as text for people. Numbers are as on the page: a thin space between the thousands."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final


def number(amount: int) -> str:
    """A whole number."""
    return f"{amount:,}".replace(",", "\u2009")


def text_of(value: float | str | None) -> str:
    """What a cell holds: a number, where it is a whole one, else as Python writes it."""
    if isinstance(value, bool | str) or value is None:
        return str(value)
    if isinstance(value, int):
        return number(value)
    return number(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def counted(amount: int, one: str, several: str) -> str:
    """A number of things: `1 write`, `2 writes`."""
    return f"{number(amount)} {one if amount == 1 else several}"


LONG: Final = 24
"""Digits that fit into a line."""

MILLION: Final = 1_000_000

_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def brief(digits: str) -> str:
    """A whole number of any length: in full, or in powers of ten where it would be too long for its line."""
    if len(digits) <= LONG:
        return number(int(digits))
    return f"≈ {_in_powers(Decimal(digits))}"


def about(amount: float) -> str:
    """An estimate: its first two digits."""
    return number(int(float(f"{amount:.1e}"))) if amount < MILLION else _in_powers(Decimal(amount))


def _in_powers(amount: Decimal) -> str:
    mantissa, exponent = f"{amount:.1e}".split("e+")
    return f"{mantissa}\u2009×\u200910{exponent.translate(_RAISED)}"


def duration(milliseconds: float) -> str:
    """How long something took: `12.3 ms`, and `3.8 s` from a second on."""
    return f"{milliseconds:.1f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


_CAUSES: Final = {
    "extra_forbidden": "is not a field of this request",
    "missing": "is missing",
    "model_attributes_type": "must be one JSON object",
    "less_than_equal": "must be at most {le}",
    "greater_than_equal": "must be at least {ge}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be a text",
}


def cause(problem: Mapping[str, Any]) -> str:
    """What is wrong with a field, to be said after its name: a problem as pydantic reports it."""
    known = _CAUSES.get(problem["type"])
    if known is not None:
        return known.format(**problem.get("ctx", {}))
    said: str = problem["msg"].removeprefix("Value error, ")
    return said[0].lower() + said[1:]
