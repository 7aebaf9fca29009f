"""The page of every interleaving, as it is sent; what a browser makes of it is tested in tests/browser."""

import json
import re
from typing import Any

import pytest

from lost_update.execution.explorations import ExploreRequest
from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.settings import MAX_EXPLORED_ITERATIONS
from tests.serving import CLIENT, RunningServer


@pytest.fixture(scope="module")
def page(server: RunningServer) -> str:
    response = CLIENT.get(f"{server.url}/interleavings")
    assert response.status_code == 200
    return response.text


def embedded(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_it_offers_every_guard_that_can_be_explored_and_nothing_else(page: str) -> None:
    (scenario,) = embedded(page, "catalogue")["scenarios"]
    assert scenario["name"] == "value"
    offered = re.findall(r'<option value="(\w+)"', page)
    assert offered[: len(SCENARIOS["value"].variants)] == list(SCENARIOS["value"].variants)


def test_it_begins_with_what_the_interface_takes_for_granted(page: str) -> None:
    assert embedded(page, "usual") == ExploreRequest().model_dump()


def test_its_fields_end_where_the_interface_does(server: RunningServer, page: str) -> None:
    assert f'max="{MAX_EXPLORED_ITERATIONS}"' in page
    refused = CLIENT.post(f"{server.url}/api/explore", json={"iterations": MAX_EXPLORED_ITERATIONS + 1})
    assert refused.status_code == 422


def test_an_address_with_an_outcome_opens_the_same_page(server: RunningServer, page: str) -> None:
    query = "processes=2&iterations=2&guard=none&final=2"
    assert CLIENT.get(f"{server.url}/interleavings?{query}").text == page


def test_a_small_answer_brings_its_graph_and_a_large_one_does_not(server: RunningServer) -> None:
    small = CLIENT.post(f"{server.url}/api/explore", json={"iterations": 1}).json()
    assert (len(small["graph"]["states"]), len(small["graph"]["edges"])) == (21, 28)
    assert {edge["process"] for edge in small["graph"]["edges"]} == {"P1", "P2"}
    large = CLIENT.post(f"{server.url}/api/explore", json={"iterations": 3}).json()
    assert large["exhausted"]
    assert "graph" not in large


@pytest.mark.parametrize("guard", ["none", "lock", "crossed_locks"])
def test_every_schedule_of_the_answer_is_a_way_through_its_graph(server: RunningServer, guard: str) -> None:
    answer = CLIENT.post(f"{server.url}/api/explore", json={"iterations": 1, "guard": guard}).json()
    graph = answer["graph"]
    steps = {(edge["from"], edge["process"]): edge["to"] for edge in graph["edges"]}
    for outcome in answer["outcomes"] + answer["deadlocks"]:
        at = 0
        for process in outcome["schedule"]:
            at = steps[at, process]
        state = graph["states"][at]
        if "final" in outcome:
            assert (state["end"], state["value"]) == ("final", outcome["final"])
        else:
            assert state["end"] == "deadlock"
