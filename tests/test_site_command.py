"""The site without a server: what it records, what it writes, and where it refuses to write."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from lost_update import site_command
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.site_command import MARK, NotWritten, make_site, requests_of
from lost_update.sources.request import RunRequest
from lost_update.web.pages.page_table import PAGES
from tests.recordings import recorded
from tests.variants import FULL

LINK = re.compile(r"""(?:src|href)=["'](?!data:|#)([^"'#?]+)""")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is run: each request gets a recording that was made earlier."""

    def kept(_registry: Registry, wanted: Any, _tell: Any) -> list[site_command.Recorded]:
        return [site_command.Recorded(asked, [recorded("race-none")] * count) for asked, count in wanted]

    monkeypatch.setattr(site_command, "record", kept)
    return iter(())


def contexts(registry: Registry) -> dict[str, Any]:
    return {page.name: page.context(registry) for page in PAGES if page.name in ("race", "walkthrough")}


def test_everything_that_the_pages_would_run_is_recorded_and_can_be_run(registry: Registry) -> None:
    wanted = requests_of(contexts(registry))
    assert {"scenario": "value", "guard": "none", "processes": 2, "iterations": 10, "pace": "slow", "step_ms": 120} in [
        asked for asked, _ in wanted
    ]
    for asked, count in wanted:
        RunRequest.model_validate(asked)
        assert 1 <= count <= 20
    programs = contexts(registry)["walkthrough"]["programs"]
    for program in programs:
        for asked in program["runs"]:
            assert (asked, max(each["repeat"] for each in programs if asked in each["runs"])) in wanted


@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_every_link_of_every_page_leads_to_a_file_of_the_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    make_site(site, Settings())
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        address = f"http://host/deep/{page.relative_to(site).as_posix()}"
        links = LINK.findall(page.read_text())
        assert links
        for link in links:
            found = urljoin(address, link)
            assert found.startswith("http://host/deep/"), link
            assert (site / found.removeprefix("http://host/deep/")).is_file(), (page, link)
        assert "/api/" not in page.read_text()


@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_a_page_says_that_its_runs_were_recorded_and_what_needs_a_server(tmp_path: Path) -> None:
    site = tmp_path / "site"
    make_site(site, Settings())
    page = (site / "index.html").read_text()
    assert '<p class="recorded-label"><b>recorded</b>' in page
    assert "Python 3.11" in page
    assert 'href="./run-it/index.html"' in page
    assert "scheduler" not in re.findall(r'href="([^"]+)"', page)
    words = (site / "run-it" / "index.html").read_text()
    for what in ("Scheduler", "Interleavings", "Fix it", "docker run", "pip install"):
        assert what in words


@FULL
@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_it_writes_over_a_site_and_over_nothing_else(tmp_path: Path) -> None:
    site = tmp_path / "site"
    make_site(site, Settings())
    (site / "left-over.html").write_text("of an older version")
    make_site(site, Settings())
    assert not (site / "left-over.html").exists()
    assert json.loads((site / MARK).read_text())["lost_update"]

    home = tmp_path / "home"
    home.mkdir()
    make_site(home, Settings())
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    with pytest.raises(NotWritten, match="is not empty, and no site of Lost Update"):
        make_site(other, Settings())
    assert [file.name for file in other.iterdir()] == ["thesis.txt"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["home", "other", "site"]


@pytest.mark.processes
@pytest.mark.usefixtures("quick")
def test_what_is_there_stays_where_the_new_site_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    make_site(site, Settings())
    before = sorted(file.name for file in site.iterdir())

    def full(_static: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site_command, "_write_static", full)
    with pytest.raises(NotWritten, match="No space left on device"):
        make_site(site, Settings())
    assert sorted(file.name for file in site.iterdir()) == before
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_where_nothing_can_be_written_it_says_so_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    with pytest.raises(NotWritten, match=r"Cannot write .*: Not a directory\. Choose another folder\."):
        make_site(tmp_path / "file" / "site", Settings(), told.append)
    assert told == []
