"""Settings come from the environment, and nonsense is refused."""

import re

import pytest
from pydantic import ValidationError

from lost_update.settings import LEAST_SAMPLES, Settings
from tests import ROOT, SCRIPTS


def test_every_limit_can_be_set_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOST_UPDATE_MAX_SECONDS", "300")
    monkeypatch.setenv("LOST_UPDATE_MAX_LIVE_PROCESSES", "8")
    settings = Settings()
    assert (settings.max_seconds, settings.max_live_processes) == (300, 8)


@pytest.mark.parametrize(
    ("given", "names"), [("", ()), ("a.example", ("a.example",)), (" A.example , b,", ("a.example", "b"))]
)
def test_allowed_hosts_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch, given: str, names: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LOST_UPDATE_ALLOWED_HOSTS", given)
    assert Settings().allowed_hosts == names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("ALLOWED_HOSTS", value) for value in ("*", ".", "a.example:8000", "https://a.example", "*a.example", "a b")),
        *(("FRAME_HOSTS", value) for value in ("*", "'self'", "a.example; script-src *", "ftp://a.example", "a/b")),
        *(("TRUSTED_PROXIES", value) for value in ("proxy", "10.0.0.1/8", "10.0.0.0/40", "127.0.0.1:8000")),
        *(("ROOT_PATH", value) for value in ("race", "//race", "/a/../b", "/a b", "https://a.example/race")),
    ],
)
def test_a_host_an_address_or_a_path_that_can_match_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"LOST_UPDATE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("given", "path"), [("", ""), ("/", ""), ("/race/", "/race"), ("/user/ada%40b/x", "/user/ada%40b/x")]
)
def test_a_path_ends_without_a_slash(given: str, path: str) -> None:
    assert Settings(root_path=given).root_path == path


@pytest.mark.parametrize(("name", "value"), [("MAX_SECONDS", "0"), ("MAX_STEPS", "-1"), ("MAX_VIEWERS", "many")])
def test_a_limit_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LOST_UPDATE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_the_page_and_the_terminal_need_as_many_samples_before_they_tell_a_share() -> None:
    assert f"export const LEAST_SAMPLES = {LEAST_SAMPLES};" in (SCRIPTS / "core" / "explore.js").read_text()


def test_the_operators_manual_names_settings_that_there_are() -> None:
    manual = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    [limits] = re.findall(r"## Limits\n(.*?)\n## ", manual, re.DOTALL)
    cells = " ".join(re.findall(r"^\| ([^|]*) \|", limits, re.MULTILINE))
    named = set(re.findall(r"`([A-Z_]+)`", cells))
    assert len(named) > 15
    assert {name for name in named if name.lower() not in Settings.model_fields} == set()
