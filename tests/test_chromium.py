import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium, fonts
from tests.browser.finding import NoBrowserError
from tests.variants import FULL

pytestmark = pytest.mark.processes


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any browser; what is put in the directory is on its PATH."""
    monkeypatch.delenv(chromium.CHOICE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    return tmp_path


def program(path: Path, exit_status: int) -> Path:
    path.write_text(f"#!/bin/sh\nexit {exit_status}\n")
    path.chmod(0o755)
    return path


def test_the_browser_chosen_by_hand_comes_before_all_others(
    nothing_installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(nothing_installed / "chromium", 0)
    chosen = program(nothing_installed / "chosen", 0)
    monkeypatch.setenv(chromium.CHOICE, str(chosen))
    assert chromium.find() == chosen


def test_a_chosen_browser_that_does_not_start_is_never_replaced_by_another(
    nothing_installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(nothing_installed / "chromium", 0)
    monkeypatch.setenv(chromium.CHOICE, str(nothing_installed / "mistyped"))
    with pytest.raises(NoBrowserError, match="mistyped"):
        chromium.find()


def test_a_program_on_the_path_that_only_pretends_to_be_a_browser_is_passed_over(nothing_installed: Path) -> None:
    program(nothing_installed / "chromium-browser", 1)
    real = program(nothing_installed / "google-chrome", 0)
    assert chromium.find() == real


def test_a_browser_that_draws_only_the_page_comes_before_one_that_draws_windows(nothing_installed: Path) -> None:
    program(nothing_installed / "chromium", 0)
    light = program(nothing_installed / "chromium-headless-shell", 0)
    assert chromium.find() == light


def test_a_machine_without_a_browser_has_none_to_find(nothing_installed: Path) -> None:
    assert chromium.find() is None


@FULL
def test_where_no_browser_can_be_had_the_command_fails_and_says_what_to_do(nothing_installed: Path) -> None:
    nobody = "http://127.0.0.1:9"  # where Playwright's download fails at once
    command = [sys.executable, "-m", "tests.browser.chromium"]
    environment = {**os.environ, "PLAYWRIGHT_DOWNLOAD_HOST": nobody}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert chromium.ADVICE in ended.stderr


def test_a_typeface_with_the_widths_of_arial_is_found_or_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fonts, "PLACES", (tmp_path,))
    monkeypatch.setattr(sys, "platform", "linux")
    asked: list[str] = []

    def fetch(package: str) -> bool:
        asked.append(package)
        (tmp_path / "truetype").mkdir()
        (tmp_path / "truetype" / "LiberationSans-Regular.ttf").touch()
        return True

    monkeypatch.setattr(fonts, "fetch_package", lambda _package: False)
    fonts.see_to_it()
    assert "fonts-liberation" in capsys.readouterr().err
    monkeypatch.setattr(fonts, "fetch_package", fetch)
    fonts.see_to_it()
    fonts.see_to_it()
    assert (asked, capsys.readouterr().err) == (["fonts-liberation"], "")
