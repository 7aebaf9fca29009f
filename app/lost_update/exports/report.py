"""What a run came to, in words: what ran, what was expected and lost, how each update died, what was found. Pure.

As `text`, in which columns line up in any fixed-width type, and as `markdown`. Both say the same.
"""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Final

from lost_update.exports.anatomy import Anatomy, anatomies, how_many
from lost_update.exports.batches import WORKING
from lost_update.exports.updates import updates_of
from lost_update.model.findings import KIND_TITLES, Finding
from lost_update.model.recording import CellSummary, Recording, ScriptCellSummary
from lost_update.model.title import title_of
from lost_update.wording import counted, duration, number, text_of

MOST_ANATOMIES: Final = 20
MOST_CELLS: Final = 12
"""Those that lost the most come first. What is beyond is counted."""

Table = list[list[str]]


@dataclass(frozen=True)
class _Form:
    """How a report is written."""

    heading: Callable[[str, int], str]
    """A heading of a level, from 1."""
    text: Callable[[str], str]
    """Words that may hold anything, as a paragraph."""
    table: Callable[[Table], str]
    """The first row has the heads."""
    code: Callable[[str], str]
    """Lines of a program."""


def write_text(recording: Recording) -> Iterator[bytes]:
    """The report as text."""
    return _parts(recording, _TEXT)


def write_markdown(recording: Recording) -> Iterator[bytes]:
    """The report as Markdown."""
    return _parts(recording, _MARKDOWN)


def _parts(recording: Recording, form: _Form) -> Generator[bytes, None, None]:
    yield _encoded(form.heading(title_of(recording.header), 1), *_summary(recording, form))
    updates = yield from updates_of(recording)
    total = how_many(updates)
    for place, anatomy in enumerate(anatomies(recording, updates, MOST_ANATOMIES), 1):
        title = (
            f"Write {place} of {number(total)} that lost something" if total > 1 else "The write that lost something"
        )
        yield _encoded(form.heading(title, 2), *_anatomy(anatomy, form))
        yield WORKING
    if total > MOST_ANATOMIES:
        yield _encoded(form.text(f"… and {number(total - MOST_ANATOMIES)} more."))
    elif not total and recording.snapshot.summary["cells"]:
        yield _encoded(form.text(_nothing(recording)))
    for finding in recording.snapshot.findings or ():
        yield _encoded(*_finding(finding, recording, form))
    if recording.snapshot.findings == ():
        yield _encoded(form.text("Nothing was found in this run. One run proves nothing."))


def anatomy_as_text(anatomy: Anatomy) -> str:
    """One lost update by itself, as the page copies it."""
    return "\n\n".join(_anatomy(anatomy, _TEXT)) + "\n"


def _anatomy(anatomy: Anatomy, form: _Form) -> Iterator[str]:
    yield form.table(anatomy.table)
    yield form.text(anatomy.caption)


def _encoded(*paragraphs: str) -> bytes:
    return "".join(f"{each}\n\n" for each in paragraphs).encode(errors="replace")


def _summary(recording: Recording, form: _Form) -> Iterator[str]:
    snapshot, header = recording.snapshot, recording.header
    end = f"{snapshot.status} after {duration(snapshot.summary['duration_ms'])}"
    is_recorded = "command" in header or header["request"]["traced"]
    steps = counted(len(recording.log), "step", "steps") if is_recorded else "without our recording"
    yield form.text(f"Run {recording.id}: {end}, {steps}.")
    if header.get("is_steered"):
        yield form.text("Processes were held to bring about what this run shows.")
    if snapshot.reason:
        yield form.text(snapshot.reason)
    cells = sorted(snapshot.summary["cells"], key=_lost, reverse=True)
    if cells:
        rows = [[cell["name"], *_figures(cell)] for cell in cells[:MOST_CELLS]]
        yield form.table([["", "expected", "final", "lost"], *rows])
    if len(cells) > MOST_CELLS:
        yield form.text(f"… and {counted(len(cells) - MOST_CELLS, 'more cell', 'more cells')}.")
    if not snapshot.summary["consistent"]:
        yield form.text("The recorded steps and the memory disagree. This is a bug in Lost Update: please report it.")


def _nothing(recording: Recording) -> str:
    """Why there is nothing to take apart."""
    if not len(recording.log):
        return "This run was not recorded, so nobody knows how its updates were lost."
    if recording.snapshot.summary["unrecorded"]:
        return "Nothing was lost in what is known of this run. Not all of its writes were recorded."
    return "This run lost nothing: there is no lost update to take apart."


def _lost(cell: CellSummary | ScriptCellSummary) -> int:
    return cell["lost"] or cell.get("lost_at_least", 0)


def _figures(cell: CellSummary | ScriptCellSummary) -> list[str]:
    lost = f"at least {number(cell['lost_at_least'])}" if "lost_at_least" in cell else _known(cell["lost"])
    return [_known(cell["expected"]), _known(cell["final"]), lost]


def _known(value: int | float | str | None) -> str:
    return "not known" if value is None else text_of(value)


def _finding(finding: Finding, recording: Recording, form: _Form) -> Iterator[str]:
    score = f", {finding['score']}" if "score" in finding else ""
    yield form.heading(f"{KIND_TITLES[finding['kind']]}: {finding['target']} ({finding['certainty']}{score})", 2)
    yield form.text(finding["message"])
    texts = {source["file"]: source["text"].splitlines() for source in recording.names.sources}
    places = dict.fromkeys((line["file"], line["line"]) for line in finding["lines"])
    if places:
        yield form.table([["where", "code"], *([f"{file}:{line}", _line(texts, file, line)] for file, line in places)])
    if "tried" in finding:
        yield form.text(finding["tried"])
    advice, _, code = finding["advice"].partition("\n\n")
    yield form.text(advice)
    if code:
        yield form.code(code)


def _line(texts: dict[str, list[str]], file: str, line: int) -> str:
    code = texts.get(file, [])
    return code[line - 1].strip() if 0 < line <= len(code) else ""


# As text ----------------------------------------------------------------------------------------------------------


def _aligned(table: Table) -> str:
    """Its columns line up in any fixed-width type."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in table]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _one_line(text: str) -> str:
    """Names from a script are not trusted: no character that moves the cursor, none that begins a line of its own."""
    return "".join(letter if letter.isprintable() or letter == "\u2009" else " " for letter in text)


def _indented(text: str) -> str:
    return "\n".join(f"    {_one_line(line)}".rstrip() for line in text.splitlines())


_TEXT: Final = _Form(
    heading=lambda text, level: f"{_one_line(text)}\n{'=-'[level - 1] * len(_one_line(text))}",
    text=lambda text: "\n".join(map(_one_line, text.splitlines())),
    table=lambda table: _aligned([[_one_line(cell) for cell in row] for row in table]),
    code=_indented,
)

# As Markdown ------------------------------------------------------------------------------------------------------

_MEANS_SOMETHING: Final = re.compile(r"([\\`*_\[\]<>#|~&$])")
_BEGINS_SOMETHING: Final = re.compile(r"^([-+=]|\d+(?=[.)]))")
"""At the beginning of a line: a list, or a line that makes a heading of the one before it."""


def _escaped(text: str) -> str:
    """Nothing in it means anything in Markdown, or in the HTML that it is made into."""
    return _MEANS_SOMETHING.sub(r"\\\1", _one_line(text))


def _sentences(text: str) -> str:
    """Sentences of ours, in which backticks mark code. Where a name has one, too, nobody can tell: then none does."""
    spans = text.strip().split("`")
    if len(spans) % 2 == 0:
        told = _escaped(text.strip())
    else:
        told = "".join(f"`{_one_line(span)}`" if at % 2 and span else _escaped(span) for at, span in enumerate(spans))
    return _BEGINS_SOMETHING.sub(lambda found: f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}", told)


def _in_table(table: Table) -> str:
    heads, *rows = [[_escaped(cell) for cell in row] for row in table]
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fenced(text: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}python\n{text}\n{fence}"


_MARKDOWN: Final = _Form(
    heading=lambda text, level: f"{'#' * level} {_escaped(text)}",
    text=lambda text: "  \n".join(map(_sentences, text.splitlines())),
    table=_in_table,
    code=_fenced,
)
