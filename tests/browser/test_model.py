"""The state in the browser at any position is the truth, worked out again from the steps alone."""

import random
import re
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.looking import Looking
from tests.recomputing import Recomputed, Recomputing, recompute
from tests.serving import RunningServer

# Feeds a run's steps to the page's own history, in batches as a stream would, and asks for states out of order.
STATES = """
async ([run, steps, positions]) => {
  const { History } = await import('/static/js/history.js');
  const history = new History(run);
  const fields = ['index', 't_ns', 'process', 'op', 'target', 'value', 'version', 'base', 'lost', 'line'];
  for (let first = 0; first < steps.length; first += 700) {
    const batch = steps.slice(first, first + 700);
    const columns = Object.fromEntries(fields.map(name => [name, batch.map(step => step[name] ?? null)]));
    if (!history.append(columns)) throw new Error('a gap');
    history.append(columns);  // a repeated batch changes nothing
  }
  return positions.map(position => history.stateAt(position));
}
"""


@pytest.mark.parametrize("guard", ["none", "with", "separate_locks", "write_only"])
def test_at_random_positions_the_model_agrees_with_the_steps(page: Page, server: RunningServer, guard: str) -> None:
    looking = Looking(page)
    looking.open(server.url)
    run = server.run(guard=guard, processes=4, iterations=400)
    steps = server.steps(run["id"])
    chance = random.Random(run["request"]["seed"])
    positions = [chance.randint(0, len(steps)) for _ in range(60)] + [0, 1, len(steps)]
    states = page.evaluate(STATES, [run, steps, positions])
    for position, state in zip(positions, states, strict=True):
        _assert_same(state, steps[:position], recompute(steps[:position]))


def _assert_same(state: dict[str, Any], steps: list[dict[str, Any]], truth: Recomputed) -> None:
    cell = state["cells"][0]
    assert (cell["value"], cell["version"], cell["writes"]) == (truth.final, truth.writes, truth.writes)
    assert (cell["expected"], cell["lost"]) == (truth.expected, truth.lost)
    writers = {step["version"]: step["process"] for step in steps if step["op"] == "write"}
    for index, process in enumerate(state["processes"]):
        name = f"P{index + 1}"
        own = [step for step in steps if step["process"] == name]
        assert cell["lostOf"][index] == sum(writers[version] == name for version in truth.lost_versions)
        assert process["op"] == (own[-1]["op"] if own else None)
        assert process["ended"] == any(step["op"] == "exit" for step in own)
        assert process["done"] == sum(step["op"] == "write" for step in own)
        assert process["register"] == _register(own)
        assert (process["holds"], process["waits"]) == _locks(own)


# The page fetches so many steps itself: handed over from here, they would take longer than all the rest.
LARGE = f"""
async ([run, positions]) => {{
  const text = await (await fetch(`/api/runs/${{run.id}}/steps.ndjson`)).text();
  const steps = text.trim().split('\\n').map(line => JSON.parse(line));
  return await ({STATES.strip()})([run, steps, positions]);
}}
"""


@pytest.fixture(scope="module")
def large(server: RunningServer) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A run of 300,004 steps."""
    run = server.run(guard="none", iterations=50_000)
    return run, server.steps(run["id"])


@pytest.fixture(scope="module")
def moments(large: tuple[dict[str, Any], list[dict[str, Any]]]) -> dict[int, Recomputed]:
    """What is true at some of its positions, worked out in one go."""
    run, steps = large
    positions = set(random.Random(run["request"]["seed"]).sample(range(len(steps)), 20)) | {len(steps)}
    following = Recomputing()
    truths = {}
    for position in range(len(steps) + 1):
        if position in positions:
            truths[position] = following.so_far()
        if position < len(steps):
            following.follow(steps[position])
    return truths


def test_after_hundreds_of_thousands_of_steps_the_model_still_agrees(
    page: Page,
    server: RunningServer,
    large: tuple[dict[str, Any], list[dict[str, Any]]],
    moments: dict[int, Recomputed],
) -> None:
    run, steps = large
    assert len(steps) == 300_004
    Looking(page).open(server.url)
    positions = list(moments)
    random.Random(run["request"]["seed"]).shuffle(positions)
    for position, state in zip(positions, page.evaluate(LARGE, [run, positions]), strict=True):
        _assert_same(state, steps[:position], moments[position])


def test_a_run_of_hundreds_of_thousands_of_steps_opens_and_goes_anywhere(
    page: Page,
    server: RunningServer,
    large: tuple[dict[str, Any], list[dict[str, Any]]],
    moments: dict[int, Recomputed],
) -> None:
    run, _ = large
    looking = Looking(page)
    looking.open_runs(server.url, run["id"])
    assert looking.length == 300_004
    for position, truth in moments.items():
        looking.go_to(position)
        assert looking.left.score == (truth.expected, truth.final, truth.lost)


def _register(own: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What a process has read and not written back, by its own steps alone."""
    for step in reversed(own):
        if step["op"] == "write":
            return None
        if step["op"] == "read":
            return {"cell": step["target"], "value": step["value"], "version": step["version"]}
    return None


def _locks(own: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    """The lock that a process holds, and the one that it waits for, by its own steps alone."""
    for step in reversed(own):
        if step["op"] == "acquire":
            return step["target"], None
        if step["op"] == "wait":
            return None, step["target"]
        if step["op"] == "release":
            return None, None
    return None, None


def test_the_scoreboard_shows_the_truth_at_every_position(page: Page, server: RunningServer) -> None:
    looking = Looking(page)
    run = server.run(guard="none", pace="slow", step_ms=2, iterations=8, processes=3)
    steps = server.steps(run["id"])
    looking.open_runs(server.url, run["id"])
    for position in range(0, len(steps) + 1, 5):
        looking.go_to(position)
        truth = recompute(steps[:position])
        assert looking.left.score == (truth.expected, truth.final, truth.lost)


LOSSES = """
async ([run, steps]) => {
  const { History } = await import('/static/js/history.js');
  const history = new History(run);
  const column = ([name, value]) => [name, [value]];
  for (const step of steps) history.append(Object.fromEntries(Object.entries(step).map(column)));
  const visited = [];
  for (let at = 0; (at = history.losses.next(at, 1)) !== null;) visited.push([at, history.losses.upTo(at)]);
  return [history.losses.total, visited];
}
"""


def test_an_update_that_was_lost_and_came_back_is_not_among_the_lost(page: Page, server: RunningServer) -> None:
    # P1 builds on version 0 after P2 wrote version 1, which loses P2's update; then P2, who has read version 1
    # before that, builds on it: this brings its own update back and loses P1's.
    def step(process: str, op: str, value: int, **more: int) -> dict[str, Any]:
        return {"t_ns": 0, "process": process, "op": op, "target": "number", "value": value, **more}

    steps = [
        step("P1", "read", 0, version=0),
        step("P2", "read", 0, version=0),
        step("P2", "modify", 1),
        step("P2", "write", 1, version=1, base=0, lost=0),
        step("P2", "read", 1, version=1),
        step("P1", "modify", 1),
        step("P1", "write", 1, version=2, base=0, lost=1),
        step("P2", "modify", 2),
        step("P2", "write", 2, version=3, base=1, lost=1),
    ]
    for index, each in enumerate(steps):
        each["index"] = index
    run = {
        "processes": [{"name": "P1"}, {"name": "P2"}],
        "request": {"processes": 2},
        "summary": {"cells": [{"name": "number", "initial": 0}]},
    }
    looking = Looking(page)
    looking.open(server.url)
    assert page.evaluate(LOSSES, [run, steps]) == [1, [[9, 1]]]
    states = page.evaluate(STATES, [run, steps, [7, 9]])
    assert [state["cells"][0]["lostOf"] for state in states] == [[0, 1], [1, 0]]
    assert states[1]["effect"] == {"erased": 1, "erasedOf": [1, 0], "revived": 1, "revivedOf": [0, 1]}


# The sentence for each write that erases something, with the index of its step.
SENTENCES = """
async ([run, steps]) => {
  const { History } = await import('/static/js/history.js');
  const { sentence } = await import('/static/js/stories/cells-words.js');
  const history = new History(run);
  const fields = ['index', 't_ns', 'process', 'op', 'target', 'value', 'version', 'base', 'lost', 'line'];
  history.append(Object.fromEntries(fields.map(name => [name, steps.map(step => step[name] ?? null)])));
  return steps.flatMap(({ index }) => {
    const after = history.stateAt(index + 1);
    if (!after.effect?.erased) return [];
    return [[index, sentence(history.step(index), history.stateAt(index), after)]];
  });
}
"""


@pytest.mark.parametrize("processes", [2, 5])
def test_what_the_sentences_say_of_the_writes_in_between_is_so(
    page: Page, server: RunningServer, processes: int
) -> None:
    Looking(page).open(server.url)
    run = server.run(guard="none", processes=processes, iterations=12, pace="slow", step_ms=3)
    steps = server.steps(run["id"])
    told = page.evaluate(SENTENCES, [run, steps])
    assert told
    for index, sentence in told:
        write = steps[index]
        between = [step for step in steps[:index] if step["op"] == "write" and step["version"] > write["base"]]
        times = re.search(r"before (P\d|others) wrote (\d+) times", sentence)
        once = re.search(r"before (P\d|another) wrote (\d+)[:.]", sentence)
        writers = {step["process"] for step in between}
        if times:
            assert int(times[2]) == len(between), sentence
            assert times[1] == "others" or writers == {times[1]}
        else:
            assert once, sentence
            assert [int(once[2])] == [step["value"] for step in between], sentence
            assert once[1] == "another" or writers == {once[1]}
        counted = re.search(r"(\d+) (?:of P\d’s )?updates are lost", sentence)
        lost_before = next((step["lost"] for step in reversed(steps[:index]) if step["op"] == "write"), 0)
        again = re.search(r"built on (\d+) update", sentence)
        erased = int(counted[1]) if counted else 1
        assert write["lost"] == lost_before + erased - (int(again[1]) if again else 0), sentence
