"""The graph of a small program's states, and that its paths are the interleavings.

Two processes that each add 1 once (r, m and w are their steps, small for P1 and large for P2):

    r m w R M W     0 → 1 → 2     one after the other: 2
    r R m M w W     0 → 1 → 1     both read 0: 1
"""

from math import comb

import pytest

from lost_update.explorer.answer import Budget, Limits
from lost_update.explorer.chains import Chains
from lost_update.explorer.counting import count
from lost_update.explorer.explore import explore
from lost_update.explorer.graph import Graph, graph_of
from lost_update.explorer.machine import Machine
from lost_update.explorer.program import Instruction, Program
from lost_update.settings import MAX_GRAPH_STATES
from tests.patience import patient

INCREMENT: Program = (Instruction("read"), Instruction("modify", amount=1), Instruction("write"))
LOCKED: Program = (Instruction("acquire", "lock"), *INCREMENT, Instruction("release", "lock"))
AB: Program = (
    Instruction("acquire", "a"),
    Instruction("acquire", "b"),
    Instruction("release", "b"),
    Instruction("release", "a"),
)
BA: Program = (
    Instruction("acquire", "b"),
    Instruction("acquire", "a"),
    Instruction("release", "a"),
    Instruction("release", "b"),
)
NAMES = ["P1", "P2", "P3"]

CASES = {
    "one alone": [INCREMENT * 2],
    "2 × 1": [INCREMENT] * 2,
    "2 × 2": [INCREMENT * 2] * 2,
    "3 × 1": [INCREMENT] * 3,
    "2 × 1 with a lock": [LOCKED] * 2,
    "2 × 2 with a lock": [LOCKED * 2] * 2,
    "two locks crossed": [AB, BA],
}


def graph(programs: list[Program], initial: int = 0) -> Graph:
    found = graph_of(Machine(programs, initial), NAMES, 1_000)
    assert found is not None
    return found


def paths(found: Graph) -> dict[int, int]:
    """How many paths lead from the first state to each that ends, by that state's number."""
    ways = [1] + [0] * (len(found["states"]) - 1)
    for edge in found["edges"]:  # in the order of their first states, so all ways to a state are known before
        ways[edge["to"]] += ways[edge["from"]]
    return {number: ways[number] for number, state in enumerate(found["states"]) if state["end"]}


def ways_by_outcome(found: Graph) -> dict[int | None, int]:
    """How many paths lead to each final value; None is a deadlock."""
    by_outcome: dict[int | None, int] = {}
    for number, ways in paths(found).items():
        state = found["states"][number]
        outcome = state["value"] if state["end"] == "final" else None
        by_outcome[outcome] = by_outcome.get(outcome, 0) + ways
    return by_outcome


@pytest.mark.parametrize(
    ("name", "states", "edges"),
    [("one alone", 7, 6), ("2 × 1", 21, 28), ("2 × 2", 116, 182), ("3 × 1", 141, 267), ("2 × 1 with a lock", 20, 20)],
)
def test_how_many_states_and_edges_there_are(name: str, states: int, edges: int) -> None:
    found = graph(CASES[name])
    assert (len(found["states"]), len(found["edges"])) == (states, edges)


def test_the_paths_of_two_increments_are_the_20_interleavings_and_2_keep_both() -> None:
    assert ways_by_outcome(graph(CASES["2 × 1"])) == {1: 18, 2: 2}


def test_two_by_two_has_as_many_paths_as_ways_to_shuffle_six_steps_and_six() -> None:
    assert sum(paths(graph(CASES["2 × 2"])).values()) == comb(12, 6) == 924


@pytest.mark.parametrize("programs", CASES.values(), ids=CASES)
def test_the_paths_to_each_outcome_are_the_interleavings_that_are_counted(programs: list[Program]) -> None:
    machine = Machine(programs)
    watch = patient(10_000)
    counts = count(machine, Chains(machine).layers(watch), watch)
    counted: dict[int | None, int] = {final: each.interleavings for final, each in counts.finals.items()}
    if counts.deadlocks.interleavings:
        counted[None] = counts.deadlocks.interleavings
    assert ways_by_outcome(graph(programs)) == counted


@pytest.mark.parametrize("programs", CASES.values(), ids=CASES)
def test_every_state_is_there_once_and_every_step_goes_one_level_down(programs: list[Program]) -> None:
    found = graph(programs)
    states = [
        (state["value"], [(each["taken"], each["register"]) for each in state["places"]]) for state in found["states"]
    ]
    assert all(state not in states[:number] for number, state in enumerate(states))
    depth = [sum(taken for taken, _ in places) for _, places in states]
    assert depth == sorted(depth)
    for edge in found["edges"]:
        moved = [
            (after[0] - before[0], NAMES[process])
            for process, (before, after) in enumerate(zip(states[edge["from"]][1], states[edge["to"]][1], strict=True))
            if after[0] != before[0]
        ]
        assert moved == [(1, edge["process"])]


def test_a_state_says_where_everybody_is_and_a_program_what_it_does() -> None:
    found = graph([INCREMENT, INCREMENT], initial=5)
    assert found["programs"][1] == [{"op": op, "target": ""} for op in ("read", "modify", "write")]
    assert found["states"][0] == {"value": 5, "places": [{"taken": 0, "register": None}] * 2, "end": None}
    assert {"value": 5, "places": [{"taken": 1, "register": 5}, {"taken": 0, "register": None}], "end": None} in found[
        "states"
    ]
    assert [state["value"] for state in found["states"] if state["end"] == "final"] == [7, 6]


def test_a_deadlock_is_an_end_of_its_own() -> None:
    found = graph(CASES["two locks crossed"])
    (stuck,) = [state for state in found["states"] if state["end"] == "deadlock"]
    assert [place["taken"] for place in stuck["places"]] == [1, 1]


def test_what_is_too_large_to_be_drawn_is_left_out() -> None:
    machine = Machine([INCREMENT] * 2)
    assert graph_of(machine, NAMES, 20) is None
    assert graph_of(machine, NAMES, 21) is not None


@pytest.mark.parametrize(
    ("processes", "iterations", "drawn"), [(2, 1, True), (2, 2, True), (2, 3, False), (4, 1, False)]
)
def test_the_explorer_hands_out_the_graph_of_small_programs_only(processes: int, iterations: int, drawn: bool) -> None:
    names = [f"P{number}" for number in range(1, processes + 1)]
    limits = Limits(states=100_000, graph_states=MAX_GRAPH_STATES, samples=1, sampled_steps=1, schedule_steps=1_000)
    answer = explore([INCREMENT * iterations] * processes, names, 0, Budget(limits), lambda _: 0)
    assert answer["exhausted"]
    assert ("graph" in answer) == drawn
    if "graph" in answer:
        assert len(answer["graph"]["states"]) <= limits.graph_states
