"""The worker function whose lock a user placed: its text, and which places are right, by trying all there is."""

import inspect
from itertools import product

import pytest

from lost_update.scenarios.lock_placement import (
    INSERTION_POINTS,
    LINES,
    InsertionPoint,
    lines_between,
    text_of,
    variant_of,
)
from lost_update.sources.code import code_of
from lost_update.tracing.source_text import SourceText, function_of

PLACES: tuple[InsertionPoint | None, ...] = (None, *INSERTION_POINTS)
PLACEMENTS = list(product(PLACES, PLACES))
NAMES = [f"{acquire}-{release}" for acquire, release in PLACEMENTS]

HOLDS_FROM_READ_TO_WRITE = {("before_read", "after_write"), ("before_loop", "after_loop")}
"""Within each round, or all rounds at once."""


@pytest.mark.parametrize(("acquire", "release"), PLACEMENTS, ids=NAMES)
def test_every_placement_is_a_function_whose_source_is_the_text(
    acquire: InsertionPoint | None, release: InsertionPoint | None
) -> None:
    (role,) = variant_of(acquire, release).roles
    assert isinstance(role.work, SourceText)
    function = function_of(role.work)
    assert inspect.getsource(function) == text_of(acquire, release)
    assert function is function_of(SourceText(role.work.file, role.work.name, role.work.text))
    code = code_of((function,))
    assert code["text"] == text_of(acquire, release)
    assert {instruction["line"] for instruction in code["bytecode"]} <= set(range(1, 8))


@pytest.mark.parametrize(("acquire", "release"), PLACEMENTS, ids=NAMES)
def test_only_the_two_calls_are_added_to_the_lines(
    acquire: InsertionPoint | None, release: InsertionPoint | None
) -> None:
    plain = text_of(None, None).splitlines()
    assert plain[1:] == [line for slot in INSERTION_POINTS for line in LINES[slot]]
    added = [line.strip() for line in text_of(acquire, release).splitlines() if line not in plain]
    assert sorted(added) == ["lock.acquire()"] * (acquire is not None) + ["lock.release()"] * (release is not None)


def test_the_right_placement_as_it_is_written() -> None:
    assert text_of("before_read", "after_write") == (
        "def worker(number, lock, iterations):\n"
        "    for _ in range(iterations):\n"
        "        lock.acquire()\n"
        "        value = number.value\n"
        "        number.value = value + 1\n"
        "        lock.release()\n"
    )


def test_the_lines_that_are_held() -> None:
    assert lines_between("before_read", "after_write") == 2
    assert lines_between("before_loop", "after_loop") == 3
    assert lines_between("before_write", "before_write") == 0
    assert lines_between("after_write", "before_read") == 0
    assert lines_between("before_read", None) == 0


def test_exactly_those_that_hold_the_lock_from_the_read_to_the_write_are_right() -> None:
    right = {(acquire, release) for acquire, release in PLACEMENTS if ends_of(text_of(acquire, release), 2) == {4}}
    assert right == HOLDS_FROM_READ_TO_WRITE


def test_a_single_round_needs_no_second_acquire() -> None:
    right = {(acquire, release) for acquire, release in PLACEMENTS if ends_of(text_of(acquire, release), 1) == {2}}
    assert right == set(product(("before_loop", "before_read"), ("after_write", "after_loop")))


def ends_of(text: str, iterations: int) -> set[int | str]:
    """How two processes that run this text can end: at which values, in a `deadlock`, or with a `failure`.

    Reads the text a line at a time, and tries every order of the lines; knows nothing of the explorer. As with
    `multiprocessing.Lock`, any process may release a lock that is held, and none may release one that is free.
    """
    lines = unrolled(text, iterations)
    ends: set[int | str] = set()
    seen = set()
    waiting: list[tuple[int, bool, tuple[int, int], tuple[int, int]]] = [(0, False, (0, 0), (0, 0))]
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        number, is_held, places, values = state
        movers = [
            each
            for each in (0, 1)
            if places[each] < len(lines) and not (lines[places[each]] == "lock.acquire()" and is_held)
        ]
        if not movers:
            ends.add(number if places == (len(lines), len(lines)) else "deadlock")
        for each in movers:
            line = lines[places[each]]
            if line == "lock.release()" and not is_held:
                ends.add("failure")
                continue
            own = number if line == "value = number.value" else values[each]
            taken = places[each] + 1
            waiting.append(
                (
                    own + 1 if line == "number.value = value + 1" else number,
                    line == "lock.acquire()" or (is_held and line != "lock.release()"),
                    (taken, places[1]) if each == 0 else (places[0], taken),
                    (own, values[1]) if each == 0 else (values[0], own),
                )
            )
    return ends


def unrolled(text: str, iterations: int) -> list[str]:
    """The lines of the worker in the order in which one process carries them out."""
    body = text.splitlines()[1:]
    loop = body.index("    for _ in range(iterations):")
    inside = [line for line in body[loop + 1 :] if line.startswith(" " * 8)]
    after = body[loop + 1 + len(inside) :]
    return [line.strip() for line in [*body[:loop], *(inside * iterations), *after]]
