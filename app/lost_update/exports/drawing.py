"""What the pictures have in common: SVG as text, the page's colours and shapes, a title, a legend. Pure.

A picture stands alone: no script, no style sheet, no font that it would have to fetch; whatever a script calls a thing
is text in it and nothing else. Colours are those of the light theme (static/css/tokens.css), and each process has its
own shape beside its colour (templates/partials/marks.html).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from lost_update.model.recording import Recording
from lost_update.model.title import title_of
from lost_update.wording import counted, duration, number, text_of

PAPER: Final = "#fbfbfa"
LINE: Final = "#d9dcdc"
OUTLINE: Final = "#878f93"
INK: Final = "#15191b"
QUIET: Final = "#5a6469"
LOSS: Final = "#b8002e"
LOSS_GROUND: Final = "#fdeff1"

PROCESSES: Final = ("#0072b2", "#c27c00", "#008f68", "#b4578c", "#2b8fc6", "#988a00", "#d55e00", "#3b4348")
"""Okabe and Ito's set, which colour-blind people can tell apart."""

MARKS: Final = (
    '<circle r="8"/>',
    '<path d="M0-8.6 9 7.4H-9Z"/>',
    '<path d="M-7.3-7.3H7.3V7.3H-7.3Z"/>',
    '<path d="M0-9.4 8.4 0 0 9.4-8.4 0Z"/>',
    '<path d="m0-9.6 2.4 6.3 6.7.3-5.2 4.2 1.8 6.6L0 4-5.7 7.8l1.8-6.6L-9.1-3l6.7-.3Z"/>',
    '<path d="M0-8.8 8.6-2.5 5.3 7.6H-5.3L-8.6-2.5Z"/>',
    '<path d="M-2.9-8.6H2.9v5.7H8.6V2.9H2.9V8.6H-2.9V2.9H-8.6V-2.9H-2.9Z"/>',
    '<path d="M-4.5-7.9H4.5L9 0 4.5 7.9H-4.5L-9 0Z"/>',
)
EXTRA_MARK: Final = (
    '<path d="M0-8A8 8 0 1 0 0 8 8 8 0 1 0 0-8ZM0-3.6A3.6 3.6 0 1 1 0 3.6 3.6 3.6 0 1 1 0-3.6Z" fill-rule="evenodd"/>'
)
"""Of a process without a number, such as main."""

WIDTH: Final = 1200
MARGIN: Final = 32
FONT: Final = "-apple-system,'Segoe UI',Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif"
SMALL: Final = 13
LETTER: Final = 0.62
"""The width of a letter as a share of its height: most are narrower, so what is given this much room has enough."""


def look_of(name: str) -> int | None:
    """Which colour and shape: P1 and its threads have the first. None for what has no number."""
    found = re.match(r"P(\d+)(?:\.\d+)?$", name)
    return (int(found[1]) - 1) % len(PROCESSES) if found else None


def colour_of(name: str) -> str:
    """The colour of a process."""
    look = look_of(name)
    return QUIET if look is None else PROCESSES[look]


def at(value: float) -> str:
    """A length or a place: to a tenth, as short as it can be said."""
    return f"{value:.1f}".removesuffix(".0")


def room_for(text: str, size: float = SMALL) -> float:
    """The width that a text needs at most."""
    return len(text) * size * LETTER


def shortened(text: str, width: float, size: float = SMALL) -> str:
    """The text, cut where it needs more room than there is."""
    most = max(1, int(width / (size * LETTER)))
    return text if len(text) <= most else f"{text[: most - 1]}…"


@dataclass
class Drawing:
    """Grows from above. `write` gives the whole as bytes."""

    title: str
    describes: str
    """What can be seen, in a sentence, for who cannot see it."""
    width: float = WIDTH
    parts: list[str] = field(default_factory=list)

    def add(self, *elements: str) -> None:
        """Draw over what is there."""
        self.parts.extend(elements)

    def path(self, d: str, **attributes: object) -> None:
        """A path, unless there is nothing in it."""
        if d:
            self.add(f'<path d="{d}"{as_attributes(attributes)}/>')

    def rect(self, x: float, y: float, width: float, height: float, **attributes: object) -> None:
        """A rectangle."""
        where = f'x="{at(x)}" y="{at(y)}" width="{at(width)}" height="{at(height)}"'
        self.add(f"<rect {where}{as_attributes(attributes)}/>")

    def text(self, x: float, y: float, text: str, size: float = SMALL, **attributes: Any) -> None:
        """A text; `y` is its base line."""
        given = {"font_size": at(size), "fill": INK, **attributes}
        self.add(f'<text x="{at(x)}" y="{at(y)}"{as_attributes(given)}>{in_xml(text)}</text>')

    def mark(self, name: str, x: float, y: float, size: float, **attributes: object) -> None:
        """The shape of a process, in its colour, around a point."""
        look = look_of(name)
        shape = EXTRA_MARK if look is None else MARKS[look]
        given = {"fill": colour_of(name), **attributes}
        self.add(f'<g transform="translate({at(x)} {at(y)}) scale({size / 20:.3g})"{as_attributes(given)}>{shape}</g>')

    def legend(self, x: float, y: float, signs: Sequence[tuple[str, str]], right: float) -> float:
        """What signs mean, in rows up to the right edge: each sign is drawn in 26 × 14. Returns where the rows end."""
        left = x
        for sign, meaning in signs:
            needs = 32 + 0.9 * room_for(meaning) + 18
            if x > left and x + needs > right:
                x, y = left, y + 22
            self.add(f'<g transform="translate({at(x)} {at(y - 11)})">{sign}</g>')
            self.text(x + 32, y, meaning, fill=QUIET)
            x += needs
        return y + 10

    def write(self, height: float) -> bytes:
        """The picture, on its own ground."""
        size = f'width="{at(self.width)}" height="{at(height)}" viewBox="0 0 {at(self.width)} {at(height)}"'
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONT}">\n'
            f"<title>{in_xml(self.title)}</title>\n<desc>{in_xml(self.describes)}</desc>\n"
            f'<rect width="100%" height="100%" fill="{PAPER}"/>\n'
        )
        return f"{head}{chr(10).join(self.parts)}\n</svg>\n".encode(errors="replace")


def headed(recording: Recording, what: str, describes: str, width: float = WIDTH) -> tuple[Drawing, float]:
    """A drawing with its title line, which says what ran and what came of it; and where the picture may begin."""
    ran = title_of(recording.header)
    drawing = Drawing(f"{what}: {ran}", describes, width)
    room = width - 2 * MARGIN
    drawing.text(MARGIN, 46, shortened(ran, room, 22), 22, font_weight=650)
    drawing.text(MARGIN, 72, shortened(outcome_of(recording), room, 15), 15, fill=QUIET)
    return drawing, 92


def outcome_of(recording: Recording) -> str:
    """What came of a run, in one line."""
    snapshot = recording.snapshot
    cells = [cell for cell in snapshot.summary["cells"] if cell["lost"] is not None]
    told = [f"{counted(len(recording.log), 'step', 'steps')} in {duration(snapshot.summary['duration_ms'])}"]
    for cell in sorted(cells, key=lambda cell: -(cell["lost"] or 0))[:1]:
        expected, final = cell["expected"], cell["final"]
        figures = "" if expected is None else f"expected {text_of(expected)}, "
        told.append(f"{cell['name']}: {figures}final {text_of(final)}, lost {number(cell['lost'] or 0)}")
    if len(cells) > 1:
        total = number(sum(cell["lost"] or 0 for cell in cells))
        told.append(f"{total} lost in all {counted(len(cells), 'cell', 'cells')}")
    if snapshot.deadlock:
        told.append("deadlock")
    return " · ".join(told)


def in_xml(text: str) -> str:
    """As a text in XML, which has no place for most characters that control something."""
    return escape("".join(letter if letter.isprintable() or letter == "\u2009" else "·" for letter in text))


def _short(value: float) -> str:
    """To a hundredth: some are shares of 1, such as how much of the ground is covered."""
    return f"{value:.2f}".rstrip("0").removesuffix(".")


def as_attributes(given: Mapping[str, object]) -> str:
    """As they stand in an element, each after a space."""
    return "".join(
        f' {name.replace("_", "-")}="{_short(value) if isinstance(value, float) else escape(str(value))}"'
        for name, value in given.items()
        if value is not None
    )
