"""The cases: small programs that race, hang or are right, with the findings that each must have and no others.

They are run as they are, or with a start method that is set on their first line, a comment, so that no line moves.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests import ROOT

FOLDER: Final = ROOT / "tests" / "scripts" / "cases"
INDEX: Final[list[dict[str, Any]]] = json.loads((FOLDER / "INDEX.json").read_text())
START_METHODS: Final = ("fork", "spawn", "forkserver")

HANGS: Final = {
    name
    for name in (case["file"] for case in INDEX)
    if name.split("-")[0] in ("21", "24", "26", "27", "29", "30", "44")
}
"""What may never end."""

HANG_SECONDS: Final = 4.0
LONGEST_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Traced:
    """What came of a traced run."""

    output: str
    errors: str
    status: int
    view: dict[str, Any]


def with_start_method(case: Path, start_method: str | None, folder: Path) -> Path:
    """The program with that start method, in that folder."""
    first, rest = case.read_text().split("\n", 1)
    assert first.startswith("#"), first
    if start_method is not None:
        first = f"import multiprocessing as _m; _m.set_start_method({start_method!r}, force=True)"
    copy = folder / case.name
    copy.write_text(f"{first}\n{rest}")
    return copy


def traced(script: Path, *arguments: str, timeout: float, options: tuple[str, ...] = ()) -> Traced:
    """Run a script under `lost-update trace --json`."""
    command = [sys.executable, "-m", "lost_update", "trace", "--json", "--timeout", str(timeout), *options]
    done = subprocess.run(
        [*command, script.name, *arguments],
        cwd=script.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True,
        text=True,
        timeout=timeout + 60,
        check=False,
    )
    assert done.stdout.startswith("{"), done.stderr
    return Traced(done.stderr, done.stderr, done.returncode, json.loads(done.stdout))


def untraced(script: Path, *, timeout: float) -> subprocess.CompletedProcess[str] | None:
    """The same without us; None where it hangs."""
    process = subprocess.Popen(
        [sys.executable, script.name],
        cwd=script.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


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
    found = {(finding["kind"], _bare(finding["target"])) for finding in view["findings"]}
    for wanted in case["findings"]:
        if (wanted["kind"], wanted["target"]) not in found:
            wrong.append(f"not found, not even suspected: {wanted['kind']} of {wanted['target']}")
    if case.get("not_seen") and not any(case["not_seen"] in each["what"] for each in view["not_seen"]):
        wrong.append(f"not named as not seen: {case['not_seen']}")
    return wrong


def _wanted(case: dict[str, Any], kind: str, target: str) -> dict[str, Any] | None:
    for wanted in case["findings"]:
        if wanted["kind"] == kind and _alike(wanted["target"], target):
            return dict(wanted)
    return None


def _alike(wanted: str, target: str) -> bool:
    """The same, or another element of the same container, which may lose as well."""
    if wanted == target:
        return True
    return "[" in wanted and wanted.split("[")[0] == target.split("[")[0]


def _bare(target: str) -> str:
    return target
