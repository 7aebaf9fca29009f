"""Scripts and styles as they are sent: shortened, and otherwise like any other file."""

import re
from pathlib import Path

import httpx
import pytest

from lost_update.web.assets import shortened
from tests.serving import RunningServer

SCRIPT = """// What it is for.
/** @param {number} number */
export function twice(number) {
  return `${number} // and ${2 * number}`; // not a comment in the text
}
"""


STATIC = Path(__file__).parent.parent / "static"
IN_CODE = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\\.|[`{}]""", re.DOTALL)
IN_TEMPLATE = re.compile(r"\\.|`|\$\{", re.DOTALL)


def nested_templates(script: str) -> list[int]:
    """The lines on which a template stands inside another."""
    found: list[int] = []
    around: list[str] = []
    at = 0
    while token := (IN_TEMPLATE if around[-1:] == ["`"] else IN_CODE).search(script, at):
        at = token.end()
        match token.group(), around[-1:]:
            case "`", ["`"]:
                around.pop()
            case "`", _:
                found += [script.count("\n", 0, at) + 1] * ("${" in around)
                around.append("`")
            case ("{" | "${") as brace, _:
                around.append(brace)
            case "}", [_]:
                around.pop()
    return found


@pytest.mark.parametrize("file", sorted(STATIC.rglob("*.js")), ids=lambda file: file.name)
def test_no_script_has_a_template_inside_another_whose_spaces_would_get_lost(file: Path) -> None:
    assert nested_templates("`a ${[1].map((one) => `${one} b`)} c`") == [1]
    assert nested_templates(file.read_text()) == []


def test_comments_and_indentation_are_left_out_and_texts_stay(tmp_path: Path) -> None:
    file = tmp_path / "twice.js"
    file.write_text(SCRIPT)
    sent = shortened(file, file.stat().st_mtime_ns).decode()
    assert "What it is for" not in sent
    assert "@param" not in sent
    assert "${number} // and ${2 * number}" in sent
    assert len(sent) < len(SCRIPT) / 2


def test_a_change_is_seen_with_the_next_request(tmp_path: Path) -> None:
    file = tmp_path / "colours.css"
    file.write_text("p { color: red; }")
    assert shortened(file, 1) == b"p{color:red}"
    file.write_text("p { color: blue; }")
    assert shortened(file, 2) == b"p{color:blue}"


def test_a_browser_that_has_a_script_already_is_not_sent_it_again(server: RunningServer) -> None:
    address = f"{server.url}/static/js/main.js"
    first = httpx.get(address)
    assert first.headers["content-type"].startswith("text/javascript")
    assert int(first.headers["content-length"]) == len(first.content)
    again = httpx.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_neither_script_nor_style_is_sent_as_it_is(server: RunningServer) -> None:
    icon = httpx.get(f"{server.url}/static/icon.svg")
    assert icon.content == (Path(__file__).parent.parent / "static" / "icon.svg").read_bytes()
    assert httpx.get(f"{server.url}/static/js/none.js").status_code == 404
