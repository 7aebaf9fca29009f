"""The cases: small programs that race, hang or are right, with the findings that each must have and no others.

They are run as they are. The start method is set before they begin, by a `sitecustomize` of the tests.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests import ROOT

FOLDER: Final = ROOT / "tests" / "scripts" / "cases"
INDEX: Final[list[dict[str, Any]]] = json.loads((FOLDER / "INDEX.json").read_text())
FAULTY: Final = ROOT / "tests" / "scripts" / "faulty"
FAULTY_INDEX: Final[list[dict[str, Any]]] = json.loads((FAULTY / "INDEX.json").read_text())
"""More programs with a fault: each finding is asked for, at least as a suspicion. Those that hang say so."""

CORRECT: Final = sorted((ROOT / "tests" / "scripts" / "correct").glob("*.py"))
"""Programs without a fault."""

SETS_START_METHOD: Final = ROOT / "tests" / "scripts" / "start_method"

HANG_SECONDS: Final = (4.0, 20.0)
"""How long one that hangs is run; and how long where the machine was so busy that it had not come to that by then."""

LONGEST_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Traced:
    """What came of a traced run. `output` is what the script printed, and what was said of it."""

    output: str
    status: int
    view: dict[str, Any]


def traced(script: Path, *, timeout: float, start_method: str | None = None) -> Traced:
    """Run a script under `lost-update trace --json`."""
    done = subprocess.run(
        [sys.executable, "-m", "lost_update", "trace", "--json", "--timeout", str(timeout), script.name],
        cwd=script.parent,
        env=_environment(start_method),
        capture_output=True,
        text=True,
        timeout=timeout + 60,
        check=False,
    )
    assert done.stdout.startswith("{"), done.stderr
    return Traced(done.stderr, done.returncode, json.loads(done.stdout))


def wrong_in(folder: Path, case: dict[str, Any], start_method: str | None = None) -> list[str]:
    """What is wrong with the findings of a program. One that hangs gets more time where it had not come to that."""
    wrong: list[str] = []
    for timeout in HANG_SECONDS if case.get("hangs") else (LONGEST_SECONDS,):
        view = traced(folder / case["file"], timeout=timeout, start_method=start_method).view
        wrong = wrong_findings(case, view)
        if not wrong:
            break
    return wrong


def _environment(start_method: str | None) -> dict[str, str]:
    path = [str(ROOT / "app"), *([str(SETS_START_METHOD)] if start_method else [])]
    chosen = {"START_METHOD": start_method} if start_method else {}
    return {**os.environ, **chosen, "PYTHONPATH": os.pathsep.join(path)}


def wrong_findings(case: dict[str, Any], view: dict[str, Any]) -> list[str]:
    """What was found and should not have been, and what should have been and was not, where the fault shows."""
    certain = [finding for finding in view["findings"] if finding["certainty"] != "suspected"]
    wrong = []
    for finding in certain:
        wanted = _wanted(case, finding["kind"], finding["target"])
        if wanted is None:
            wrong.append(f"found without cause: {finding['kind']} of {finding['target']}: {finding['message']}")
        else:
            lines = {line["line"] for line in finding["lines"]}
            if lines != set(wanted["lines"]):
                wrong.append(f"{finding['kind']} of {finding['target']}: lines {sorted(lines)}, not {wanted['lines']}")
    suspected = [finding for finding in view["findings"] if finding["certainty"] == "suspected"]
    allowed = case.get("may_be_suspected")
    for finding in suspected:
        if _wanted(case, finding["kind"], finding["target"]) is None and finding["kind"] != allowed:
            wrong.append(f"suspected without cause: {finding['kind']} of {finding['target']}: {finding['message']}")
    for wanted in case["findings"]:
        if not any(_matches(wanted, finding) for finding in view["findings"]):
            wrong.append(f"not found, not even suspected: {wanted['kind']} of {wanted['target']}")
    if case.get("not_seen") and not any(case["not_seen"] in each["what"] for each in view["not_seen"]):
        wrong.append(f"not named as not seen: {case['not_seen']}")
    return wrong


def _wanted(case: dict[str, Any], kind: str, target: str) -> dict[str, Any] | None:
    asked = {"kind": kind, "target": target}
    return next((dict(wanted) for wanted in case["findings"] if _matches(wanted, asked)), None)


def _matches(wanted: dict[str, Any], finding: dict[str, Any]) -> bool:
    """The same, or another element of the same container, which may lose as well."""
    if wanted["kind"] != finding["kind"]:
        return False
    one, other = wanted["target"], finding["target"]
    return bool(one == other or ("[" in one and one.split("[")[0] == other.split("[")[0]))
