"""What tracing changes in a process is changed when the script imports it: what it never imports costs it nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from lost_update.execution.script.script_run import ScriptRun
from lost_update.sources.script import Script

TELLS_WHAT_IS_IMPORTED = """
import sys
{imports}
print(*sorted(name for name in sys.modules if name.startswith(("multiprocessing", "concurrent", "mmap", "asyncio"))))
"""


def imported(tmp_path: Path, imports: str) -> tuple[str, str]:
    """What a script has imported of these packages, as Python runs it and traced."""
    script = tmp_path / "script.py"
    script.write_text(TELLS_WHAT_IS_IMPORTED.format(imports=imports))
    plain = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    with (tmp_path / "output").open("w+") as output:
        assert ScriptRun(Script.of_file(str(script), ()), output=output).run() == 0
        output.seek(0)
        return plain, output.read()


@pytest.mark.processes
@pytest.mark.parametrize("imports", ["", "import multiprocessing", "import concurrent.futures", "import mmap"])
def test_a_script_has_imported_what_it_has_without_us(tmp_path: Path, imports: str) -> None:
    plain, traced = imported(tmp_path, imports)
    assert traced == plain


REPLACED_TOO_LATE = """
from concurrent.futures import as_completed, wait, ProcessPoolExecutor
from multiprocessing.connection import wait as wait_for_pipes
from multiprocessing.sharedctypes import RawValue, Value
from multiprocessing.synchronize import Lock
from mmap import mmap
import concurrent.futures._base, mmap as mapping, multiprocessing.connection, multiprocessing.sharedctypes

assert wait is concurrent.futures._base.wait and as_completed is concurrent.futures.as_completed
assert wait_for_pipes is multiprocessing.connection.wait
assert Value is multiprocessing.sharedctypes.Value and mmap is mapping.mmap
print(*(each.__code__.co_freevars for each in (Value, RawValue)), Lock.__init__.__code__.co_freevars)
"""


@pytest.mark.processes
def test_what_a_script_takes_out_of_a_module_has_been_changed_before(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(REPLACED_TOO_LATE)
    with (tmp_path / "output").open("w+") as output:
        assert ScriptRun(Script.of_file(str(script), ()), output=output).run() == 0
        output.seek(0)
        assert output.read().count("(") == 3, "each is ours: it has free variables"


@pytest.mark.processes
def test_the_loader_of_a_module_is_its_own_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing.pool as pool\n"
        "import importlib.machinery\n"
        "assert type(pool.__loader__) is type(pool.__spec__.loader) is importlib.machinery.SourceFileLoader\n"
    )
    assert ScriptRun(Script.of_file(str(script), ())).run() == 0
