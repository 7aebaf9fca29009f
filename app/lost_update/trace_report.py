"""What `lost-update trace` says in the terminal of a script's recording: a summary, findings, annotations."""

from collections.abc import Iterator
from typing import Any, Final

import click
import numpy as np

from lost_update.model.findings import KIND_TITLES, Finding
from lost_update.model.ops import Op
from lost_update.model.recording import Recording, ScriptCellSummary
from lost_update.model.view import ScriptRunView, script_run_view
from lost_update.wording import duration, number

MOST_CELLS: Final = 12
"""The most cells that get a line each: those that lost the most."""

MOST_LOCKS: Final = 6

COLOURS: Final = {"happened": "red", "shown": "red", "suspected": "yellow"}


def report(recording: Recording, exit_status: int, steered: int = 0) -> str:
    """The summary of a recording that is over."""
    return "\n".join(_lines(recording, script_run_view(recording), exit_status, steered))


def findings_text(recording: Recording, findings: list[Finding]) -> list[str]:
    """These findings of a recording, in plain lines."""
    return [click.unstyle(line) for finding in findings for line in ("", *_finding(finding, recording))]


def told_while_it_hangs(finding: Finding) -> str:
    """One finding of a script that does not go on, for whoever waits before the terminal."""
    where = ", ".join(dict.fromkeys(f"{line['file']}:{line['line']}" for line in finding["lines"]))
    return f"{_title(finding)} {where}\n  {finding['message']}\n  It is left as it is: Ctrl-C ends the script."


def annotations(findings: list[Finding]) -> Iterator[str]:
    """The findings that count as errors, in the form that GitHub shows beside the lines."""
    for finding in findings:
        if finding["certainty"] == "suspected" or not finding["lines"]:
            continue
        first = finding["lines"][0]
        title = _escaped(f"{KIND_TITLES[finding['kind']]}: {finding['target']}").replace(",", "%2C").replace(":", "%3A")
        message = _escaped(f"{finding['message']} {finding['advice']}")
        yield f"::error file={first['file']},line={first['line']},title={title}::{message}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _lines(recording: Recording, view: ScriptRunView, exit_status: int, steered: int) -> Iterator[str]:
    processes = len(view["processes"])
    yield click.style("Lost Update", bold=True) + (
        f": {number(processes)} process{'es' if processes != 1 else ''}, "
        f"{duration(view['summary']['duration_ms'])}, {number(view['steps'])} steps, exit status {exit_status}"
    )
    if view["reason"]:
        yield view["reason"]
    yield from _cells(view["summary"]["cells"])
    yield from _waits(recording)
    for finding in view["findings"]:
        yield ""
        yield from _finding(finding, recording)
    if not view["findings"]:
        yield ""
        yield "Nothing was found in this run: no lost update, no wait without end."
        yield "One run proves nothing: --repeat 20 makes more of them."
    elif not steered and any(finding["certainty"] == "suspected" for finding in view["findings"]):
        yield ""
        yield "What is suspected did not happen this time. --prove runs the script again and tries to bring it about."
    if view["not_seen"]:
        yield ""
        for each in view["not_seen"]:
            where = f" ({each['file']}:{each['line']})" if each["file"] else ""
            yield f"Not seen: {each['what']}{where}. What is shared there is not traced."


def _cells(cells: list[ScriptCellSummary]) -> Iterator[str]:
    told = sorted(cells, key=lambda cell: -(cell["lost"] or cell.get("lost_at_least", 0)))[:MOST_CELLS]
    for cell in told:
        lost = cell["lost"]
        amount = f"at least {number(cell['lost_at_least'])}" if "lost_at_least" in cell else _known(lost)
        text = (
            f"  {cell['name']}: expected {_known(cell['expected'])}, final {_known(cell['final'])}, "
            f"{number(cell['writes'])} writes, lost {amount}"
        )
        yield click.style(text, fg="red") if lost else text
    if len(cells) > len(told):
        yield f"  … and {number(len(cells) - len(told))} more cells"


def _known(value: Any) -> str:
    if value is None:
        return "not known"
    return number(value) if isinstance(value, int) else str(value)


def _waits(recording: Recording) -> Iterator[str]:
    """Which locks were waited for, how often and how long."""
    log, names = recording.log, recording.names
    rows = log.rows(0, len(log))
    locks = [number for number, target in names.numbered() if target.kind in ("lock", "semaphore")]
    chosen = rows[np.isin(rows["target"], locks) & np.isin(rows["op"], [Op.WAIT, Op.ACQUIRE])]
    waits: dict[int, tuple[int, int]] = {}
    since: dict[tuple[int, int], int] = {}
    for lane, op, target, t_ns in zip(
        *(chosen[name].tolist() for name in ("process", "op", "target", "t_ns")), strict=True
    ):
        if op == Op.WAIT:
            since[lane, target] = t_ns
        elif (lane, target) in since:
            count, total = waits.get(target, (0, 0))
            waits[target] = count + 1, total + t_ns - since.pop((lane, target))
    for target, (count, total) in sorted(waits.items(), key=lambda wait: -wait[1][1])[:MOST_LOCKS]:
        times = "once" if count == 1 else f"{number(count)} times"
        yield f"  {names.declared[target - 1].name}: waited for {times}, {duration(total / 1e6)} in all"


def _title(finding: Finding) -> str:
    title = f"{KIND_TITLES[finding['kind']]}: {finding['target']}"
    score = f", {finding['score']}" if "score" in finding else ""
    return click.style(title, fg=COLOURS[finding["certainty"]], bold=True) + f" ({finding['certainty']}{score})"


def _finding(finding: Finding, recording: Recording) -> Iterator[str]:
    yield _title(finding)
    yield f"  {finding['message']}"
    texts = {source["file"]: source["text"].splitlines() for source in recording.names.sources}
    told = dict.fromkeys((line["file"], line["line"]) for line in finding["lines"])
    for file, line in told:
        code = texts.get(file, [])
        text = code[line - 1].strip() if 0 < line <= len(code) else ""
        yield f"    {file}:{line}  {click.style(text, bold=True)}"
    if "tried" in finding:
        yield f"  {finding['tried']}"
    for text in finding["advice"].splitlines():
        yield f"  {text}"
