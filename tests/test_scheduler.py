"""The page of the scheduler as the server sends it; it is used in tests/browser/test_scheduler.py."""

import json
import re
from html import unescape
from typing import Any

import pytest

from lost_update.goals.content import read
from tests.serving import CLIENT, RunningServer


@pytest.fixture(scope="module")
def page(server: RunningServer) -> str:
    response = CLIENT.get(f"{server.url}/scheduler")
    assert response.status_code == 200
    return response.text


def embedded(page: str, name: str) -> Any:
    found = re.search(f'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_it_says_what_it_is_for_in_two_sentences(page: str) -> None:
    found = re.search(r'<p class="scheduler-lead">(.*?)</p>', page, re.DOTALL)
    assert found
    assert found[1].count(".") == 2


def test_it_offers_every_goal_by_name(page: str) -> None:
    shown = unescape(page)
    for goal in read():
        assert f'<option value="{goal.slug}">{goal.title}</option>' in shown


def test_it_carries_the_goals_and_not_how_they_are_reached(page: str) -> None:
    goals = embedded(page, "goals")
    assert [goal["slug"] for goal in goals] == [goal.slug for goal in read()]
    assert all(set(goal) == {"slug", "title", "text", "hint", "request", "reach", "par"} for goal in goals)


def test_it_offers_the_one_scenario_and_the_one_pace(page: str) -> None:
    catalogue = embedded(page, "catalogue")
    assert [scenario["name"] for scenario in catalogue["scenarios"]] == ["value"]
    assert [pace["name"] for pace in catalogue["paces"]] == ["step"]
    guards = {variant["name"] for variant in catalogue["scenarios"][0]["variants"]}
    assert guards >= {"none", "with", "write_only", "separate_locks", "crossed_locks"}


def test_whatever_the_address_asks_for_it_is_the_same_page(server: RunningServer, page: str) -> None:
    odd = CLIENT.get(
        f"{server.url}/scheduler", params={"goal": "<script>", "schedule": "P1 </script>", "processes": "-1"}
    )
    assert odd.status_code == 200
    assert odd.text == page
