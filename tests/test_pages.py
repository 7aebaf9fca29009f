"""The pages as the server sends them; what a browser makes of them is tested in tests/browser."""

import json
import re
from pathlib import Path

import httpx

from tests.serving import RunningServer

STATIC = Path(__file__).parent.parent / "static"
LINK = re.compile(r"""(?:src|href)=["']([^"'#]+)["']""")
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']|url\(["']?([^"')]+)["']?\)""")


def test_the_page_carries_the_catalogue(server: RunningServer) -> None:
    page = httpx.get(server.url).text
    found = re.search(r'<script type="application/json" id="catalogue">(.*?)</script>', page, re.DOTALL)
    assert found
    catalogue = json.loads(found[1])
    assert catalogue["demonstration"]["pace"] == "slow"
    assert {guard["name"] for guard in catalogue["guards"]} >= {"none", "with", "separate_locks"}


def test_a_run_has_a_page_of_its_own(server: RunningServer) -> None:
    run_id = server.run(iterations=1)["id"]
    response = httpx.get(f"{server.url}/runs/{run_id}")
    assert response.status_code == 200
    assert run_id in response.text


def test_the_page_of_an_unknown_run_says_so_and_stays_a_page(server: RunningServer) -> None:
    response = httpx.get(f"{server.url}/runs/%3Cscript%3E")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "expired" in response.text
    assert "<script>'" not in response.text


def everything(server: RunningServer) -> dict[str, httpx.Response]:
    """The page, and all that it asks for, and that these ask for, by path."""
    found: dict[str, httpx.Response] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = response = httpx.get(server.url + path)
        assert response.status_code == 200, path
        links = LINK.findall(response.text) if path == "/" else []
        if path.endswith((".js", ".css")):
            links = [
                str(httpx.URL(server.url + path).join(first or second).path)
                for first, second in IMPORT.findall(response.text)
            ]
        for link in links:
            assert link.startswith(("/", "data:")), f"{path} asks another host: {link}"
            if link.startswith("/"):
                waiting.append(link)
    return found


def test_everything_that_the_page_asks_for_is_there_and_is_ours_and_nothing_else_lies_about(
    server: RunningServer,
) -> None:
    scripts = {f"/static/{file.relative_to(STATIC).as_posix()}" for file in STATIC.rglob("*.js")}
    assert scripts - {"/static/js/types.js"} <= set(everything(server))


def test_page_scripts_and_styles_weigh_less_than_150_kb(server: RunningServer) -> None:
    weights = {path: len(response.content) for path, response in everything(server).items()}
    assert sum(weights.values()) < 150_000


def test_no_page_has_script_or_style_in_it(server: RunningServer) -> None:
    page = httpx.get(server.url).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))
