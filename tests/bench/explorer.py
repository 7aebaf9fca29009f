"""Every interleaving: how long the explorer takes for an exact answer, beside the model checker Spin; and a grant.

Both get the same program: so many processes that each read, modify and write one number so many times. Ours works out
every final value with the number of its interleavings, its exact probability and the schedule with the fewest
context switches, and counts the distinct states. Spin, on a model of the same steps in Promela, verifies exhaustively
and gives the final values alone; its time is that of the verifier, which spin and the compiler have made before. Both
must find the same finals, or this fails. Where there is no `spin` or no `gcc` the alternative is left out, and so it is
where Spin would need minutes.

The time a state is for 2 × 30 increments, from the programs to the answer, for each state that was visited: those of
the chains that could survive, and the merged ones by which the distinct are counted. The memory is what a process of
its own has grown by at its worst moment, for each state of the part that takes it: once for the chains of 4 × 10
increments with their counts and witnesses, and once counting distinct states until their budget ends it.

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
from lost_update.explorer.answer import Budget, Limits
from lost_update.explorer.chains import Chains
from lost_update.explorer.counting import count
from lost_update.explorer.explore import COUNTED_STATES, explore
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Program
from lost_update.explorer.states import distinct_states
from lost_update.explorer.witnesses import witnesses
from lost_update.settings import MAX_GRAPH_STATES, MAX_SAMPLED_STEPS, MAX_SAMPLES, MAX_SCHEDULE, Settings
from lost_update.sources.request import RunRequest
from tests.bench.effort import Effort
from tests.bench.hosting import both_servers, viewers_process
from tests.bench.memory import FORGET_PEAK, resident
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row
from tests.patience import patient
from tests.serving import until


@dataclass(frozen=True)
class Case:
    """So many processes, increments each; and what the answer may take, in seconds or times as long as Spin."""

    processes: int
    iterations: int
    seconds: float | None = None
    ratio: float | None = None
    beside_spin: bool = True

    @property
    def target(self) -> str:
        """In words."""
        wanted = [f"within {self.seconds:g} s"] if self.seconds else []
        wanted += [f"at most {self.ratio:g} ×"] if self.ratio else []
        return ", ".join(wanted) or "–"


CASES: Final = (
    Case(2, 2),
    Case(2, 10, seconds=1, ratio=0.5),
    Case(3, 3, seconds=10),
    Case(2, 40, seconds=10, beside_spin=False),
    Case(4, 4, seconds=10, beside_spin=False),
)

PATIENCE_SECONDS: Final = 60.0
MOST_BYTES_A_STATE: Final = 700
MOST_MICROSECONDS_A_STATE: Final = 12
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
    found = [_of_case(context, effort, case, has_spin=has_spin) for case in CASES]
    return [*found, _time_a_state(effort), *_memory(), _grants(effort)]


def _of_case(context: Context, effort: Effort, case: Case, *, has_spin: bool) -> Row:
    programs, _ = programs_of(
        context,
        RunRequest(processes=case.processes, iterations=case.iterations, seed=1),
        monotonic() + PATIENCE_SECONDS,
    )
    what = f"{case.processes} × {case.iterations} increments, every interleaving, exactly"

    def ours() -> Found:
        return _explored(programs)

    if not (has_spin and case.beside_spin):
        (own,) = in_turn(effort.rounds, ours)
        if case.beside_spin:
            what += " (Spin is not installed here)"
        return Row(what, _ms(own), target=case.target, held=_is_in_time(case, own))
    with tempfile.TemporaryDirectory() as folder:
        verify = _verifier(Path(folder), case.processes, case.iterations)
        own, theirs = in_turn(effort.rounds, ours, verify)
    assert {one.finals for one in own} == {one.finals for one in theirs}, "Spin finds other finals"
    ratio = ratios([one.seconds for one in own], [one.seconds for one in theirs])
    held = _is_in_time(case, own)
    if case.ratio is not None:
        held = held is not False and ratio.median <= case.ratio
    return Row(f"{what}; the alternative: Spin, finals alone", _ms(own), _ms(theirs), ratio, case.target, held)


def _is_in_time(case: Case, found: Sequence[Found]) -> bool | None:
    return None if case.seconds is None else max(one.seconds for one in found) <= case.seconds


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


def _increments(processes: int, iterations: int) -> list[Program]:
    from tests.brute_force import INCREMENT, program

    return [program([*INCREMENT] * iterations)] * processes


def _time_a_state(effort: Effort) -> Row:
    programs = _increments(2, 30)
    machine = Machine(programs)
    chains, merged = patient(PLENTY), patient(PLENTY)
    Chains(machine).layers(chains)
    distinct_states(machine, merged)
    visited = chains.states + merged.states
    (own,) = in_turn(effort.rounds, lambda: _explored(programs))
    taken = spread([1e6 * one.seconds / visited for one in own])
    return Row(
        f"2 × 30 increments, every interleaving: time a visited state, of {visited:,}",
        f"{taken.median:.1f} µs",
        target=f"at most {MOST_MICROSECONDS_A_STATE} µs",
        held=taken.highest <= MOST_MICROSECONDS_A_STATE,
    )


def _memory() -> list[Row]:
    rows = []
    for what, measure in (
        ("of the chains of 4 × 10 increments, with counts and witnesses", grown_by_chains),
        ("while distinct states of 8 × 4 increments are counted until their budget ends it", grown_by_counting),
    ):
        with viewers_process() as process:
            states, taken = process.submit(measure).result()
        rows.append(
            Row(
                f"Memory at the worst moment {what}, a state of {states:,}",
                f"{taken / states:,.0f} bytes",
                target=f"at most {MOST_BYTES_A_STATE:,}",
                held=taken / states <= MOST_BYTES_A_STATE,
            )
        )
    return rows


def grown_by_chains() -> tuple[int, int]:
    """How many states there were, and the memory that this took at most."""
    machine = Machine(_increments(4, 10))
    watch = patient(Settings().explore_states)
    before = _forget_peak()
    chains = Chains(machine)
    layers = chains.layers(watch)
    counts = count(machine, layers, watch)
    witnesses(chains, layers, counts.finals, deadlock=False, watch=watch)
    return watch.states, resident("VmHWM") - before


def grown_by_counting() -> tuple[int, int]:
    """The same of distinct states."""
    machine = Machine(_increments(8, 4))
    watch = patient(COUNTED_STATES * Settings().explore_states)
    before = _forget_peak()
    states = distinct_states(machine, watch)
    assert not states.are_all, "the budget sufficed"
    return watch.states, resident("VmHWM") - before


def _forget_peak() -> int:
    Path("/proc/self/clear_refs").write_text(FORGET_PEAK)
    return resident("VmRSS")


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
