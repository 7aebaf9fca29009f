"""What is in the sample of a test, and that the rest is left out only until it is asked for."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.soak import variants as campaign
from tests.variants import none_of, one_in, one_of_each

HALVES = """
import pytest
from tests.variants import one_in

@pytest.mark.parametrize("number", one_in(2, [1, 2, 3]))
def test_number(number):
    assert number != 2
"""


def in_sample(cases: list[Any]) -> list[Any]:
    return [case for case in cases if not hasattr(case, "marks")]


def test_one_in_so_many_is_in_the_sample_and_the_others_are_marked() -> None:
    assert in_sample(one_in(3, range(7))) == [0, 3, 6]
    assert in_sample(one_in(3, range(7), beginning=4)) == [1, 4]
    assert [mark.name for mark in one_in(3, range(7))[1].marks] == ["full"]
    assert one_in(2, ["a", ("b", 1)])[1].values == ("b", 1)


def test_the_first_of_each_kind_is_in_the_sample() -> None:
    assert in_sample(one_of_each(len, ["a", "b", "cc", "dd", "e"])) == ["a", "cc"]
    assert in_sample(none_of(["a", "b"])) == []


def test_a_case_keeps_its_name_and_its_marks() -> None:
    (case,) = none_of([pytest.param(1, id="one", marks=pytest.mark.check)])
    assert (case.id, case.values, [mark.name for mark in case.marks]) == ("one", (1,), ["check", "full"])


@pytest.mark.processes
@pytest.mark.parametrize(
    ("options", "passed", "failed"),
    one_in(3, [([], 2, 0), (["--full"], 2, 1), (["--full", "-m", "full"], 0, 1)], beginning=1),
)
def test_the_rest_is_run_by_who_asks_for_it(tmp_path: Path, options: list[str], passed: int, failed: int) -> None:
    said = ran(tmp_path, *options)
    assert ("1 failed" in said, f"{passed} passed" in said) == (bool(failed), bool(passed)), said


def ran(folder: Path, *options: str) -> str:
    """What pytest says of three cases, of which the one that is not in the sample fails."""
    file = folder / "test_halves.py"
    file.write_text(HALVES)
    settings = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(folder),
        "-p",
        "tests.variants",
        "-p",
        "no:cacheprovider",
    ]
    command = [sys.executable, "-m", "pytest", "-n0", *settings, *options, str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False).stdout


def test_the_campaign_knows_every_file_with_something_to_leave_out() -> None:
    assert "tests/browser/test_boxes.py" in campaign.FILES
    assert "tests/test_run.py" in campaign.FILES
    assert "tests/test_layout.py" not in campaign.FILES
