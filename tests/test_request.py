"""What may be asked for, and how a refusal says what to do."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.settings import MAX_PROCESSES, Settings
from lost_update.sources.request import Refusal, RunRequest, check
from lost_update.wording import cause

SETTINGS = Settings()


def refusal_of(settings: Settings = SETTINGS, **fields: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        check(RunRequest(**fields), settings)
    return refused.value


def test_everything_has_a_default() -> None:
    assert RunRequest().model_dump() == {
        "scenario": "value",
        "processes": 2,
        "iterations": 100,
        "guard": "none",
        "start_method": None,
        "call": None,
        "chunksize": None,
        "acquire": None,
        "release": None,
        "pace": "free",
        "step_ms": 20,
        "seed": None,
        "schedule": None,
        "traced": True,
    }


def test_a_whole_number_may_be_written_as_json_may_write_it() -> None:
    assert RunRequest.model_validate_json('{"processes": 3.0, "iterations": 1e1}') == RunRequest(
        processes=3, iterations=10
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"processes": 0},
        {"processes": 33},
        {"processes": 10**40},
        {"processes": "2"},
        {"processes": 2.5},
        {"processes": float("inf")},
        {"processes": True},
        {"processes": None},
        {"iterations": 0},
        {"iterations": 100_001},
        {"iterations": -5},
        {"iterations": 10**40},
        {"guard": "mutex"},
        {"guard": 3},
        {"pace": "fast"},
        {"scenario": "../value"},
        {"step_ms": 0},
        {"step_ms": 2001},
        {"seed": -1},
        {"seed": 2**53},
        {"traced": 1},
        {"colour": "red"},
    ],
)
def test_a_wrong_type_range_name_or_field_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RunRequest(**wrong)


def most_of(scenario: str) -> int:
    return 2 if scenario.startswith("queue-") else 32 if scenario == "crowd" else 8


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_takes_as_many_processes_as_it_says_and_a_refusal_names_that_limit(scenario: str) -> None:
    most = most_of(scenario)
    check(RunRequest(scenario=scenario, processes=most), SETTINGS)
    if most < MAX_PROCESSES:
        refusal = refusal_of(scenario=scenario, processes=most + 1)
        assert refusal.code == "bad_processes"
        assert re.search(rf"(to|exactly) {most} processes, not {most + 1}\.$", refusal.message)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_no_scenario_takes_is_refused_with_the_limit_of_the_one_asked_for(scenario: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RunRequest(scenario=scenario, processes=MAX_PROCESSES + 1)
    [problem] = refused.value.errors()
    assert problem["loc"] == ("processes",)
    assert cause(problem) == f"must be at most {most_of(scenario)}"


def test_an_unknown_name_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError, match="Choose one of these: none, lock, with, get_lock"):
        RunRequest(guard="mutex")


@pytest.mark.parametrize(
    "fields",
    [
        {"iterations": 100_000, "processes": 2, "guard": "with"},  # a million steps
        {"pace": "slow", "step_ms": 20, "iterations": 1000},  # 60 s: 1000 x 3 x 20 ms
        {"pace": "tutorial", "iterations": 6000, "processes": 8},  # 60 s, each in its own
    ],
)
def test_a_million_steps_and_a_minute_are_allowed(fields: dict[str, Any]) -> None:
    check(RunRequest(**fields), SETTINGS)


def test_too_many_steps_are_refused_by_the_name_of_the_limit() -> None:
    refusal = refusal_of(iterations=100_000, processes=8)
    assert refusal.code == "too_many_steps"
    assert "2\u2009400\u2009016 steps. The limit is 1\u2009500\u2009000." in refusal.message
    assert "LOST_UPDATE_MAX_STEPS" in refusal.hint


def test_too_long_a_run_is_refused_by_the_name_of_the_limit() -> None:
    refusal = refusal_of(iterations=1000, pace="slow", step_ms=100)
    assert refusal.code == "too_long"
    assert "about 300 s. The limit is 120 s" in refusal.message
    assert "LOST_UPDATE_MAX_SECONDS" in refusal.hint


def test_a_lock_makes_the_processes_queue_and_that_takes_longer() -> None:
    slow: dict[str, Any] = {"iterations": 200, "processes": 8, "pace": "slow", "step_ms": 100}
    check(RunRequest(**slow), SETTINGS)
    assert refusal_of(**slow, guard="with").code == "too_long"


def test_an_untraced_run_cannot_be_slow() -> None:
    assert refusal_of(traced=False, pace="slow").code == "untraced_slow"


def test_an_untraced_run_takes_no_steps() -> None:
    check(RunRequest(traced=False, iterations=100_000, processes=8), SETTINGS)


def test_more_processes_than_the_server_may_start_are_refused() -> None:
    assert refusal_of(Settings(max_live_processes=4), processes=5).code == "too_many_processes"
