"""A notebook that is executed for real: its recording is there, plays, and cannot reach the notebook."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import ROOT
from tests.browser.conftest import OpenPage

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """What the cells of the notebook have shown, by media types."""
    folder = tmp_path_factory.mktemp("notebook")
    own = {name: str(folder / name) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    command = [sys.executable, "-m", "tests.executed_notebook", str(NOTEBOOK), str(folder / "executed.ipynb")]
    subprocess.run(command, check=True, timeout=120, cwd=ROOT, env={**os.environ, **own})
    executed = json.loads((folder / "executed.ipynb").read_text())
    cells = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    return [
        {kind: "".join(text) for kind, text in output["data"].items()} for cell in cells for output in cell["outputs"]
    ]


def test_a_recording_shows_itself_in_a_notebook(
    open_page: OpenPage, outputs: list[dict[str, str]], tmp_path: Path
) -> None:
    shown, figures = outputs
    assert shown["text/plain"] == "<recording race-none: finished, 64 steps>"
    assert "'lost': 10" in figures["text/plain"]

    # As JupyterLab puts it on its page.
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><title>A notebook</title><div class=output>{shown['text/html']}</div>")
    page = open_page(offline=True)
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe[title='Recording race-none']")
    position = frame.locator('[data-part="position"]')
    expect(position).to_contain_text("Step 64 of 64")
    scrubber = frame.locator('[data-part="scrubber"]')
    scrubber.fill("20")
    expect(position).to_contain_text("Step 20 of 64")
    page.evaluate("window.pressed = 0; addEventListener('keydown', () => window.pressed += 1)")
    scrubber.focus()
    page.keyboard.press("n")
    expect(frame.locator('[data-part="loss-count"]')).to_contain_text("of 10")
    assert page.evaluate("window.pressed") == 0
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None
