"""`POST /api/fix`: a placement of the lock is judged, and real processes end as it was said."""

from typing import Any

import pytest

from lost_update.scenarios.lock_placement import text_of
from tests.serving import CLIENT, RunningServer
from tests.test_lock_placement import HOLDS_FROM_READ_TO_WRITE, PLACEMENTS, ends_of


def fix(server: RunningServer, **wanted: Any) -> dict[str, Any]:
    """The verdict on a placement."""
    response = CLIENT.post(f"{server.url}/api/fix", json=wanted, timeout=60)
    assert response.status_code == 200, response.text
    verdict: dict[str, Any] = response.json()
    return verdict


def followed(server: RunningServer, verdict: dict[str, Any], **wanted: Any) -> dict[str, Any]:
    """The view of a run whose real processes followed the schedule of a verdict to its end."""
    return server.run(scenario="fix-it", pace="step", schedule=verdict["schedule"], **wanted)


def test_no_lock_loses_updates(server: RunningServer) -> None:
    wanted = {"processes": 2, "iterations": 2}
    verdict = fix(server, **wanted)
    # P1 reads 0 and computes 1; P2 does all it has to do; P1 writes its 1 over that and adds 1 more: or the like.
    assert (verdict["passes"], verdict["ends"], verdict["final"], verdict["expected"]) == (False, "wrong", 2, 4)
    assert verdict["interleavings"] == "924"
    assert verdict["why"] == "After 2 context switches it ends at 2 instead of 4."
    view = followed(server, verdict, **wanted)
    assert view["status"] == "finished"
    assert view["summary"]["cells"][0]["final"] == 2
    assert view["request"]["schedule"] == verdict["schedule"]


@pytest.mark.parametrize("placement", sorted(HOLDS_FROM_READ_TO_WRITE))
def test_held_from_the_read_to_the_write_it_passes(server: RunningServer, placement: tuple[str, str]) -> None:
    acquire, release = placement
    verdict = fix(server, acquire=acquire, release=release)
    assert (verdict["passes"], verdict["ends"], verdict["schedule"], verdict["final"]) == (True, "right", None, 4)
    # Held for all rounds, the processes can only go one after the other; held for each, the rounds can be mixed.
    assert verdict["interleavings"] == {"before_loop": "2", "before_read": "6"}[acquire]
    assert verdict["held"] == {"before_loop": 3, "before_read": 2}[acquire]
    view = server.run(scenario="fix-it", processes=4, iterations=50, acquire=acquire, release=release)
    assert view["summary"]["cells"][0] | {"writes": 200, "lost": 0} == view["summary"]["cells"][0]


def test_only_the_write_locked_is_broken_as_said(server: RunningServer) -> None:
    wanted = {"processes": 2, "iterations": 2, "acquire": "before_write", "release": "after_write"}
    verdict = fix(server, **wanted)
    assert (verdict["ends"], verdict["final"]) == ("wrong", 2)
    view = followed(server, verdict, **wanted)
    assert (view["status"], view["summary"]["cells"][0]["final"]) == ("finished", 2)
    assert view["summary"]["consistent"]


def test_a_lock_that_nobody_releases_is_a_deadlock_as_said(server: RunningServer) -> None:
    wanted = {"processes": 2, "iterations": 2, "acquire": "before_read"}
    verdict = fix(server, **wanted)
    # P1 acquires, reads, computes, writes, and then waits for the lock that it holds itself; so does P2.
    assert (verdict["ends"], verdict["final"], verdict["schedule"]) == ("deadlock", None, ["P1"] * 4)
    view = followed(server, verdict, **wanted)
    assert view["status"] == "failed"
    assert view["reason"].startswith("Deadlock: ")


def test_a_release_of_a_lock_that_nobody_holds_fails_as_said(server: RunningServer) -> None:
    wanted = {"processes": 2, "iterations": 2, "acquire": "before_loop", "release": "after_write"}
    verdict = fix(server, **wanted)
    # Acquire, and a round with its release; then a round whose release finds the lock free.
    assert (verdict["ends"], verdict["schedule"]) == ("failure", ["P1"] * 9 + ["P2"] * 9)
    assert verdict["final"] == 4
    assert verdict["interleavings"] is None
    assert "nobody holds" in verdict["why"]
    view = followed(server, verdict, **wanted)
    assert [process["exitcode"] for process in view["processes"]] == [1, 1]
    assert view["summary"]["cells"][0]["final"] == 4
    failed = [step for step in server.steps(view["id"]) if step["op"] == "fail"]
    # The line of the release, in the code that is shown.
    assert [view["code"]["text"].splitlines()[step["line"] - 1].strip() for step in failed] == ["lock.release()"] * 2


def test_what_failed_can_be_taken_away_as_a_test_too(server: RunningServer) -> None:
    wanted = {"processes": 2, "iterations": 2, "acquire": "before_loop", "release": "after_write"}
    view = followed(server, fix(server, **wanted), **wanted)
    text = CLIENT.get(f"{server.url}/api/runs/{view['id']}/replay.py").text
    # The step in which each failed was one that it had to be let take.
    assert " ".join(["P1"] * 9 + ["P2"] * 9) in text
    assert "acquire='before_loop'" in text


# One of each slot, and not all 36, which take half a minute: those that fail at once are alike.
@pytest.mark.parametrize(
    "placement", [*PLACEMENTS[::5], ("before_read", "before_write"), ("after_write", "after_loop")], ids=str
)
def test_verdicts_agree_with_trying_everything(server: RunningServer, placement: Any) -> None:
    acquire, release = placement
    ends = ends_of(text_of(acquire, release), 2)
    verdict = fix(server, acquire=acquire, release=release)
    assert verdict["passes"] == (ends == {4})
    if not verdict["passes"]:
        said = {"wrong": verdict["final"], "deadlock": "deadlock", "failure": "failure"}[verdict["ends"]]
        assert said in ends


def test_the_code_shown_is_the_code_that_ran(server: RunningServer) -> None:
    view = server.run(scenario="fix-it", iterations=1, acquire="before_read", release="after_write")
    assert view["code"]["text"] == text_of("before_read", "after_write")
    lines = {step["op"]: step["line"] for step in server.steps(view["id"]) if "line" in step}
    assert lines == {"acquire": 3, "read": 4, "modify": 5, "write": 5, "release": 6} | (
        {"wait": 3} if "wait" in lines else {}
    )


@pytest.mark.parametrize(
    "wanted",
    [
        {"acquire": "somewhere"},
        {"acquire": "print('hello')"},
        {"processes": 1},
        {"processes": 8},
        {"iterations": 0},
        {"iterations": 100},
        {"guard": "with"},
    ],
    ids=str,
)
def test_anything_else_is_refused(server: RunningServer, wanted: dict[str, Any]) -> None:
    response = CLIENT.post(f"{server.url}/api/fix", json=wanted)
    assert response.status_code == 422
    assert set(response.json()["error"]) == {"code", "message", "hint"}


def test_only_this_scenario_takes_a_placement(server: RunningServer) -> None:
    response = CLIENT.post(f"{server.url}/api/runs", json={"scenario": "value", "acquire": "before_read"})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "unused_acquire")
