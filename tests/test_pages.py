"""The pages as the server sends them; what a browser makes of them is tested in tests/browser."""

import html
import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest

from lost_update.goals.content import read as read_goals
from lost_update.page import together
from lost_update.page.files import modules
from lost_update.sharing import room
from lost_update.web.pages import game_data, page_table, race
from tests import ROOT
from tests.serving import CLIENT, RunningServer, serving_by

STATIC = ROOT / "static"
LINK = re.compile(r"""(?:src|href)=["']([^"'#]+)["']""")
ASSET = re.compile(r"""<(?:link|script)\b[^>]*?\b(?:src|href)=["']([^"'#]+)["']""")
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']|(?:url\(["']?|new URL\(["'])([^"')]+)["']?""")
STATIC_IMPORT = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']|url\(["']?([^"')]+)["']?\)""")
LATER = re.compile(r'\$load\("([^"]+)", "([^"]+)"\)')
RELATIVE = re.compile(r'new URL\("([^"]+)", \(\$at \+ "([^"]+)"\)\)')
TOGETHER = "/static/together/"
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
"""In scripts and styles; comments name types of other scripts, which no browser asks for."""


PAGES = [page.path for page in page_table.PAGES if page.link]
"""The pages that can be opened without knowing a run."""

SCRIPT = "/script/votes"
NOWHERE = "/no-such-page"
ROOM = "/room/K7F4"
UNLINKED = [NOWHERE, ROOM, "/room"]
"""Pages that no other page leads to."""
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def catalogue_on(address: str) -> dict[str, Any]:
    """What a page offers."""
    page = CLIENT.get(address).text
    found = re.search(r'<script type="application/json" id="catalogue">(.*?)</script>', page, re.DOTALL)
    assert found
    catalogue: dict[str, Any] = json.loads(found[1])
    return catalogue


def test_the_page_carries_the_catalogue(server: RunningServer) -> None:
    catalogue = catalogue_on(server.url)
    assert catalogue["demonstration"]["pace"] == "slow"
    assert {scenario["name"] for scenario in catalogue["scenarios"]} >= {"value", "processes", "pool"}


def test_only_the_scenario_for_a_class_is_offered_with_more_than_eight_processes(server: RunningServer) -> None:
    for path in ("/", "/scheduler", "/fix-it", "/interleavings"):
        offered = {each["name"]: each["processes"]["most"] for each in catalogue_on(server.url + path)["scenarios"]}
        assert {name for name, most in offered.items() if most > 8} == ({"crowd"} if path == "/" else set())
    assert catalogue_on(server.url)["limits"]["processes"] == 32
    explore = re.search(r'<input [^>]*data-part="processes"[^>]*>', CLIENT.get(f"{server.url}/interleavings").text)
    assert explore
    assert 'max="8"' in explore[0]


def test_what_a_page_needs_to_show_a_game_is_there_when_it_is_asked_for(server: RunningServer) -> None:
    answer = CLIENT.get(f"{server.url}{game_data.PATH}").json()
    assert [goal["slug"] for goal in answer["goals"]] == [goal.slug for goal in read_goals()]
    assert {scenario["name"] for scenario in answer["catalogue"]["scenarios"]} == set(game_data.PLAYED)


def test_a_browser_asks_for_each_file_whether_it_is_still_the_same(server: RunningServer) -> None:
    address = f"{server.url}/static/css/base.css"
    first = CLIENT.get(address)
    assert first.headers["cache-control"] == "no-cache"
    assert CLIENT.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_a_run_has_a_page_of_its_own(server: RunningServer) -> None:
    run_id = server.run(iterations=1)["id"]
    response = CLIENT.get(f"{server.url}/runs/{run_id}")
    assert response.status_code == 200
    assert run_id in response.text


def test_the_page_of_an_unknown_run_says_so_and_stays_a_page(server: RunningServer) -> None:
    response = CLIENT.get(f"{server.url}/runs/%3Cscript%3E")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "expired" in response.text
    assert "<script>'" not in response.text


@pytest.mark.parametrize("path", ["/no-such-page", "/api/runs/no-such-run", "/api/no-such-thing"])
def test_a_browser_that_asks_for_what_is_not_there_gets_a_page_and_a_program_gets_json(
    server: RunningServer, path: str
) -> None:
    page = CLIENT.get(server.url + path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    answer = CLIENT.get(server.url + path)
    assert answer.status_code == 404
    error = answer.json()["error"]
    for words in (error["message"], error["hint"]):
        assert words in html.unescape(page.text)


def test_a_browser_that_calls_the_server_by_an_unknown_name_is_shown_the_way(server: RunningServer) -> None:
    host = {"Host": "workshop.example"}
    page = CLIENT.get(server.url, headers={**BROWSER, **host})
    assert page.status_code == 400
    assert "workshop.example" in page.text
    assert f'<a href="{server.url}/">' in page.text
    for asset in ASSET.findall(page.text):
        assert CLIENT.get(page.url.join(asset), headers=host).status_code == 200, asset


@pytest.mark.parametrize("page", PAGES)
def test_every_page_leads_to_all_others_and_says_which_it_is(server: RunningServer, page: str) -> None:
    text = CLIENT.get(server.url + page).text
    navigation = text[text.index('aria-label="Pages"') : text.index("</nav>")]
    address = httpx.URL(server.url + page)
    assert [address.join(link).path for link in re.findall(r'href="([^"]+)"', navigation)] == PAGES
    (current,) = re.findall(r'href="([^"]+)" aria-current="page"', navigation)
    assert address.join(current) == address


def asked_for_by(server: RunningServer, page: str, *, at_once: bool) -> dict[str, httpx.Response]:
    """The page, and all that it asks for, and that these ask for, by path; if not `at_once`, what can wait too."""
    imports = STATIC_IMPORT if at_once else IMPORT
    found: dict[str, httpx.Response] = {}
    waiting = [page]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = response = CLIENT.get(server.url + path, headers=BROWSER)
        assert response.status_code == (404 if path == NOWHERE else 200), path
        links = ASSET.findall(response.text) if path == page else []
        if path.startswith(TOGETHER):
            links = [] if at_once else later_links(response.text)
        elif path.endswith((".js", ".css")):
            links = [first or second for first, second in imports.findall(COMMENT.sub("", response.text))]
        for link in links:
            address = response.url.join(link)
            assert address.scheme == "data" or address.host == response.url.host, f"{path} asks another host: {link}"
            if address.scheme != "data":
                waiting.append(address.path)
    return found


def later_links(script: str) -> list[str]:
    """What a script of several modules may ask for when it runs, as paths: others like it, sheets and workers."""
    parts = [f"{TOGETHER}{importer}~{name}" for name, importer in LATER.findall(script)]
    return parts + [urljoin(f"/static/js/{module}", link) for link, module in RELATIVE.findall(script)]


def modules_in(asked: Iterable[str]) -> list[str]:
    """The modules that come with these paths, as paths, each as often as it comes."""
    addresses = [path.removeprefix("/static/") for path in asked if path.startswith(TOGETHER)]
    return [f"/static/js/{name}" for address in addresses for name in together.names_at(address)]


@pytest.fixture(scope="module")
def scripts() -> Iterator[RunningServer]:
    """A server that shows traced scripts."""
    with serving_by([sys.executable, "-m", "tests.browser.script_server", "votes"]) as running:
        yield running


@pytest.fixture(scope="module")
def everything(server: RunningServer, scripts: RunningServer) -> set[str]:
    """All that the pages can ever ask for."""
    usual = {path for page in (*PAGES, *UNLINKED) for path in asked_for_by(server, page, at_once=False)}
    return usual | set(asked_for_by(scripts, SCRIPT, at_once=False))


@pytest.mark.processes
def test_everything_that_the_pages_ask_for_is_there_and_is_ours_and_nothing_else_lies_about(
    everything: set[str],
) -> None:
    files = {f"/static/{file.relative_to(STATIC).as_posix()}" for file in STATIC.rglob("*") if file.is_file()}
    asked = {path for path in everything if path.startswith("/static/") and not path.startswith(TOGETHER)}
    asked |= set(modules_in(everything))
    entries = [file.relative_to(STATIC / "js").as_posix() for file in STATIC.glob("js/pages/recording/*.js")]
    in_one_file = {f"/static/js/{module}" for entry in entries for module in modules(entry, later=True)}
    on_a_site = {"/static/js/pages/run-it/main.js", "/static/css/recording.css"}
    types_alone = {f"/static/js/{name}.js" for name in ("core/types", "core/room-types", "presenter/situation")}
    # The page of a long run asks for one more (tests/browser/test_long_runs.py).
    files -= {*types_alone, f"/static/js/{race.AHEAD}"}
    assert files == asked | in_one_file | on_a_site


@pytest.mark.parametrize("page", [*PAGES, *UNLINKED])
def test_what_a_page_needs_for_its_first_view_travels_as_less_than_80_kb(server: RunningServer, page: str) -> None:
    weights = {
        path: response.num_bytes_downloaded for path, response in asked_for_by(server, page, at_once=True).items()
    }
    assert sum(weights.values()) < 80_000, weights


@pytest.mark.processes
def test_so_does_the_page_of_a_script_with_its_run(scripts: RunningServer) -> None:
    asked = asked_for_by(scripts, SCRIPT, at_once=True)
    weights = {path: response.num_bytes_downloaded for path, response in asked.items()}
    assert sum(weights.values()) < 80_000, weights


@pytest.mark.processes
def test_the_page_of_a_script_asks_for_its_scripts_once(scripts: RunningServer) -> None:
    asked = asked_for_by(scripts, SCRIPT, at_once=True)
    assert [path for path in asked if path.endswith(".js")] == ["/static/together/pages/script/main.js"]


@pytest.mark.processes
def test_the_page_of_a_script_shows_its_command_and_its_code_before_any_script_runs(scripts: RunningServer) -> None:
    text = html.unescape(CLIENT.get(scripts.url + SCRIPT).text)
    assert "$ lost-update trace votes.py" in text
    assert "tally.value += 1" in text[: text.index('<script type="application/json"')]


@pytest.mark.processes
@pytest.mark.parametrize("path", ["/runs/votes", "/?runs=votes"])
def test_a_run_of_a_script_is_shown_on_the_page_of_scripts(scripts: RunningServer, path: str) -> None:
    answer = CLIENT.get(scripts.url + path, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.url.join(answer.headers["location"]) == httpx.URL(scripts.url + SCRIPT)


def test_a_run_of_a_scenario_is_not_shown_on_the_page_of_scripts(server: RunningServer) -> None:
    run_id = server.run(iterations=1)["id"]
    answer = CLIENT.get(f"{server.url}/script/{run_id}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.url.join(answer.headers["location"]).path == f"/runs/{run_id}"


@pytest.mark.processes
def test_a_script_that_is_not_there_is_a_page_that_says_so(scripts: RunningServer) -> None:
    answer = CLIENT.get(f"{scripts.url}/script/%3Cscript%3E", headers=BROWSER)
    assert answer.status_code == 404
    assert "Trace it again" in answer.text
    assert "<script>'" not in answer.text


@pytest.mark.processes
def test_only_where_a_script_is_shown_pages_lead_to_it(server: RunningServer, scripts: RunningServer) -> None:
    assert ">Script</a>" not in CLIENT.get(server.url).text
    assert 'href="./script/votes">Script</a>' in CLIENT.get(scripts.url).text
    assert 'href="../script/votes" aria-current="page">Script</a>' in CLIENT.get(scripts.url + SCRIPT).text


@pytest.mark.parametrize("page", [*PAGES, ROOM])
def test_a_page_asks_once_for_all_scripts_that_it_begins_with(server: RunningServer, page: str) -> None:
    scripts = [path for path in asked_for_by(server, page, at_once=True) if path.endswith(".js")]
    assert len(scripts) == 1
    assert modules_in(scripts) == [f"/static/js/{name}" for name in modules(scripts[0].removeprefix(TOGETHER))]


def test_a_page_that_shows_runs_asks_for_what_shows_them_before_it_begins(server: RunningServer) -> None:
    text = CLIENT.get(f"{server.url}/?runs={server.run(iterations=1)['id']}&panel=map").text
    assert re.findall(r'<script defer src="\./static/together/([^"]+)"', text) == [
        "pages/race/main.js~pages/race/races.js",
        "views/race-view.js~charts/map.js",
        "pages/race/main.js",
    ]


@pytest.mark.parametrize("page", [*PAGES, ROOM])
def test_a_page_links_to_nothing_that_is_not_there(server: RunningServer, page: str) -> None:
    for link in set(LINK.findall(CLIENT.get(server.url + page).text)):
        assert link.startswith("."), f"{link} leads astray where a proxy puts a path before it"
        assert CLIENT.get(httpx.URL(server.url + page).join(link)).status_code == 200, link


@pytest.mark.parametrize("page", [*PAGES, ROOM])
def test_no_page_has_script_or_style_in_it(server: RunningServer, page: str) -> None:
    text = CLIENT.get(server.url + page).text
    assert not re.search(r"<style|<[^>]*\s(?:style|on[a-z]+)=", text)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("typed", ["/K7F4", "/k7f4", "/k7F4"])
def test_a_code_alone_leads_to_its_room(server: RunningServer, typed: str) -> None:
    answer = CLIENT.get(server.url + typed, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.url.join(answer.headers["location"]) == httpx.URL(server.url + ROOM)


@pytest.mark.parametrize("typed", ["/K7F", "/K7F44", "/K0F4", "/7K4F", "/ROOM", "/K7F%D9%A4", "/K7F4/x"])
def test_what_is_no_code_leads_to_no_room(server: RunningServer, typed: str) -> None:
    assert CLIENT.get(server.url + typed, headers=BROWSER, follow_redirects=False).status_code == 404


def test_no_address_of_ours_could_be_taken_for_a_code(server: RunningServer) -> None:
    paths = [
        *CLIENT.get(f"{server.url}/openapi.json").json()["paths"],
        *PAGES,
        *(each for page in page_table.PAGES for each in page.also),
    ]
    assert "/api/runs" in paths
    assert [path for path in paths if room.is_code(path.split("/")[1].upper())] == []


@pytest.mark.parametrize("path", ["/room/K7F4", "/room/k7f4", "/room", "/room/hello"])
def test_the_page_of_a_room_names_it_before_any_script_runs_and_leads_only_home(
    server: RunningServer, path: str
) -> None:
    response = CLIENT.get(server.url + path)
    assert response.status_code == 200
    bar = response.text[response.text.index("<header") : response.text.index("</header>")]
    assert ('data-part="code">K7F4<' in bar) == path.lower().endswith("k7f4")
    assert re.findall(r'href="([^"#]+)"', bar) == ["../" if path.count("/") > 1 else "./"]
    assert "hello" not in response.text
