"""The variants that `make test` leaves out, file by file: see tests/variants.py, which decides what these are."""

import re
import subprocess
import sys
from typing import Final

from tests import ROOT
from tests.soak.campaign import Campaign, Trials

MARKED: Final = re.compile(r"^from tests\.variants import", re.MULTILINE)
FILES: Final = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "tests").rglob("test_*.py")
    if MARKED.search(path.read_text("utf-8"))
)
"""Those of which `make test` runs a part."""


def carry_out(trials: Trials) -> None:
    """Run what was left out of so many files, which are drawn."""
    order = trials.draw("order").sample(FILES, len(FILES))
    for _, file in zip(trials, order, strict=False):
        with trials.trial(file):
            failed = failures_in(file)
            assert not failed, "; ".join(failed)


def failures_in(file: str) -> list[str]:
    """What failed of what was left out of this file."""
    command = [sys.executable, "-m", "pytest", "--full", "-m", "full", "-n0", "-q", "-rfE", file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed or ([] if done.returncode == 0 else [f"{file}: {done.stdout}{done.stderr}"])


CAMPAIGN = Campaign(
    name="all variants",
    about=(
        "Many tests hold for every variant, start method, size or browser, and `make test` runs a sample of each. All "
        "others are run here, file by file."
    ),
    full=len(FILES),
    sample=0,  # which is `make test`
    carry_out=carry_out,
    unit="files of tests",
)
