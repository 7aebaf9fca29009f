"""The table of formats: whatever was recorded can be taken away in each, or is refused with the reason."""

from typing import Any

import pytest

from lost_update.exports.formats import FORMATS
from lost_update.exports.not_possible import NotPossible
from tests.exported import exported
from tests.recordings import RECORDINGS, kind_of, recorded
from tests.serving import CLIENT, RunningServer
from tests.test_api import error_of
from tests.variants import one_in, one_of_each

MAY_BE_REFUSED = ("perfetto", "svg", "svg-lineage", "svg-map", "pytest")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("run", one_of_each(kind_of, RECORDINGS))
def test_a_recording_is_written_or_refused_with_the_reason_and_what_to_do(run: str, name: str) -> None:
    recording = recorded(run)
    try:
        FORMATS[name].check(recording)
    except NotPossible as why:
        told: tuple[str, ...] = (str(why), why.hint)
    else:
        told = ()
        assert exported(recording, name) == exported(recording, name) != b""
    assert not told or name in MAY_BE_REFUSED
    assert all(sentence.endswith(".") for sentence in told)


def test_every_format_says_for_whom_it_is() -> None:
    for each in FORMATS.values():
        assert each.about.endswith(".")
        assert len(each.about) < 120
    assert len({(each.stem, each.suffix) for each in FORMATS.values()}) == len(FORMATS)


@pytest.fixture(scope="module")
def view(server: RunningServer) -> dict[str, Any]:
    """A run that every format can show."""
    return server.run(iterations=3)


@pytest.mark.parametrize("name", FORMATS)
def test_the_server_sends_what_the_table_says(server: RunningServer, view: dict[str, Any], name: str) -> None:
    answer = CLIENT.get(f"{server.url}/api/runs/{view['id']}/export/{name}")
    wanted = FORMATS[name]
    assert answer.status_code == 200, answer.text
    server.contract.check(answer)
    assert answer.headers["content-type"].partition(";")[0] == wanted.media_type
    disposition = f'attachment; filename="{wanted.stem}{view["id"]}{wanted.suffix}"'
    assert answer.headers["content-disposition"] == disposition


@pytest.mark.parametrize("name", one_in(2, MAY_BE_REFUSED))
def test_what_a_format_cannot_show_is_409_with_the_reason(server: RunningServer, name: str) -> None:
    run_id = server.run(traced=False, iterations=3)["id"]
    answer = CLIENT.get(f"{server.url}/api/runs/{run_id}/export/{name}")
    assert answer.status_code == 409
    server.contract.check(answer)
    error = error_of(answer)
    assert (error["code"], error["hint"].startswith(("Take", "Record"))) == ("not_possible", True)


def test_the_test_is_the_same_at_its_old_address(server: RunningServer) -> None:
    run_id = server.run(iterations=2)["id"]
    here, there = (CLIENT.get(f"{server.url}/api/runs/{run_id}/{path}") for path in ("replay.py", "export/pytest"))
    assert here.content == there.content
    assert here.headers["content-disposition"] == there.headers["content-disposition"]


def test_the_formats_of_a_run_are_listed_with_why_it_cannot_be_had_in_one(server: RunningServer) -> None:
    run_id = server.run(scenario="queue-fifo", iterations=2)["id"]
    answer = CLIENT.get(f"{server.url}/api/runs/{run_id}/export")
    server.contract.check(answer)
    listed = {each["name"]: each for each in answer.json()}
    assert list(listed) == list(FORMATS)
    assert listed["csv"]["why_not"] is None
    assert listed["csv"]["file"] == f"run-{run_id}.csv"
    assert "none is shared" in listed["svg-map"]["why_not"]


def test_nothing_can_be_taken_away_of_a_run_that_goes_on(server: RunningServer) -> None:
    run_id = server.start(pace="step")
    listed = CLIENT.get(f"{server.url}/api/runs/{run_id}/export").json()
    assert {each["why_not"] for each in listed} == {"The run still goes on."}
    server.stop(run_id)
