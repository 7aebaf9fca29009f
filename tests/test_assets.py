"""Scripts and styles as they are sent: shortened, and otherwise like any other file."""

from pathlib import Path

import httpx

from app.web.assets import shortened
from tests.serving import RunningServer

SCRIPT = """// What it is for.
/** @param {number} number */
export function twice(number) {
  return `${number} // and ${2 * number}`; // not a comment in the text
}
"""


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
