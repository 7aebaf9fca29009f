"""The rules of the house: imports go one way, in Python and in JavaScript, and never round in a circle."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
SCRIPTS = ROOT / "static" / "js"

MAY_IMPORT = {
    "steps": set[str](),
    "settings": set[str](),
    "tracing": {"steps"},
    "scenarios": {"steps", "tracing"},
    "analysis": {"steps"},
    "explorer": set[str](),
    "exports": {"steps"},
    "runs": {"steps", "settings", "tracing", "scenarios", "analysis", "explorer"},
    "walkthrough": set[str](),
    "goals": set[str](),
    "web": {"steps", "settings", "scenarios", "runs", "exports", "walkthrough", "goals"},
    "cli": {"settings", "scenarios", "runs", "web"},
    "__main__": {"cli"},
    "__init__": set[str](),
}
"""Each part of `app`, and the parts that it may import besides itself and the package's own name and version."""

WEB_LIBRARIES = {"fastapi", "starlette", "sse_starlette", "uvicorn", "jinja2"}
IMPURE = {"time", "random", "secrets", "threading", "multiprocessing", "asyncio", "os", "socket", "datetime"}


def imports_of(file: Path) -> set[str]:
    """The modules that a Python file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file} imports relatively"
            module = node.module or ""
            found |= {f"{module}.{name.name}" if is_module(f"{module}.{name.name}") else module for name in node.names}
    return found


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def part_of(module: str) -> str:
    """The part of `app` that a module such as `app.runs.log` belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PYTHON_FILES = sorted(APP.rglob("*.py"))
DRAWING = ("chart", "motion", "stage-parts", "timeline-parts")
"""Modules among the views that only draw, for any of them to use."""
SCRIPT_FILES = sorted(SCRIPTS.rglob("*.js"))


def script_imports(file: Path) -> set[Path]:
    """The scripts that a script imports. Types alone, in comments, do not count."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(), flags=re.DOTALL)
    names = re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", code)
    assert all(name.startswith(".") for name in names), f"{file} imports from elsewhere: {names}"
    return {(file.parent / name).resolve() for name in names}


@pytest.mark.parametrize("file", PYTHON_FILES, ids=module_of)
def test_a_part_imports_only_what_lies_below_it(file: Path) -> None:
    own = part_of(module_of(file))
    assert own in MAY_IMPORT, f"say in MAY_IMPORT what {own} may import"
    ours = {part_of(module) for module in imports_of(file) if module.split(".")[0] == "app"} - {own, "__init__"}
    assert ours <= MAY_IMPORT[own]


@pytest.mark.parametrize("file", PYTHON_FILES, ids=module_of)
def test_only_web_knows_the_web(file: Path) -> None:
    if part_of(module_of(file)) != "web":
        assert not {module.split(".")[0] for module in imports_of(file)} & WEB_LIBRARIES


PURE_FILES = sorted(file for part in ("analysis", "explorer", "exports") for file in (APP / part).glob("*.py"))


@pytest.mark.parametrize("file", PURE_FILES, ids=module_of)
def test_analysis_explorer_and_exports_know_no_process_clock_or_random_source(file: Path) -> None:
    assert not {module.split(".")[0] for module in imports_of(file)} & IMPURE


def test_no_python_module_imports_itself_round_a_circle() -> None:
    graph = {module_of(file): imports_of(file) for file in PYTHON_FILES}
    tuple(TopologicalSorter({module: needs & set(graph) - {"app"} for module, needs in graph.items()}).static_order())


def test_no_script_imports_itself_round_a_circle() -> None:
    assert SCRIPT_FILES
    tuple(TopologicalSorter({file: script_imports(file) for file in SCRIPT_FILES}).static_order())


@pytest.mark.parametrize("file", SCRIPT_FILES, ids=lambda file: file.relative_to(SCRIPTS).as_posix())
def test_views_know_neither_each_other_nor_the_player_nor_the_server(file: Path) -> None:
    forbidden = {SCRIPTS / f"{name}.js" for name in ("main", "player", "history", "stream", "api", "race")}
    helpers = {SCRIPTS / "views" / f"{name}.js" for name in DRAWING}
    if file.parent.name == "views":
        needs = script_imports(file)
        assert not needs & forbidden
        assert {need for need in needs if need.parent.name == "views"} <= helpers


@pytest.mark.parametrize("file", sorted((SCRIPTS / "stories").glob("*.js")), ids=lambda file: file.name)
def test_stories_know_helpers_and_each_other_only(file: Path) -> None:
    """They read a run through the frame that they are handed, so that any page can show them."""
    helpers = {SCRIPTS / f"{name}.js" for name in ("dom", "words", "columns", "views/motion", "views/stage-parts")}
    assert {need for need in script_imports(file) if need.parent != file.parent} <= helpers


@pytest.mark.parametrize("name", ["model.js", "history.js", "stream.js", "api.js"])
def test_model_and_data_touch_no_page(name: str) -> None:
    assert not re.search(r"\b(document|HTMLElement|querySelector)\b", (SCRIPTS / name).read_text())


@pytest.mark.parametrize("file", [*PYTHON_FILES, *SCRIPT_FILES], ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_file_opens_with_what_it_is_for(file: Path) -> None:
    assert file.read_text().startswith(('"""', "/**", "//")), "open with a comment that says what the file is for"
