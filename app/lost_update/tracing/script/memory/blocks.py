"""Pieces of shared memory, as this process knows them: what they are, and the versions behind them."""

import ctypes
import os
from importlib import import_module
from multiprocessing import heap
from threading import local
from typing import Any, Final
from weakref import WeakKeyDictionary

from lost_update.tracing.script.layout import Code, Layout, layout_of
from lost_update.tracing.script.stream import as_json, disabled, target

sharedctypes: Any = import_module("multiprocessing.sharedctypes")

MARK: Final = 0x7570646174656C75
_HEAD: Final = 2
_WORD: Final = 8

RAW: Final = 1
OWN_LOCK: Final = 2
"""What travels with the memory: that it is used without a lock; that its lock was made for it."""

_FLAGS: Final = "_lost_update"


class Block:
    """A piece of shared memory, as this process knows it: its identity, its versions, the numbers of its cells."""

    def __init__(self, kind: Any, wrapper: Any, words: Any) -> None:
        self.kind = kind
        self.layout: Layout = layout_of(kind)
        self.bytes = wrapper.create_memoryview()
        self.versions = words[_HEAD:]
        self.id = words[1] & 0xFFFFFFFFFFFFFFFF
        self.key = f"memory:{self.id:x}"
        self.number = 0
        self.views: dict[tuple[Any, int], Any] = {}

    def declare(self, **more: Any) -> None:
        """Tell what its cells are. The process that has made it knows the most of it, and says it first."""
        if not self.number:
            layout = self.layout
            parts: dict[str, Any] = {"holds": layout.element.holds if layout.element else self._holds()}
            if layout.cells:
                parts["suffixes"] = [cell.suffix for cell in layout.cells]
            elif issubclass(self.kind, ctypes.Array):
                parts["suffixes"] = None
            self.number = target(self.key, "cell", count=layout.count, **parts, **more)

    def _holds(self) -> Any:
        return [cell.code.holds for cell in self.layout.cells]

    def initial(self) -> Any:
        """What its cells hold now: one value, where all hold the same."""
        cells = self.layout.cells
        if self.layout.element is not None:
            values = list(
                map(as_json, _values(self.layout.element, self.bits(0, self.layout.element, self.layout.count)))
            )
        else:
            values = [as_json(_values(cell.code, self.bits(cell.offset, cell.code, 1))[0]) for cell in cells]
        return values[0] if len(set(map(repr, values))) == 1 else values

    def bits(self, offset: int, code: Code, count: int) -> Any:
        """The bits of cells that lie one after the other."""
        return self.bytes[offset : offset + count * code.size].cast(code.bits)


def flags_of(wrapper: Any) -> int:
    """What travels with that memory."""
    return int(getattr(wrapper, _FLAGS, 0))


def flag(wrapper: Any, new: int) -> None:
    """Let that travel with it from now on."""
    flags = flags_of(wrapper)
    if flags | new != flags:
        setattr(wrapper, _FLAGS, flags | new)


def _values(code: Code, bits: Any) -> list[Any]:
    return bits.tolist() if code.decode is None else [code.decode(each) for each in bits]


_blocks: "Final[WeakKeyDictionary[Any, Block]]" = WeakKeyDictionary()


def root_of(obj: Any) -> Any:
    """The ctypes object that this one is a part of; itself, if it is none."""
    while obj._b_base_ is not None:
        obj = obj._b_base_
    return obj


def block_of(root: Any) -> Block | None:
    """The piece of shared memory that this ctypes object was made in, if it is traced."""
    wrapper = root.__dict__.get("_wrapper")
    if not isinstance(wrapper, heap.BufferWrapper):
        return None
    block = _blocks.get(wrapper)
    if block is None:
        kind: Any = type(root)
        start = _behind(kind)
        memory = wrapper.create_memoryview()
        layout = layout_of(kind)
        size = start + _WORD * (_HEAD + layout.count)
        if not layout.count or len(memory) != size:
            return None
        words = memory[start:size].cast("q")
        if words[0] != MARK:
            return None
        block = _blocks[wrapper] = Block(kind, wrapper, words)
    return block


def _behind(kind: Any) -> int:
    return (ctypes.sizeof(kind) + _WORD - 1) // _WORD * _WORD


def allocate(kind: Any, size: int) -> Any:
    """A ctypes object of that size in shared memory, with its versions behind it."""
    layout = None if disabled() else layout_of(kind)
    if layout is None or not layout.count:
        return sharedctypes.rebuild_ctype(kind, heap.BufferWrapper(size), None)
    start = _behind(kind)
    wrapper: Any = heap.BufferWrapper(start + _WORD * (_HEAD + layout.count))
    made = sharedctypes.rebuild_ctype(kind, wrapper, None)
    words = wrapper.create_memoryview()[start : start + _WORD * (_HEAD + layout.count)]
    words[:] = bytes(len(words))
    words = words.cast("q")
    words[0] = MARK
    words[1] = int.from_bytes(os.urandom(8), "little", signed=True)
    return made


class _Making(local):
    """What this thread is in the middle of making, from the outside in: `Value`, and inside of it `RawValue`."""

    def __init__(self) -> None:
        self.depth = 0
        self.made: Any = None
        self.has_own_lock = False


MAKING: Final = _Making()


def begin_in_child() -> None:
    """What was declared, or begun to be made, before the fork is not in this process."""
    for block in _blocks.values():
        block.number = 0
        block.views.clear()
    MAKING.__dict__.update(depth=0, made=None, has_own_lock=False)
