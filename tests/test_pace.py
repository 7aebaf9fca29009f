"""When a process may take its next step."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from typing import Any

import pytest

from lost_update.model.ops import Op
from lost_update.tracing import pace as pace_module
from lost_update.tracing.pace import LONGEST, SHORTEST, Pace
from tests.serving import WAIT_SECONDS, until


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without making them."""
    pauses: list[float] = []
    monkeypatch.setattr(pace_module, "sleep", pauses.append)
    return pauses


def pauses_of(pace: Pace, process: str, slept: list[float], count: int = 100) -> list[float]:
    slept.clear()
    gate = pace.gate_of(process)
    assert gate is not None
    for _ in range(count):
        gate(Op.READ, 1)
    return list(slept)


def test_at_the_pace_step_the_gate_says_what_would_come_and_opens_once_for_each_word(
    recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[object] = []
    monkeypatch.setattr(recorder, "announce", lambda *would: happened.append(would))
    receive, send = Pipe(duplex=False)
    gate = Pace("step", 20, 1).gate_of("P1", receive)
    assert gate is not None

    def pass_the_gate(op: Op) -> None:
        gate(op, 3)
        happened.append("passed")

    with ThreadPoolExecutor(1) as worker, receive, send:
        passed = worker.submit(pass_the_gate, Op.READ)
        until(lambda: happened)
        happened.append("let")
        send.send(None)
        passed.result(WAIT_SECONDS)
        # Let beforehand, it need not wait; and the word is used up.
        send.send(None)
        worker.submit(pass_the_gate, Op.WRITE).result(WAIT_SECONDS)
        assert not receive.poll()
    assert happened == [(Op.READ, 3, 0), "let", "passed", (Op.WRITE, 3, 0), "passed"]


@pytest.mark.parametrize("name", ["free", "tutorial"])
def test_nothing_of_ours_pauses_a_process_at_the_paces_free_and_tutorial(name: str) -> None:
    assert Pace(name, 20, 1).gate_of("P1") is None


def test_only_the_code_of_the_tutorial_pace_sleeps_by_itself() -> None:
    assert [Pace(name, 20, 1).code_pause for name in ("free", "slow", "tutorial")] == [0, 0, 0.01]


def test_a_slow_pause_lies_around_step_ms(slept: list[float]) -> None:
    pauses = pauses_of(Pace("slow", 40, 1), "P1", slept)
    assert all(0.04 * SHORTEST <= pause <= 0.04 * LONGEST for pause in pauses)
    assert sum(pauses) / len(pauses) == pytest.approx(0.04, rel=0.2)


def test_the_same_seed_makes_the_same_pauses(slept: list[float]) -> None:
    assert pauses_of(Pace("slow", 40, 7), "P1", slept) == pauses_of(Pace("slow", 40, 7), "P1", slept)


def test_another_seed_or_another_process_makes_others(slept: list[float]) -> None:
    first = pauses_of(Pace("slow", 40, 7), "P1", slept)
    assert first != pauses_of(Pace("slow", 40, 8), "P1", slept)
    assert first != pauses_of(Pace("slow", 40, 7), "P2", slept)
