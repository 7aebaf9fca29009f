"""The map of a run of two processes as a picture: what each can do to the other is an area, the run a path. Pure.

As the page draws it (static/js/charts/map-drawing.js). What is too large to be seen as a whole is shown from where the
first update was lost, or from its start.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from lost_update.exports.batches import WORKING
from lost_update.exports.drawing import (
    INK,
    LINE,
    LOSS,
    LOSS_GROUND,
    MARGIN,
    OUTLINE,
    PAPER,
    QUIET,
    Drawing,
    as_attributes,
    at,
    colour_of,
    headed,
    room_for,
    shortened,
)
from lost_update.exports.progress_graph import Area, Increment, Move, Survey, outlines, survey_of
from lost_update.exports.run_map import Loss, RunMap, run_map_of
from lost_update.exports.updates import updates_of
from lost_update.model.ops import Op
from lost_update.model.recording import Recording
from lost_update.wording import counted, number

WIDTH: Final = 1000
SIZE: Final = 780
"""Of the graph at most, in pixels, in both directions."""

TYPE: Final = 15
LEFT: Final = 108
LONGEST: Final = 90
"""A step is drawn no longer than this, in pixels,"""
LEAST: Final = 6.0
"""and no shorter than this: a square is two steps or more."""
CLOSER: Final = 17
"""What is not seen as a whole is seen this large."""
LETTERED: Final = 16
"""From this length on there is room for a letter a step."""
JOINT: Final = 12
BEHIND: Final = 0.2
"""Where a part is shown: the share of it that lies before the first loss."""

_LETTERS: Final = {Op.READ: "r", Op.MODIFY: "m", Op.WRITE: "w"}
_CUT: Final = {"fill": LOSS, "fill_opacity": 0.24, "stroke": LOSS, "stroke_width": 1.5}
_SQUARE: Final = {"fill": LOSS, "fill_opacity": 0.08, "stroke": LOSS, "stroke_opacity": 0.42}

_HATCHES: Final = (
    '<defs><pattern id="map-wall" width="7" height="7" patternUnits="userSpaceOnUse">'
    f'<rect width="7" height="7" fill="{INK}" opacity=".05"/>'
    f'<path d="M-1.75 1.75L1.75-1.75M0 7L7 0M5.25 8.75L8.75 5.25" stroke="{INK}" opacity=".13"/></pattern>'
    '<pattern id="map-waits" width="5" height="5" patternUnits="userSpaceOnUse">'
    f'<path d="M-1.25 1.25L1.25-1.25M0 5L5 0M3.75 6.25L6.25 3.75" stroke="{QUIET}" stroke-width="1.1"/>'
    "</pattern></defs>"
)


class _Place(NamedTuple):
    """A part of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "_Place") -> bool:
        """Whether one would be over the other."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Whether that spot is in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass
class _Sheet:
    """Where a point stands, and what is in sight."""

    drawing: Drawing
    map: RunMap
    names: tuple[str, str]
    area: Area
    unit: float
    top: float
    taken: list[_Place] = field(default_factory=list)
    """Where tickets stand already."""
    waits: bool = False
    """Whether somebody waits in sight."""

    def __post_init__(self) -> None:
        spans = (self.area.x0, self.area.x1), (self.area.y0, self.area.y1)
        self.increments = tuple(
            {at: each for at, each in enumerate(increments) if each.write >= start and each.read <= end}
            for increments, (start, end) in zip(self.map.graph.increments, spans, strict=True)
        )
        """By axis: those in sight, by their numbers."""
        seen = self.map.path.within(self.area)
        points = self.map.path.points[seen.start : seen.stop]
        self.spots = [(self.x(x), self.y(y)) for x, y in points]
        """Of the path."""

    @property
    def right(self) -> float:
        return self.x(self.area.x1)

    @property
    def bottom(self) -> float:
        return self.top + (self.area.y1 - self.area.y0) * self.unit

    def x(self, x: float) -> float:
        return LEFT + (min(max(x, self.area.x0), self.area.x1) - self.area.x0) * self.unit

    def y(self, y: float) -> float:
        return self.bottom - (min(max(y, self.area.y0), self.area.y1) - self.area.y0) * self.unit

    def box(self, x0: float, x1: float, y0: float, y1: float) -> str:
        """A path around it; nothing where all of it is out of sight."""
        left, right, top, bottom = self.x(x0), self.x(x1), self.y(y1), self.y(y0)
        if left >= right or top >= bottom:
            return ""
        return f"M{at(left)} {at(bottom)}H{at(right)}V{at(top)}H{at(left)}Z"

    def square(self, one: Increment, two: Increment) -> str:
        """Where both are between read and write."""
        return self.box(one.read + 0.5, one.write + 0.5, two.read + 0.5, two.write + 0.5)

    def holds(self, place: _Place) -> bool:
        """Whether something there would be in the picture, and not over its axes."""
        across = place.left > LEFT and place.right < WIDTH - MARGIN / 2
        return across and place.top > self.top and place.bottom < self.bottom

    def shows(self, x: float, y: float) -> bool:
        return self.area.x0 <= x <= self.area.x1 and self.area.y0 <= y <= self.area.y1


def write(recording: Recording) -> Iterator[bytes]:
    """The picture."""
    yield WORKING
    updates = yield from updates_of(recording)
    one = yield from run_map_of(recording, updates)
    yield WORKING
    survey = survey_of(one.graph)
    yield WORKING
    first, second = (recording.names.processes[lane] for lane in one.lanes)
    drawing, top = headed(recording, "Map", f"The path of {first} and {second} through what they do.", WIDTH)
    drawing.add(_HATCHES)
    drawing.text(MARGIN, top + 4, _in_words(one), fill=QUIET)
    area, unit = _sight(one)
    sheet = _Sheet(drawing, one, (first, second), area, unit, top + 26)
    yield from _draw_ground(sheet, survey)
    _draw_axes(sheet, recording.names.targets)
    yield WORKING
    _draw_waits(sheet)
    _draw_path(sheet)
    yield WORKING
    for loss in one.losses:
        _draw_loss(sheet, loss, recording.names.processes)
    _draw_end(sheet)
    below = sheet.bottom + (92 if unit >= LETTERED else 72)
    if area != Area(0, 0, *one.graph.size):
        drawing.text(LEFT, below, _part(sheet), fill=QUIET)
        below += 26
    below = drawing.legend(LEFT, below, _signs(sheet), WIDTH - MARGIN)
    yield drawing.write(below + 14)


def _in_words(one: RunMap) -> str:
    cut = len(one.cuts)
    lost = sum(len(loss.lost) for loss in one.losses)
    if not cut:
        return "Its path cut no square: the two were never both between their read and their write. Nothing is lost."
    return f"Its path cut {counted(cut, 'square', 'squares')}, and {counted(lost, 'update is', 'updates are')} lost."


def _sight(one: RunMap) -> tuple[Area, float]:
    """All of it, or as much as there is room for around the first loss."""
    across, up = one.graph.size
    unit = min(LONGEST, SIZE / max(1, across), SIZE / max(1, up))
    if unit >= LEAST:
        return Area(0, 0, across, up), unit
    count = SIZE // CLOSER
    x, y = one.path.points[one.losses[0].at if one.losses else 0]
    x0, x1 = _page(across, count, x)
    y0, y1 = _page(up, count, y)
    return Area(x0, y0, x1, y1), float(CLOSER)


def _page(size: int, count: int, middle: int) -> tuple[int, int]:
    start = max(0, min(size - count, int(middle - count * BEHIND)))
    return start, min(size, start + count)


def _part(sheet: _Sheet) -> str:
    x0, y0, x1, y1 = sheet.area
    across, up = sheet.map.graph.size
    first, second = sheet.names
    why = "around the first lost update" if sheet.map.losses else "from its start"
    return (
        f"A part of the whole, {why}: steps {number(x0 + 1)} to {number(x1)} of the {number(across)} of {first}, "
        f"{number(y0 + 1)} to {number(y1)} of the {number(up)} of {second}."
    )


def _signs(sheet: _Sheet) -> list[tuple[str, str]]:
    """Those of what is in the picture."""
    first, second = sheet.names
    graph = sheet.map.graph
    signs = [
        (f'<path d="M3 7H23" stroke="{colour_of(first)}" stroke-width="4"/>', f"{first} steps right"),
        (f'<path d="M13 13V1" stroke="{colour_of(second)}" stroke-width="4"/>', f"{second} steps up"),
    ]
    cells = [{each.cell for each in increments} for increments in graph.increments]
    if cells[0] & cells[1]:
        look = as_attributes(_CUT if sheet.map.cuts else _SQUARE)
        signs.append((f'<rect x="3.5" y="1.5" width="19" height="11"{look}/>', "both between read and write"))
    if any(sheet.shows(*sheet.map.path.points[loss.at]) for loss in sheet.map.losses):
        cross = f'<path d="M8.5 2.5l9 9m0-9l-9 9" stroke="{LOSS}" stroke-width="3"/>'
        signs.append((cross, "here an update is lost"))
    if graph.has_walls:
        wall = f'<rect x="3.5" y="1.5" width="19" height="11" fill="url(#map-wall)" stroke="{OUTLINE}"/>'
        signs.append((wall, "wall: both would hold a lock"))
    if sheet.waits:
        signs.append(('<rect x="3" y="1" width="20" height="12" fill="url(#map-waits)"/>', "waits"))
    ring = f'<circle cx="13" cy="7" r="5.5" fill="{PAPER}" stroke="{INK}" stroke-width="2.25"/>'
    if sheet.shows(*sheet.map.path.points[-1]):
        signs.append((f'{ring}<circle cx="13" cy="7" r="2" fill="{INK}"/>', "the end of the run"))
    return signs


# The ground --------------------------------------------------------------------------------------------------------


def _draw_ground(sheet: _Sheet, survey: Survey | None) -> Generator[bytes, None, None]:
    drawing, area, graph = sheet.drawing, sheet.area, sheet.map.graph
    grid = "".join(f"M{at(sheet.x(x))} {at(sheet.top)}V{at(sheet.bottom)}" for x in range(area.x0, area.x1 + 1))
    grid += "".join(f"M{LEFT} {at(sheet.y(y))}H{at(sheet.right)}" for y in range(area.y0, area.y1 + 1))
    drawing.path(grid, stroke=LINE, opacity=0.55)
    yield WORKING
    if graph.has_walls:
        walls = "".join(_closed(sheet, line) for line in outlines(area, graph.is_wall))
        drawing.path(walls, fill="url(#map-wall)", fill_rule="evenodd", stroke=OUTLINE, stroke_width="1.25")
    yield WORKING
    squares = "".join(_squares(sheet))
    drawing.path(squares, **_SQUARE)
    yield WORKING
    if survey is not None:
        doomed = "".join(_closed(sheet, line) for line in outlines(area, survey.is_doomed))
        drawing.path(doomed, fill=INK, opacity=0.2)
        cut_off = "".join(_closed(sheet, line) for line in outlines(area, survey.is_cut_off))
        drawing.path(cut_off, fill="none", stroke=OUTLINE, stroke_width="1.25", stroke_dasharray="2 3")
    yield WORKING
    across, up = sheet.increments
    cuts = "".join(sheet.square(across[i], up[j]) for i, j in sheet.map.cuts if i in across and j in up)
    drawing.path(cuts, **_CUT)
    for x, y in survey.dead_ends if survey else ():
        if sheet.shows(x + 0.5, y + 0.5):
            long = min(0.55 * sheet.unit, 9)
            corner = f"M{at(sheet.x(x + 0.5))} {at(sheet.y(y) - long)}v{at(2 * long)}"
            corner += f"M{at(sheet.x(x) - long)} {at(sheet.y(y + 0.5))}h{at(2 * long)}"
            drawing.path(corner, fill="none", stroke=INK, stroke_width=3)


def _squares(sheet: _Sheet) -> Iterator[str]:
    across, up = sheet.increments
    return (sheet.square(one, two) for one in across.values() for two in up.values() if one.cell == two.cell)


def _closed(sheet: _Sheet, line: list[tuple[float, float]]) -> str:
    return f"M{'L'.join(f'{at(sheet.x(x))} {at(sheet.y(y))}' for x, y in line)}Z"


# The axes ----------------------------------------------------------------------------------------------------------


def _draw_axes(sheet: _Sheet, targets: list[str]) -> None:
    drawing, area, bottom = sheet.drawing, sheet.area, sheet.bottom
    drawing.path(f"M{LEFT} {at(sheet.top)}V{at(bottom)}H{at(sheet.right)}", fill="none", stroke=OUTLINE)
    letters = 20 if sheet.unit >= LETTERED else 0
    across, up = (each.values() for each in sheet.increments)
    below = "".join(_bar(sheet.x(each.read + 0.5), sheet.x(each.write + 0.5), bottom + letters + 4) for each in across)
    beside = "".join(_upright(sheet.y(each.write + 0.5), sheet.y(each.read + 0.5), LEFT - letters - 4) for each in up)
    first, second = sheet.names
    drawing.path(below, fill=colour_of(first))
    drawing.path(beside, fill=colour_of(second))
    for step in range(area.x0, area.x1 if letters else area.x0):
        _letter(sheet, sheet.map.graph.axes[0].moves[step], targets, sheet.x(step + 0.5), bottom + 13)
    for step in range(area.y0, area.y1 if letters else area.y0):
        _letter(sheet, sheet.map.graph.axes[1].moves[step], targets, LEFT - 12, sheet.y(step + 0.5))
    y = bottom + letters + 36
    drawing.mark(first, LEFT + 8, y - 5, 16)
    drawing.text(LEFT + 22, y, shortened(first, 200, 16), 16, font_weight=650)
    _arrow(drawing, LEFT + 30 + room_for(first, 16), y - 5, 0)
    x = MARGIN + 8
    drawing.mark(second, x, bottom - 8, 16)
    drawing.text(x, bottom - 24, shortened(second, 60, 16), 16, font_weight=650, text_anchor="middle")
    _arrow(drawing, x, bottom - 44, 1)


def _bar(left: float, right: float, top: float) -> str:
    return f"M{at(left)} {at(top)}H{at(right)}v7H{at(left)}Z" if right > left else ""


def _upright(top: float, bottom: float, right: float) -> str:
    return f"M{at(right)} {at(top)}V{at(bottom)}h-7V{at(top)}Z" if bottom > top else ""


def _arrow(drawing: Drawing, x: float, y: float, axis: int) -> None:
    shape = "h27m-5.4-5.4l5.4 5.4l-5.4 5.4" if axis == 0 else "v-27m-5.4 5.4l5.4-5.4l5.4 5.4"
    drawing.path(f"M{at(x)} {at(y)}{shape}", fill="none", stroke=OUTLINE, stroke_width="1.5")


def _letter(sheet: _Sheet, move: Move, targets: list[str], x: float, y: float) -> None:
    """A letter for what a step does; a lock that is taken is shut, one that is given back is open."""
    letter = _LETTERS.get(Op(move.op))
    if letter is not None:
        sheet.drawing.text(x, y + 4.5, letter, TYPE - 1, fill=QUIET, text_anchor="middle")
        return
    if len(sheet.map.graph.locks) > 1:
        # Which lock it is says more than a sign, where there is no room for both.
        name = next((letter for letter in reversed(targets[move.target]) if letter.isalnum()), "")
        if sheet.unit <= 1.8 * TYPE:
            sheet.drawing.text(x, y + 4.5, name, TYPE - 1, fill=QUIET, text_anchor="middle")
            return
        sheet.drawing.text(x - 6, y + 4.5, name, TYPE - 1, fill=QUIET, text_anchor="middle")
        x += 7
    is_shut = Op(move.op).row.hold > 0
    bow = "M-2.8-1v-2.4a2.8 2.8 0 0 1 5.6 0V-1" if is_shut else "M-2.8-1v-3.4a2.8 2.8 0 0 1 5.6 0V-3.4"
    sheet.drawing.add(
        f'<g transform="translate({at(x)} {at(y)})"><path d="{bow}" fill="none" stroke="{QUIET}" stroke-width="1.5"/>'
        f'<rect x="-4.2" y="-1" width="8.4" height="6.4" rx="1" fill="{QUIET}"/></g>'
    )


# The path ----------------------------------------------------------------------------------------------------------


def _draw_waits(sheet: _Sheet) -> None:
    """Half a step of hatching between the path and the wall, as long as somebody waits."""
    graph, points = sheet.map.graph, sheet.map.path.points
    shape, seen = "", sheet.map.path.within(sheet.area)
    for process, start, end in sheet.map.path.waits:
        for index in range(max(start, seen.start), min(end + 1, seen.stop)):
            x, y = points[index]
            if not graph.is_blocked(process, x, y):
                continue
            back, ahead = 0.5 * (index > start), 0.5 * (index < len(points) - 1)
            if process == 0:
                shape += sheet.box(x, x + 0.5, y - back, y + ahead)
            else:
                shape += sheet.box(x - back, x + ahead, y, y + 0.5)
    sheet.waits = bool(shape)
    sheet.drawing.path(shape, fill="url(#map-waits)")


def _draw_path(sheet: _Sheet) -> None:
    seen = sheet.map.path.within(sheet.area)
    strokes = ["", ""]
    joints = ""
    for before, point in pairwise(sheet.map.path.points[seen.start : seen.stop]):
        start = f"M{at(sheet.x(before.x))} {at(sheet.y(before.y))}"
        strokes[point.x == before.x] += f"{start}L{at(sheet.x(point.x))} {at(sheet.y(point.y))}"
        joints += f"{start}h.01"
    thick = 4 if sheet.unit >= JOINT else 2.5
    sheet.drawing.path("".join(strokes), stroke=PAPER, stroke_width=thick + 3, stroke_linecap="round")
    for name, stroke in zip(sheet.names, strokes, strict=True):
        sheet.drawing.path(stroke, stroke=colour_of(name), stroke_width=thick, stroke_linecap="round")
    if sheet.unit >= JOINT:
        sheet.drawing.path(joints, stroke=PAPER, stroke_width=3, stroke_linecap="round")


def _draw_end(sheet: _Sheet) -> None:
    x, y = sheet.map.path.points[-1]
    if sheet.shows(x, y):
        radius = max(4.0, min(8.0, 0.27 * sheet.unit))
        ring = f'cx="{at(sheet.x(x))}" cy="{at(sheet.y(y))}"'
        sheet.drawing.add(f'<circle {ring} r="{at(radius)}" fill="{PAPER}" stroke="{INK}" stroke-width="2.25"/>')
        sheet.drawing.add(f'<circle {ring} r="{at(0.38 * radius)}" fill="{INK}"/>')


def _draw_loss(sheet: _Sheet, loss: Loss, names: Sequence[str]) -> None:
    """A cross in the middle of the step that wrote over them; beside it a torn ticket, where there is room for one."""
    before, point = sheet.map.path.points[loss.at - 1], sheet.map.path.points[loss.at]
    if not sheet.shows(*before) or not sheet.shows(*point):
        return
    x, y = (sheet.x(before.x) + sheet.x(point.x)) / 2, (sheet.y(before.y) + sheet.y(point.y)) / 2
    arm = min(0.45 * TYPE, 0.4 * sheet.unit)
    cross = f"M{at(x - arm)} {at(y - arm)}l{at(2 * arm)} {at(2 * arm)}m0 {at(-2 * arm)}l{at(-2 * arm)} {at(2 * arm)}"
    sheet.drawing.path(cross, stroke=PAPER, stroke_width=6)
    sheet.drawing.path(cross, stroke=LOSS, stroke_width=3)
    ticket = _Ticket(names[loss.lost[0]], f"+{number(len(loss.lost))}")
    wide, high = ticket.width, 22.0
    beside = (
        _Place(left - 3, top - 3, left + wide + 6, top + high + 3)
        for left, top in (
            (x + 15, y - high / 2),
            (x - 15 - wide, y - high / 2),
            (x + 12, y + 12),
            (x - 12 - wide, y - 12 - high),
        )
    )
    free = [place for place in beside if sheet.holds(place) and not any(place.touches(each) for each in sheet.taken)]
    if free:
        # Rather not over the path, where there is a choice.
        place = min(free, key=lambda place: sum(place.holds(*spot) for spot in sheet.spots))
        sheet.taken.append(place)
        ticket.draw(sheet.drawing, place.left + 3, place.top + 3)


@dataclass(frozen=True)
class _Ticket:
    """Whose update it was, and what it would have added. Torn in two."""

    name: str
    words: str

    @property
    def width(self) -> float:
        return 46 + room_for(self.words[2:])

    def draw(self, drawing: Drawing, x: float, y: float) -> None:
        """The teeth are the same on both sides of the tear."""
        left, right = 23.0, self.width - 23.0
        teeth = "".join(f"l{side * 4} 5.5" for side in (1, -1, 1, -1))
        back = "".join(f"l{side * 4}-5.5" for side in (1, -1, 1, -1))
        look = f'fill="{LOSS_GROUND}" stroke="{LOSS}" stroke-width="1.25" stroke-linejoin="round"'
        turned = f"rotate(-4 {left / 2} 11)", f"rotate(6 {at(right / 2)} 11)"
        places = f"translate({at(x)} {at(y)})", f"translate({at(x + left + 4)} {at(y)})"
        drawing.add(
            f'<path d="M0 0H{at(left)}{teeth}H0Z" transform="{places[0]} {turned[0]}" {look}/>',
            f'<path d="M{at(right)} 0V22H0{back}Z" transform="{places[1]} {turned[1]}" {look}/>',
        )
        drawing.mark(self.name, x + 12, y + 11, 13)
        middle = x + left + 5 + right / 2
        drawing.text(middle, y + 16, self.words, 14, fill=LOSS, font_weight=650, text_anchor="middle")
