"""What tests of a script's locks, queues and the like look at: its steps in words, and what it printed."""

import re
from pathlib import Path
from typing import Any

from lost_update.model.ops import PRESENT, Op
from lost_update.tracing.script.askers import asker_of
from tests.script_streams import Recorded, Traced, command, run


def both(script: str, directory: Path, method: str) -> tuple[Traced, Traced]:
    """A run of a script without tracing, and one with."""
    return run(command(script, method=method)), run(command(script, method=method), directory)


def said(run: Traced) -> tuple[int, list[str], list[str]]:
    """How it ended and what it printed. Processes may print in any order, objects lie anywhere in memory."""
    out, err = (sorted(re.sub(r"0x[0-9a-f]+", "0x…", text).splitlines()) for text in (run.stdout, run.stderr))
    return run.returncode, out, err


def lane(run: Traced, step: dict[str, Any]) -> str:
    """Whose step it is: the name of the process."""
    asker = asker_of(step["site"])
    number = step["process"] if asker is None else asker[0]
    return str(next(each.process["name"] for each in run.processes if each.process["number"] == number))


def line(run: Traced, step: dict[str, Any]) -> int | None:
    """The line of the source that a step was taken from."""
    asker = asker_of(step["site"])
    process, site = (step["process"], step["site"]) if asker is None else (asker[0], asker[2])
    return next(each for each in run.processes if each.process["number"] == process).line(site)


def value(run: Traced, step: dict[str, Any]) -> Any:
    """The value that a step carries."""
    if step["third"] == PRESENT:
        return step["first"]
    recorded = next(each for each in run.processes if each.process["number"] == step["process"])
    texts = {each["number"]: each["value"] for each in recorded.declared.get("text", [])}
    return texts.get(step["third"])


def of(run: Traced, **facts: Any) -> list[dict[str, Any]]:
    """The steps about the targets with these facts, in order of time."""
    return [step for step in run.steps() if step["target"] and facts.items() <= step["target"].items()]


def words(run: Traced, steps: list[dict[str, Any]]) -> list[str]:
    """Steps in words: of whom, what; of a wait, for what."""
    return [f"{lane(run, step)} {_what(step)}" for step in steps]


def _what(step: dict[str, Any]) -> str:
    op: Op = step["op"]
    return f"wait to {Op(step['second']).word}" if op is Op.WAIT else op.word


def declared(run: Traced, **facts: Any) -> list[dict[str, Any]]:
    """The declarations of targets with these facts, each as its maker has declared it."""
    every = [target for process in run.processes for target in process.declared.get("target", [])]
    return [target for target in every if facts.items() <= target.items() and target.get("made")]


def process(run: Traced, name: str) -> Recorded:
    """The process of that name."""
    return next(each for each in run.processes if each.process["name"] == name)
