"""Every interleaving: how long the explorer takes for an exact answer, beside the model checker Spin; and a grant.

Both get the same program: so many processes that each read, modify and write one number so many times. Ours works out
every final value with the number of its interleavings, its exact probability and the schedule with the fewest
context switches. Spin, on a model of the same steps in Promela, verifies exhaustively and gives the final values alone;
its time is that of the verifier, which spin and the compiler have made before. Both must find the same finals, or this
fails. Where there is no `spin` or no `gcc` the alternative is left out.

The memory is what a process of its own has grown by at its worst moment, exploring until the budget of states ends it.

A grant is a request over HTTP to a run of the pace `step`; it is answered when its step is in the log.
"""

import http.client
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter
from typing import Final
from urllib.parse import urlsplit

from lost_update.execution.solo import programs_of
from lost_update.execution.supervisor import Context
from lost_update.explorer.counting import OutOfBudget, count
from lost_update.explorer.explore import Budget, Limits, explore
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Program
from lost_update.settings import MAX_GRAPH_STATES, MAX_SAMPLED_STEPS, MAX_SAMPLES, MAX_SCHEDULE, Settings
from lost_update.sources.request import RunRequest
from tests.bench.effort import Effort
from tests.bench.hosting import both_servers, viewers_process
from tests.bench.memory import FORGET_PEAK, resident
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row
from tests.serving import until

CASES: Final = ((2, 2, None), (2, 10, 1.0), (3, 3, 10.0))
"""Processes, increments each, and within how many seconds the answer must be there."""

PATIENCE_SECONDS: Final = 60.0
MOST_BYTES_A_STATE: Final = 2_048
MOST_GRANT_MS: Final = 100
PLENTY: Final = 1_000_000
LIMITS: Final = Limits(PLENTY, MAX_GRAPH_STATES, MAX_SAMPLES, MAX_SAMPLED_STEPS, MAX_SCHEDULE)

OWNER: Final = "address 127.0.0.1"
"""Whoever asks from this machine without a cookie."""

MODEL: Final = """
byte number = 0;
byte ended = 0;

active [{processes}] proctype worker() {{
    byte increments = 0;
    byte own = 0;
    do
    :: d_step {{ increments < {iterations}; increments++; own = number }};
       own = own + 1;
       number = own
    :: increments == {iterations} -> break
    od;
    atomic {{
        ended++;
        c_code {{ if (now.ended == {processes}) printf("final %d\\n", now.number); }}
    }}
}}
"""


@dataclass(frozen=True)
class Found:
    """What one exploration found, and how long it took."""

    finals: frozenset[int]
    seconds: float


def rows(context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    has_spin = bool(shutil.which("spin") and shutil.which("gcc"))
    found = [
        _beside_spin(context, effort, processes, iterations, within, has_spin=has_spin)
        for processes, iterations, within in CASES
    ]
    return [*found, _memory(), _grants(effort)]


def _beside_spin(
    context: Context, effort: Effort, processes: int, iterations: int, within: float | None, *, has_spin: bool
) -> Row:
    programs, _ = programs_of(
        context, RunRequest(processes=processes, iterations=iterations, seed=1), monotonic() + PATIENCE_SECONDS
    )
    what = f"{processes} × {iterations} increments, every interleaving, exactly"
    target = "–" if within is None else f"within {within:g} s"

    def ours() -> Found:
        return _explored(programs)

    if not has_spin:
        (own,) = in_turn(effort.rounds, ours)
        worst = max(one.seconds for one in own)
        return Row(
            f"{what} (Spin is not installed here)",
            _ms(own),
            target=target,
            held=None if within is None else worst <= within,
        )
    with tempfile.TemporaryDirectory() as folder:
        verify = _verifier(Path(folder), processes, iterations)
        own, theirs = in_turn(effort.rounds, ours, verify)
    assert {one.finals for one in own} == {one.finals for one in theirs}, "Spin finds other finals"
    worst = max(one.seconds for one in own)
    return Row(
        f"{what}; the alternative: Spin, finals alone",
        _ms(own),
        _ms(theirs),
        ratios([one.seconds for one in own], [one.seconds for one in theirs]),
        target,
        None if within is None else worst <= within,
    )


def _explored(programs: Sequence[Program]) -> Found:
    began = perf_counter()
    names = [f"P{number}" for number in range(1, len(programs) + 1)]
    answer = explore(programs, names, 0, Budget(LIMITS), lambda _n: 0)
    seconds = perf_counter() - began
    assert answer["exhausted"]
    return Found(frozenset(one["final"] for one in answer["outcomes"]), seconds)


def _verifier(folder: Path, processes: int, iterations: int) -> Callable[[], Found]:
    """What verifies the model of that counter, made by Spin and the compiler."""
    model = MODEL.format(processes=processes, iterations=iterations)
    (folder / "counter.pml").write_text(model)
    subprocess.run(["spin", "-a", "counter.pml"], cwd=folder, check=True, capture_output=True)
    subprocess.run(["gcc", "-O2", "-DSAFETY", "-o", "pan", "pan.c"], cwd=folder, check=True, capture_output=True)

    def verify() -> Found:
        began = perf_counter()
        told = subprocess.run(["./pan", "-m1000000"], cwd=folder, check=True, capture_output=True, text=True).stdout
        seconds = perf_counter() - began
        assert "errors: 0" in told, told
        assert "max search depth too small" not in told, told
        finals = {int(line.split()[1]) for line in told.splitlines() if line.startswith("final ")}
        return Found(frozenset(finals), seconds)

    return verify


def _ms(found: list[Found]) -> str:
    return f"{spread([1000 * one.seconds for one in found]).median:,.0f} ms"


def _memory() -> Row:
    budget = Settings().explore_states
    with viewers_process() as process:
        states, taken = process.submit(grown_by, budget).result()
    return Row(
        f"Memory at the worst moment of an exploration that its budget of {budget:,} states ended, a state",
        f"{taken / states:,.0f} bytes",
        target=f"at most {MOST_BYTES_A_STATE:,}",
        held=taken / states <= MOST_BYTES_A_STATE and states <= budget,
    )


def grown_by(budget: int) -> tuple[int, int]:
    """How many states were known when the budget ended, and the memory that this took at most."""
    from tests.brute_force import INCREMENT, program

    machine = Machine([program([*INCREMENT] * 6)] * 4)
    Path("/proc/self/clear_refs").write_text(FORGET_PEAK)
    before = resident("VmRSS")
    try:
        count(machine, budget)
    except OutOfBudget as ended:
        return ended.states, resident("VmHWM") - before
    raise AssertionError("the budget sufficed")


def _grants(effort: Effort) -> Row:
    with both_servers() as (registry, url, _):
        run = registry.submit(RunRequest(pace="step", iterations=effort.slow_iterations), OWNER)
        until(lambda: run.view()["runnable"])
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        took = []
        for turn in range(3 * effort.slow_iterations):
            began = perf_counter()
            body = json.dumps({"process": f"P{turn % 2 + 1}"})
            connection.request("POST", f"/api/runs/{run.id}/grants", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.load(response)
            took.append((perf_counter() - began) * 1000)
            assert response.status == 200, answer
        connection.close()
        registry.stop(run, "It has been measured.")
        run.join()
    all_of_them = spread(took)
    return Row(
        f"From a grant to its step in the log, and the answer, over HTTP, median and worst of {len(took)}",
        f"{all_of_them.median:.0f} ms, worst {all_of_them.highest:.0f} ms",
        target=f"within {MOST_GRANT_MS} ms",
        held=all_of_them.highest <= MOST_GRANT_MS,
    )
