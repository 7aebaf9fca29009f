"""What a type of `ctypes` consists of: its cells, and how the bits of each are written down and read again. Pure.

A cell is a simple type: a number of its own, an element of an array, a field of a structure, and so on inside. What has
no simple type of this machine's byte order (pointers into one process's memory, unions, bit fields) is no cell.
"""

import ctypes
from _ctypes import _SimpleCData
from collections.abc import Callable
from functools import cache
from struct import Struct
from typing import Any, Final, NamedTuple

MOST_CELLS: Final = 1 << 18
"""Memory with more cells is not traced: the count of versions of each would need several times its size."""

_SIGNED: Final = "bhilq"
_UNSIGNED: Final = "BHILQ"
_HOLDS: Final = {"?": "bool", "f": "float32", "d": "float64", "c": "S1", "u": "U1"}
_BITS: Final = {1: "b", 2: "h", 4: "i", 8: "q"}

_bits = Struct("<q")
_float64 = Struct("<d")
_int32 = Struct("<i")
_float32 = Struct("<f")


def _float64_of(bits: int) -> Any:
    return _float64.unpack(_bits.pack(bits))[0]


def _bits_of_float64(value: float) -> Any:
    return _bits.unpack(_float64.pack(value))[0]


def _float32_of(bits: int) -> Any:
    return _float32.unpack(_int32.pack(bits))[0]


def _byte_of(bits: int) -> bytes:
    return bytes((bits & 0xFF,))


class Code(NamedTuple):
    """How a simple type is recorded."""

    type: Any
    size: int
    bits: str
    """The format of its bits, as a `memoryview` is cast to."""
    lowest: int
    highest: int
    """An `int` within these is its own bits."""
    holds: str | None
    """What the bits are to be read as, where they are not the value."""
    decode: Callable[[int], Any] | None
    encode: Callable[[float], int] | None
    """For a `float`, where that is quick."""


@cache
def code_of(kind: Any) -> Code | None:
    """How that simple type is recorded, or None where it cannot be."""
    letter = getattr(kind, "_type_", None)
    if (
        not isinstance(letter, str)
        or _SimpleCData not in kind.__bases__
        or getattr(ctypes, kind.__name__, None) is None
    ):
        return None
    size = ctypes.sizeof(kind)
    signed = letter in _SIGNED
    if signed or letter in _UNSIGNED:
        bits = _BITS[size] if signed or size == 8 else _BITS[size].upper()
        lowest = -(1 << size * 8 - 1) if signed else 0
        highest = (1 << size * 8 - 1) - 1 if signed or size == 8 else (1 << size * 8) - 1
        wide = letter in _UNSIGNED and size == 8
        return Code(kind, size, bits, lowest, highest, "uint64" if wide else None, _unsigned_of if wide else None, None)
    holds = _HOLDS.get(letter)
    decode: Any = {"?": bool, "f": _float32_of, "d": _float64_of, "c": _byte_of, "u": chr}.get(letter)
    if holds is None or decode is None:
        return None
    return Code(kind, size, _BITS[size], 0, -1, holds, decode, _bits_of_float64 if letter == "d" else None)


def _unsigned_of(bits: int) -> int:
    return bits & 0xFFFFFFFFFFFFFFFF


class Cell(NamedTuple):
    """One cell of a type that is put together."""

    offset: int
    code: Code
    suffix: str
    """How it is called, after the name of the whole."""


class Layout:
    """The cells of a type. An array of simple elements has them one after the other, without a list."""

    def __init__(self, count: int, element: Code | None, cells: tuple[Cell, ...]) -> None:
        self.count = count
        self.element = element
        self.cells = cells

    def number_at(self, offset: int) -> int | None:
        """Which cell is at that offset."""
        if self.element is not None:
            return offset // self.element.size
        return next((number for number, cell in enumerate(self.cells) if cell.offset == offset), None)


@cache
def layout_of(kind: Any) -> Layout:
    """The cells of that type; none, where it has too many."""
    code = code_of(kind)
    if code is not None:
        return Layout(1, code, ())
    if issubclass(kind, ctypes.Array):
        code = code_of(kind._type_)
        if code is not None:
            return Layout(kind._length_ if kind._length_ <= MOST_CELLS else 0, code, ())
        inner = layout_of(kind._type_)
        if not inner.count or inner.count * kind._length_ > MOST_CELLS:
            return Layout(0, None, ())
    cells = tuple(_cells(kind, 0, ""))
    return Layout(len(cells), None, cells)


def _cells(kind: Any, offset: int, suffix: str) -> list[Cell]:
    code = code_of(kind)
    if code is not None:
        return [Cell(offset, code, suffix)]
    if issubclass(kind, ctypes.Array):
        size = ctypes.sizeof(kind._type_)
        parts: Any = ((kind._type_, offset + size * index, f"{suffix}[{index}]") for index in range(kind._length_))
    elif issubclass(kind, ctypes.Structure) and "Swapped" not in str(kind.__mro__):
        parts = (
            (field[1], offset + getattr(kind, field[0]).offset, f"{suffix}.{field[0]}") for field in fields_of(kind)
        )
    else:
        parts = ()
    return [cell for part in parts for cell in _cells(*part)]


def fields_of(kind: Any) -> list[tuple[Any, ...]]:
    """The fields of a structure, those of its bases first, without bit fields and what lies in an anonymous field."""
    return [
        field
        for base in reversed(kind.__mro__)
        for field in vars(base).get("_fields_", ())
        if len(field) == 2 and field[0] not in getattr(kind, "_anonymous_", ())
    ]
