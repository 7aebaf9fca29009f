"""Several servers as one service over Redis: what each of them answers, whoever executes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.replicas import Replicas, Viewer, replicas
from tests.serving import CLIENT, RunningServer, until

pytestmark = pytest.mark.processes

SLOW = {"pace": "slow", "step_ms": 10, "iterations": 20}


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with replicas(tmp_path_factory.mktemp("three"), 3) as service:
        yield service


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_run_is_found_at_any_replica_at_once(three: Replicas) -> None:
    one, *others = three.servers
    run_id = one.start(pace="step", iterations=2)
    for other in others:
        assert other.view(run_id)["request"] == one.view(run_id)["request"]
        assert run_id in [view["id"] for view in other.ask("GET", "/api/runs").json()]
    one.stop(run_id)
    assert [other.view(run_id)["status"] for other in others] == ["stopped", "stopped"]


def test_a_live_viewer_at_another_replica_gets_the_same(three: Replicas) -> None:
    one, other, _ = three.servers
    run_id = one.start(**SLOW)
    viewer = Viewer(run_id)
    viewer.watch(other)
    assert viewer.steps == one.steps(run_id)
    assert viewer.seen[-1].data == one.view(run_id)
    assert viewer.seen[0].name == "run"
    states = [event.data["status"] for event in viewer.seen if event.name == "run"]
    assert "running" in states
