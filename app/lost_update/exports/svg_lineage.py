"""The lineage of a cell as a picture: every write hangs from the write that it was built on, like a commit graph. Pure.

As the page draws it (static/js/charts/lineage.js): what survives is the trunk, lost writes are dead branches below it.
Of a long run only the trunk is drawn, and below it how many of the writes of each stretch were lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lost_update.exports.batches import WORKING
from lost_update.exports.drawing import (
    INK,
    LINE,
    LOSS,
    MARGIN,
    PAPER,
    PROCESSES,
    QUIET,
    WIDTH,
    Drawing,
    at,
    colour_of,
    headed,
    look_of,
    room_for,
    shortened,
)
from lost_update.exports.not_possible import NotPossible, check_recorded
from lost_update.exports.updates import NOWHERE, CellUpdates, updates_of
from lost_update.exports.value_line import chosen_cell, which_of
from lost_update.model.recording import Recording
from lost_update.wording import counted, number, text_of

ROOM: Final = 7
"""With less room than this for each write, in pixels, single writes would only touch each other."""

LANES: Final = 5
"""Dead branches share so many lanes."""

STEP: Final = 42
TRUNK: Final = 40
LONGEST: Final = 110
"""From one write to the next, in pixels."""

LEFT: Final = 56
RIGHT: Final = WIDTH - 56
COLUMN: Final = 2
DEAD_HEIGHT: Final = 150

_SIGNS: Final = {
    "alive": f'<path d="M0 7H26" stroke="{INK}" stroke-width="2.5"/>'
    f'<circle cx="13" cy="7" r="6" fill="{PROCESSES[0]}"/>',
    "dead": f'<path d="M0 7H26" stroke="{LOSS}" stroke-width="1.5"/>'
    f'<circle cx="13" cy="7" r="5.5" fill="{PAPER}" stroke="{PROCESSES[0]}" stroke-width="1.5"/>',
    "old": f'<path d="M0 7H26" stroke="{QUIET}" stroke-width="1.5"/>'
    f'<circle cx="13" cy="7" r="5.5" fill="{PAPER}" stroke="{QUIET}" stroke-width="1.5"/>',
    "trunk": f'<path d="M0 7H26" stroke="{INK}" stroke-width="4"/>',
    "share": f'<rect width="12" height="5" fill="{LOSS}" opacity=".6"/>'
    f'<rect x="12" width="14" height="12" fill="{LOSS}" opacity=".6"/>',
}


_Signs = list[tuple[str, str]]
"""Signs, and what they mean."""


@dataclass(frozen=True)
class _Node:
    """A version in the picture. Its lane counts from 0, the trunk."""

    version: int
    x: float
    lane: int
    is_alive: bool
    is_lost: bool

    @property
    def y(self) -> float:
        return self.lane * STEP


def check(recording: Recording) -> None:
    """Something has to be written, and recorded."""
    check_recorded(len(recording.log), "nobody knows which write was built on which")
    if not any(target.kind == "cell" for target in recording.names.declared):
        raise NotPossible(
            "A lineage shows the writes of a shared cell. In this run none is shared.",
            "Take the timeline away (`svg`), or a run of a shared counter.",
        )


def write(recording: Recording) -> Iterator[bytes]:
    """The picture."""
    yield WORKING
    updates = yield from updates_of(recording)
    cell = chosen_cell(updates)
    assert cell is not None, "there is a cell, as `check` says"
    drawing, top = headed(recording, f"Lineage of {cell.name}", _described(cell))
    drawing.text(MARGIN, top + 14, shortened(which_of(cell, len(updates)), WIDTH - 2 * MARGIN), fill=QUIET)
    yield WORKING
    if len(cell.writes) * ROOM <= RIGHT - LEFT:
        bottom, signs = _draw_each(drawing, cell, recording.names.processes, top + 14 + TRUNK)
    else:
        bottom, signs = _draw_all(drawing, cell, top + 14 + TRUNK)
    below = drawing.legend(LEFT, bottom + 44, [(_SIGNS[sign], meaning) for sign, meaning in signs], WIDTH - MARGIN)
    yield drawing.write(below + 14)


def _described(cell: CellUpdates) -> str:
    lost = len(cell.erased_by)
    return f"Lineage of {cell.name}: {counted(len(cell.writes) - 1, 'write', 'writes')}, {lost} on dead branches."


# Each write by itself ----------------------------------------------------------------------------------------------


def _draw_each(drawing: Drawing, cell: CellUpdates, names: Sequence[str], top: float) -> tuple[float, _Signs]:
    nodes = _laid_out(cell)
    radius = max(3.0, min(9.0, 0.36 * (RIGHT - LEFT) / len(nodes)))
    for node in nodes:
        drawing.add(*_branch(cell, nodes, node, top))
    labelled = _labelled(nodes, cell)
    for node in nodes:
        writer = cell.writers[node.version]
        _draw_node(drawing, node, None if writer == NOWHERE else names[writer], top, radius)
        if node.version in labelled:
            _label(drawing, cell, node, top, radius)
    lanes = max(node.lane for node in nodes)
    writers = dict.fromkeys(cell.writers[node.version] for node in nodes if cell.writers[node.version] != NOWHERE)
    signs: _Signs = [("alive", "survives: on the trunk")]
    signs += [("dead", "lost: on a dead branch")] if any(node.is_lost for node in nodes) else []
    signs += [("old", "no longer counted: a reset came after it")] if _has_old(nodes) else []
    bottom = top + lanes * STEP + 26
    below = _name_writers(drawing, [names[writer] for writer in sorted(writers)], bottom + 16)
    return below + 6, signs


def _has_old(nodes: list[_Node]) -> bool:
    return any(not node.is_alive and not node.is_lost for node in nodes)


def _laid_out(cell: CellUpdates) -> list[_Node]:
    """A branch goes on in its lane; a new one takes the first that is free."""
    alive = set(cell.lineage.chain(cell.lineage.newest))
    step = min(float(LONGEST), (RIGHT - LEFT) / max(1, len(cell.writes) - 1))
    ends = [NOWHERE] * (LANES + 1)
    nodes = []
    for version in range(len(cell.writes)):
        parent, lane = cell.lineage.parent(version), 0
        if version not in alive:
            own = [number for number in range(1, LANES + 1) if ends[number] == parent != NOWHERE]
            free = [number for number in range(1, LANES + 1) if ends[number] < max(parent, 0)]
            lane = (own or free or [LANES])[0]
            ends[lane] = version
        x = LEFT + step * version
        nodes.append(_Node(version, x, lane, version in alive, version in cell.erased_by))
    return nodes


def _branch(cell: CellUpdates, nodes: list[_Node], node: _Node, top: float) -> Iterator[str]:
    parent = cell.lineage.parent(node.version)
    if parent < 0:
        return
    start, y = nodes[parent], top + node.y
    bend = min(24.0, (node.x - start.x) / 2)
    into = f"{at(start.x + bend)} {at(top + start.y)} {at(start.x)} {at(y)} {at(start.x + bend)} {at(y)}"
    colour = INK if node.is_alive else LOSS if node.is_lost else QUIET
    yield (
        f'<path d="M{at(start.x)} {at(top + start.y)}C{into}H{at(node.x)}" fill="none" stroke="{colour}" '
        f'stroke-width="{2.5 if node.is_alive else 1.5}"/>'
    )


def _draw_node(drawing: Drawing, node: _Node, writer: str | None, top: float, radius: float) -> None:
    """In the shape and the colour of its writer; None where nobody wrote it, or nobody knows who did."""
    y = top + node.y
    # A shape is drawn in 20 by 20 around its middle: the line around it grows with it.
    line = f"{1.5 * 20 / (2.5 * radius):.3g}"
    if writer is None:
        fill = INK if node.version == 0 else PAPER
        circle = f'cx="{at(node.x)}" cy="{at(y)}" r="{at(radius)}"'
        drawing.add(f'<circle {circle} fill="{fill}" stroke="{INK}" stroke-width="1.5"/>')
    elif node.is_alive:
        drawing.mark(writer, node.x, y, 2.5 * radius, stroke=PAPER, stroke_width=line)
    else:
        drawing.mark(writer, node.x, y, 2.5 * radius, fill=PAPER, stroke=colour_of(writer), stroke_width=line)


def _labelled(nodes: list[_Node], cell: CellUpdates) -> set[int]:
    """Those with room for their value: in each lane for itself, and the newest always."""
    found: set[int] = set()
    for lane in range(LANES + 1):
        own = [node for node in nodes if node.lane == lane]
        room = max((room_for(_words(cell, node)) for node in own), default=0.0) + 4
        edge = float("inf")
        for node in reversed(own):
            if node.x + room <= edge:
                found.add(node.version)
                edge = node.x
    return found


def _words(cell: CellUpdates, node: _Node) -> str:
    value = shortened(text_of(cell.values[node.version]), 72)
    return f"✕ {value}" if node.is_lost else value


def _label(drawing: Drawing, cell: CellUpdates, node: _Node, top: float, radius: float) -> None:
    y = top + node.y + (-radius - 7 if node.is_alive else radius + 14)
    colour = INK if node.is_alive else LOSS if node.is_lost else QUIET
    weight = 600 if node.is_alive else None
    ground: dict[str, Any] = {"stroke": PAPER, "stroke_width": 4, "paint_order": "stroke", "stroke_linejoin": "round"}
    drawing.text(node.x, y, _words(cell, node), fill=colour, font_weight=weight, text_anchor="middle", **ground)


def _name_writers(drawing: Drawing, names: list[str], y: float) -> float:
    """Who wrote, by shape and colour, in at most two rows; those that there is room for. Returns where the last is.

    Where there are more processes than looks, those that share one stand behind it together.
    """
    alike: dict[int | str, list[str]] = {}
    for name in names:
        look = look_of(name)
        alike.setdefault(name if look is None else look, []).append(name)
    x, top, left = float(LEFT), y, len(names)
    for together in alike.values():
        words = ", ".join(together)
        needs = 22 + room_for(words) + 18
        if x + needs > RIGHT - 120 and y == top and len(alike) < len(names):
            x, y = float(LEFT), y + 22
        if x + needs > RIGHT - 120:
            drawing.text(x, y, f"… and {left} more", fill=QUIET)
            break
        drawing.mark(together[0], x + 13, y - 4, 15)
        drawing.text(x + 32, y, words, font_weight=600)
        left -= len(together)
        x += needs + 10
    return y


# From far away -----------------------------------------------------------------------------------------------------


def _draw_all(drawing: Drawing, cell: CellUpdates, top: float) -> tuple[float, _Signs]:
    """The trunk, and below it how many of the writes of each stretch were lost."""
    count = len(cell.writes)
    columns = (RIGHT - LEFT) // COLUMN
    edges = np.linspace(0, count, columns + 1).astype(int)
    lost, _ = np.histogram(np.array(sorted(cell.erased_by), int), edges)
    shares = lost / np.maximum(1, np.diff(edges))
    drawing.path(f"M{LEFT} {at(top + 8 + DEAD_HEIGHT)}H{RIGHT}", stroke=LINE)
    drawing.path(f"M{LEFT} {at(top)}H{RIGHT}", stroke=INK, stroke_width=4)
    bars = "".join(
        f"M{LEFT + column * COLUMN} {at(top + 8)}h{COLUMN}v{at(float(share) * DEAD_HEIGHT)}h-{COLUMN}z"
        for column, share in enumerate(shares)
        if share > 0
    )
    drawing.path(bars, fill=LOSS, opacity=0.6)
    first, last = text_of(cell.values[0]), text_of(cell.values[-1])
    drawing.text(LEFT, top - 12, shortened(first, 300), font_weight=600)
    drawing.text(RIGHT, top - 12, shortened(last, 300), font_weight=600, text_anchor="end")
    bottom = top + 8 + DEAD_HEIGHT
    drawing.text(LEFT, bottom + 20, "version 0", fill=QUIET)
    drawing.text(RIGHT, bottom + 20, f"version {number(count - 1)}", fill=QUIET, text_anchor="end")
    drawing.text(LEFT - 8, top + 14, "0 %", fill=QUIET, text_anchor="end")
    drawing.text(LEFT - 8, bottom + 2, "100 %", fill=QUIET, text_anchor="end")
    return bottom + 22, [("trunk", "the trunk: what survives"), ("share", "how many of the writes here were lost")]
