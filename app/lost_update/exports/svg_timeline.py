"""The timeline as a picture: above, the value under what was expected of it; below, a lane for each process. Pure.

As the page draws it (static/js/charts/timeline.js): each update is a bar from its read to its write, the window in
which it can be hurt, and where one was lost a line leads from the write that erased it to it. Of a long run the bars
would only touch each other: then it is drawn how much of each stretch a process spent so. So a picture stays small
however many steps there are.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from lost_update.exports.batches import WORKING
from lost_update.exports.drawing import (
    INK,
    LINE,
    LOSS,
    MARGIN,
    PROCESSES,
    QUIET,
    WIDTH,
    Drawing,
    at,
    colour_of,
    headed,
    room_for,
    shortened,
)
from lost_update.exports.not_possible import check_recorded
from lost_update.exports.spans import Doing, LaneSpans, Span, spans_of
from lost_update.exports.updates import Updates, updates_of
from lost_update.exports.value_line import ValueLine, chosen_cell, value_line_of, which_of
from lost_update.model.recording import Recording
from lost_update.wording import counted, number, text_of

STEPS_A_PIXEL: Final = 1.2
"""With more than this, single bars would only touch each other."""

MOST_LINKS: Final = 120
"""More cannot be told apart."""

MOST_LANES: Final = 32
COLUMN: Final = 2
"""The width of a stretch, in pixels, where bars are drawn as shares."""

LEVELS: Final = 5
"""Shares are drawn in so many strengths: neighbours that are alike become one piece."""

VALUE_HEIGHT: Final = 220
LEFT: Final = 124
RIGHT: Final = 150

_COLOUR = PROCESSES[0]
_SIGNS: Final = {
    "value": f'<path d="M0 11H10V4H26" fill="none" stroke="{INK}" stroke-width="2"/>',
    "expected": f'<path d="M0 9H9V3H26" fill="none" stroke="{QUIET}" stroke-width="1.25" stroke-dasharray="4 3"/>',
    "gap": f'<rect y="2" width="26" height="11" fill="{LOSS}" opacity=".16"/>',
    "window": f'<rect y="1" width="26" height="12" fill="{_COLOUR}" opacity=".85"/>',
    "share": f'<rect y="1" width="13" height="12" fill="{_COLOUR}" opacity=".3"/>'
    f'<rect x="13" y="1" width="13" height="12" fill="{_COLOUR}" opacity=".85"/>',
    "task": f'<rect y="1" width="26" height="12" fill="{_COLOUR}" opacity=".4"/>',
    "lost": f'<rect x=".5" y="1.5" width="19" height="11" fill="{_COLOUR}" fill-opacity=".28" stroke="{_COLOUR}"/>'
    f'<path d="M16 3l8 8m0-8l-8 8" stroke="{LOSS}" stroke-width="2"/>',
    "erased": f'<path d="M3 1C3 12 22 2 22 13" fill="none" stroke="{LOSS}"/>',
    "tick": f'<path d="M6 3v9m7-9v9m7-9v9" stroke="{LOSS}" stroke-width="2"/>',
    "put": f'<path d="M13 8V1" stroke="{_COLOUR}" stroke-width="2.5"/>',
    "get": f'<path d="M13 6v7" stroke="{_COLOUR}" stroke-width="2.5"/>',
    "wait": '<rect y="1" width="26" height="12" fill="url(#timeline-waits)"/>',
    "some wait": f'<rect y="9" width="26" height="3" fill="{QUIET}" opacity=".6"/>',
    "hold": f'<rect x="1" y="1" width="24" height="12" fill="none" stroke="{INK}" stroke-width="1.5"/>',
}

_HATCH: Final = (
    '<defs><pattern id="timeline-waits" width="5" height="5" patternUnits="userSpaceOnUse">'
    f'<path d="M-1 1L1-1M0 5L5 0M4 6L6 4" stroke="{QUIET}"/></pattern></defs>'
)


def check(recording: Recording) -> None:
    """A timeline is made of steps."""
    check_recorded(len(recording.log), "there is no timeline")


def write(recording: Recording) -> Iterator[bytes]:
    """The picture."""
    yield WORKING
    updates = yield from updates_of(recording)
    lanes = yield from spans_of(recording, updates)
    cell = chosen_cell(updates)
    line = (yield from value_line_of(recording, cell)) if cell else None
    drawing, top = headed(recording, "Timeline", _described(recording, lanes))
    sheet = _Sheet(drawing, len(recording.log))
    drawing.add(_HATCH)
    if line is not None:
        _draw_value(sheet, line, top, len(updates))
        yield WORKING
        top += VALUE_HEIGHT + 28
    shown = _most_of(lanes)
    bottom = yield from _draw_lanes(sheet, shown, _links(updates, recording.names.processes), top)
    _draw_axis(sheet, bottom)
    below = bottom + 58
    if len(shown) < len(lanes):
        rest = counted(len(lanes) - len(shown), "more process or thread", "more processes and threads")
        drawing.text(LEFT, below, f"… and {rest}, which did less")
        below += 24
    below = drawing.legend(LEFT, below, _signs(sheet, shown, line), WIDTH - MARGIN)
    yield drawing.write(below + 14)


_Height = Callable[[float], float]
"""Where a value stands."""

_Corners = list[tuple[float, float]]
"""Where a line bends, from left to right."""


class _Sheet:
    """Where a position stands, from left to right."""

    def __init__(self, drawing: Drawing, length: int) -> None:
        self.drawing = drawing
        self.length = length
        self.right = WIDTH - RIGHT
        self.is_near = length <= STEPS_A_PIXEL * (self.right - LEFT)
        self.edges: npt.NDArray[np.int64] = np.linspace(0, length, (self.right - LEFT) // COLUMN + 1).astype(np.int64)

    def x(self, position: float) -> float:
        """In pixels."""
        return LEFT + (self.right - LEFT) * position / self.length


def _described(recording: Recording, lanes: list[LaneSpans]) -> str:
    told = [f"{lane.name} {sum(1 for _ in lane.each('lost'))} lost" for lane in lanes if lane.has("lost")]
    steps = counted(len(recording.log), "step", "steps")
    return f"Timeline of {steps} of {len(lanes)} processes and threads: {', '.join(told) or 'nothing was lost'}."


def _most_of(lanes: list[LaneSpans]) -> list[LaneSpans]:
    """Those that there is room for: those that did the most."""
    most = sorted(lanes, key=len, reverse=True)[:MOST_LANES]
    return [lane for lane in lanes if any(lane is each for each in most)]


def _signs(sheet: _Sheet, lanes: list[LaneSpans], line: ValueLine | None) -> list[tuple[str, str]]:
    """Those of what is in the picture."""

    def has(*doings: Doing) -> bool:
        return any(lane.has(*doings) for lane in lanes)

    signs = [("value", "value")] if line is not None else []
    if line is not None and line.is_short:
        signs += [("expected", "expected, had nothing been lost"), ("gap", "what is lost by then")]
    if sheet.is_near:
        signs += [("window", "an update, from its read to its write")] if has("update", "lost") else []
        signs += (
            [("lost", "one that is lost"), ("erased", "leads to it from the write that erased it")]
            if has("lost")
            else []
        )
        signs += [(doing, f"{doing}s") for doing in ("task", "put", "get") if has(doing)]
        signs += [("wait", "waits")] if has("wait") else []
        signs += [("hold", "holds a lock")] if has("hold") else []
    else:
        within = [f"{doing}s" for doing, there in (("update", has("update", "lost")), ("task", has("task"))) if there]
        signs += [("share", f"how much of the time is within {' and '.join(within)}")] if within else []
        signs += [("tick", "here updates were lost")] if has("lost") else []
        signs += [("some wait", "waits")] if has("wait") else []
    return [(_SIGNS[sign], meaning) for sign, meaning in signs]


# The value ---------------------------------------------------------------------------------------------------------


def _draw_value(sheet: _Sheet, line: ValueLine, top: float, cells: int) -> None:
    drawing, bottom = sheet.drawing, top + VALUE_HEIGHT
    low, high = line.low, max(line.high, line.low + 1)

    def y(value: float) -> float:
        return bottom - (VALUE_HEIGHT - 24) * (value - low) / (high - low)

    drawing.text(LEFT, top + 10, shortened(which_of(line.cell, cells), sheet.right - LEFT), fill=QUIET)
    drawing.path(f"M{LEFT} {at(bottom)}H{at(sheet.right)}M{LEFT} {at(y(high))}H{at(sheet.right)}", stroke=LINE)
    for value in (high, low):
        drawing.text(LEFT - 8, y(value) + 4, shortened(text_of(value), LEFT - MARGIN), fill=QUIET, text_anchor="end")
    values = _corners(sheet, line.positions, line.values)
    if line.expected is not None and line.is_short:
        expected = _corners(sheet, line.positions, line.expected)
        under = [(x, min(value, goal)) for (x, value), (_, goal) in zip(values, expected, strict=True)]
        area = "L".join(f"{at(x)} {at(y(value))}" for x, value in (*expected, *reversed(under)))
        drawing.path(f"M{area}Z", fill=LOSS, opacity=0.16)
        drawing.path(_line(expected, y), fill="none", stroke=QUIET, stroke_width="1.25", stroke_dasharray="4 3")
    drawing.path(_line(values, y), fill="none", stroke=INK, stroke_width=2)
    _name_ends(sheet, line, y)


def _name_ends(sheet: _Sheet, line: ValueLine, y: _Height) -> None:
    """At the right end, never over each other: what was expected above what it came to."""
    final, x = float(line.values[-1]), sheet.right + 8
    room = WIDTH - x - 8
    lowest = y(final) + 4
    if line.expected is not None and line.expected[-1] != final:
        goal = y(float(line.expected[-1])) + 4
        lowest = max(lowest, goal + 17)
        words = f"expected {text_of(float(line.expected[-1]))}"
        sheet.drawing.text(x, goal, shortened(words, room), fill=QUIET)
    sheet.drawing.text(x, lowest, shortened(f"final {text_of(final)}", room), font_weight=650)


def _corners(sheet: _Sheet, positions: npt.NDArray[np.int64], values: npt.NDArray[np.float64]) -> _Corners:
    """A step at each write; of a long run the least and the most of each stretch."""
    if len(positions) <= sheet.right - LEFT:
        corners = [(sheet.x(0), float(values[0]))]
        for position, before, value in zip(positions[1:].tolist(), values.tolist(), values[1:].tolist(), strict=False):
            corners += [(sheet.x(position), before), (sheet.x(position), value)]
        return [*corners, (sheet.x(sheet.length), float(values[-1]))]
    newest = np.searchsorted(positions, sheet.edges, side="right") - 1
    corners = []
    for column, (first, last) in enumerate(zip(newest[:-1].tolist(), newest[1:].tolist(), strict=True)):
        within = values[first : last + 1]
        x = LEFT + column * COLUMN
        corners += [(x, float(within.min())), (x + COLUMN / 2, float(within.max()))]
    return [*corners, (sheet.x(sheet.length), float(values[-1]))]


def _line(corners: _Corners, y: _Height) -> str:
    return "M" + "L".join(f"{at(x)} {at(y(value))}" for x, value in corners)


# The lanes ---------------------------------------------------------------------------------------------------------


def _draw_lanes(
    sheet: _Sheet, lanes: list[LaneSpans], links: Iterator["_Link"], top: float
) -> Generator[bytes, None, float]:
    """From above to below. Returns where they end."""
    step = 34 if len(lanes) <= 12 else 24
    middles = {lane.name: top + (place + 0.5) * step for place, lane in enumerate(lanes)}
    for lane in lanes:
        middle = middles[lane.name]
        sheet.drawing.path(f"M{LEFT} {at(middle)}H{at(sheet.right)}", stroke=LINE)
        sheet.drawing.mark(lane.name, MARGIN + 8, middle, 17)
        name = shortened(lane.name, LEFT - MARGIN - 24, 15)
        sheet.drawing.text(MARGIN + 22, middle + 5, name, 15, font_weight=600)
        (_draw_bars if sheet.is_near else _draw_shares)(sheet, lane, middle, 0.6 * step)
        yield WORKING
    if sheet.is_near:
        curves = (_curve(sheet, link, middles, 0.3 * step) for link in islice(links, MOST_LINKS))
        sheet.drawing.path("".join(curves), fill="none", stroke=LOSS)
    else:
        _draw_ticks(sheet, lanes, top)
    return top + len(lanes) * step


def _draw_bars(sheet: _Sheet, lane: LaneSpans, middle: float, height: float) -> None:
    drawing, colour, top = sheet.drawing, colour_of(lane.name), middle - height / 2

    def boxes(doing: Doing, above: float = 0.0) -> str:
        return "".join(_box(sheet, span, top - above, height + 2 * above) for span in lane.each(doing))

    drawing.path(boxes("task"), fill=colour, opacity=0.4)
    drawing.path(boxes("wait"), fill="url(#timeline-waits)")
    drawing.path(boxes("update"), fill=colour, opacity=0.85)
    drawing.path(boxes("lost"), fill=colour, fill_opacity=0.28, stroke=colour)
    drawing.path(boxes("hold", 2), fill="none", stroke=INK, stroke_width="1.5")
    moments: tuple[tuple[Doing, float], ...] = (("put", top), ("get", top + height))
    for doing, end in moments:
        ticks = (f"M{at(sheet.x(begin))} {at(middle)}V{at(end)}" for begin, _ in lane.each(doing))
        drawing.path("".join(ticks), stroke=colour, stroke_width="2.5")
    arm = min(0.32 * height, 5.0)
    crosses = (
        f"M{at(sheet.x(end) - arm)} {at(middle - arm)}l{at(2 * arm)} {at(2 * arm)}m0 {at(-2 * arm)}"
        f"l{at(-2 * arm)} {at(2 * arm)}"
        for _, end in lane.each("lost")
    )
    drawing.path("".join(crosses), fill="none", stroke=LOSS, stroke_width=2)


def _box(sheet: _Sheet, span: Span, top: float, height: float) -> str:
    x = sheet.x(span.begin)
    width = max(1.5, sheet.x(span.end) - x)
    return f"M{at(x)} {at(top)}h{at(width)}v{at(height)}h{at(-width)}z"


def _draw_shares(sheet: _Sheet, lane: LaneSpans, middle: float, height: float) -> None:
    """How much of each stretch it spent inside an update or a task; and below that, waiting."""
    colour, top = colour_of(lane.name), middle - height / 2
    within = lane.shares(("update", "lost", "task"), sheet.edges)
    waiting = lane.shares(("wait",), sheet.edges)
    for shares, fill, strongest, y, high in (
        (within, colour, 0.85, top, height),
        (waiting, QUIET, 0.6, top + height + 1, 3.0),
    ):
        levels = np.ceil(shares * LEVELS).astype(int)
        for level in range(1, LEVELS + 1):
            pieces = "".join(
                f"M{at(LEFT + first * COLUMN)} {at(y)}h{(last - first) * COLUMN}v{at(high)}h{-(last - first) * COLUMN}z"
                for first, last in _runs(levels == level)
            )
            sheet.drawing.path(pieces, fill=fill, opacity=f"{strongest * level / LEVELS:.2f}")


def _runs(is_so: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """From where to where it is so."""
    bounds = np.flatnonzero(np.diff(np.concatenate([[False], is_so, [False]]).astype(np.int8)))
    return zip(bounds[::2].tolist(), bounds[1::2].tolist(), strict=True)


def _draw_ticks(sheet: _Sheet, lanes: list[LaneSpans], top: float) -> None:
    """Above the lanes: where anything was lost."""
    ends = np.array([end for lane in lanes for _, end in lane.each("lost")], np.int64)
    counts, _ = np.histogram(ends, sheet.edges)
    ticks = (
        f"M{LEFT + first * COLUMN} {at(top - 8)}h{(last - first) * COLUMN}v6h{-(last - first) * COLUMN}z"
        for first, last in _runs(counts > 0)
    )
    sheet.drawing.path("".join(ticks), fill=LOSS)


class _Link(NamedTuple):
    """From the write that erased something to the write that was erased."""

    thief: str
    begin: int
    victim: str
    end: int


def _links(updates: Updates, names: Sequence[str]) -> Iterator[_Link]:
    for cell in updates.values():
        for thief, lost in cell.losses.items():
            for victim in lost:
                writers = names[cell.writers[thief]], names[cell.writers[victim]]
                yield _Link(writers[0], cell.writes[thief] + 1, writers[1], cell.writes[victim] + 1)


def _curve(sheet: _Sheet, link: _Link, middles: dict[str, float], half: float) -> str:
    if link.thief not in middles or link.victim not in middles:
        return ""
    start, end = middles[link.thief], middles[link.victim]
    down = 1 if end >= start else -1
    start += down * half
    end += half if link.thief == link.victim else -down * half
    bend = max(6.0, abs(end - start) * 0.6)
    into = end + bend if link.thief == link.victim else end - down * bend
    x, to = at(sheet.x(link.begin)), at(sheet.x(link.end))
    return f"M{x} {at(start)}C{x} {at(start + down * bend)} {to} {at(into)} {to} {at(end)}"


def _draw_axis(sheet: _Sheet, bottom: float) -> None:
    """The positions, at round numbers: never so many that they touch."""
    most = max(1, int((sheet.right - LEFT) / (room_for(number(sheet.length)) + 40)))
    rough = sheet.length / most
    power = 10 ** (len(str(int(rough))) - 1)
    every = next(int(power * each) for each in (1, 2, 5, 10) if power * each >= rough)
    sheet.drawing.path(f"M{LEFT} {at(bottom + 6)}H{at(sheet.right)}", stroke=LINE)
    for position in range(0, sheet.length + 1, max(1, every)):
        sheet.drawing.path(f"M{at(sheet.x(position))} {at(bottom + 6)}v5", stroke=QUIET)
        sheet.drawing.text(sheet.x(position), bottom + 25, number(position), fill=QUIET, text_anchor="middle")
    sheet.drawing.text(LEFT - 16, bottom + 25, "steps", fill=QUIET, text_anchor="end")
