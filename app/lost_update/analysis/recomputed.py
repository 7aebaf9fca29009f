"""A recording that somebody hands us, worked out again: what it says of itself is not believed. Pure.

    read back ──▶ are the steps possible? ──▶ lost of each write, figures, deadlock, findings ──▶ Recording
                      └─▶ Contradiction

What was recorded is taken as it stands: who took which step, when, and what was in memory. It must agree with itself.
What is computed from that is computed anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np

from lost_update.analysis import deadlock_words
from lost_update.analysis.accesses import accesses_of
from lost_update.analysis.accounts import Account
from lost_update.analysis.deadlock import Waiting
from lost_update.analysis.findings import find
from lost_update.analysis.findings.holds import is_lock
from lost_update.analysis.summary import last_step_ms
from lost_update.model.encoding import Names
from lost_update.model.log import PIECE, Log, Rows
from lost_update.model.ops import NOTHING, Op
from lost_update.model.recording import Blocked, Recording, ScriptSummary, Snapshot, Summary
from lost_update.model.steps import NO_SOURCE
from lost_update.model.view import is_of_script

MOST_UNRECORDED: Final = 200_000
"""Writes of a cell that may be missing: what a killed process had not sent was never near that many."""

MOST_HELD: Final = 64
"""Locks that one process may hold at once: to look for deadlocks takes their third power."""

LARGEST: Final = 2**53
"""What a cell of a scenario without steps may have held: no scenario comes near it."""

_HAVE_A_LINE: Final = (Op.READ, Op.MODIFY, Op.WRITE, Op.ACQUIRE, Op.RELEASE)


class Contradiction(Exception):
    """Steps that cannot have been so. The message says which, and why."""


def recomputed(recording: Recording) -> Recording:
    """The same run, with everything that is computed worked out anew from its steps. Raises `Contradiction`."""
    names, rows = recording.names, recording.log.rows(0, len(recording.log))
    _check_times(rows)
    _check_lives(rows, names)
    is_script = is_of_script(recording)
    _check_lines(rows, names, is_script=is_script)
    accounts = dict(_accounts(names))
    rows = rows.copy()
    unrecorded = 0
    for number, own in _by_target(rows):
        if number in accounts:
            unrecorded += _check_cell(rows, own, accounts[number].name, is_script=is_script)
            if unrecorded > MOST_UNRECORDED:
                raise Contradiction(f"{accounts[number].name} has a version that so few writes cannot have made")
            _follow(rows, own, names, number, accounts[number], is_script=is_script)
    log = Log()
    log.append(rows)
    log.trim()
    snapshot = recording.snapshot
    figures = _script_summary(accounts, log) if is_script else _summary(recording, accounts, rows, log)
    snapshot = replace(snapshot, steps=len(log), summary=figures, deadlock=_deadlock(snapshot, rows, names))
    made = Recording(recording.header, snapshot, log)
    if is_script:
        _check_locks(rows, names)
        made.publish(replace(snapshot, findings=tuple(find(made))))
    return made


def _by_target(rows: Rows) -> Iterator[tuple[int, Any]]:
    """Each target that steps are about, and where these are. They are sorted once, as there may be thousands."""
    order = np.argsort(rows["target"], kind="stable")
    sizes = np.bincount(rows["target"])
    end = 0
    for number in np.flatnonzero(sizes).tolist():
        end += int(sizes[number])
        yield number, order[end - int(sizes[number]) : end]


def _check_times(rows: Rows) -> None:
    times = rows["t_ns"]
    if not len(times):
        return
    back = np.flatnonzero(times[1:] < times[:-1])
    if times[0] < 0 or len(back):
        step = int(back[0]) + 1 if len(back) else 0
        raise Contradiction(f"the step {step} comes before the one that stands above it")


def _check_lives(rows: Rows, names: Names) -> None:
    """Nobody takes a step after its `exit`, and nobody starts twice."""
    order = np.argsort(rows["process"], kind="stable")
    lanes, ops = rows["process"][order], rows["op"][order]
    wrong = np.flatnonzero((lanes[1:] == lanes[:-1]) & ((ops[1:] == Op.START) | (ops[:-1] == Op.EXIT))) + 1
    if len(wrong):
        raise Contradiction(f"{names.processes[lanes[wrong[0]]]} takes the step {order[wrong[0]]} when it has ended")


def _check_lines(rows: Rows, names: Names, *, is_script: bool) -> None:
    """A line is one of its source. In a scenario what is done to a cell or a lock has one."""
    lengths = np.array([0xFFFF if is_script else 0, *(1 + source["text"].count("\n") for source in names.sources)])
    sources = rows["source"].astype(np.int64)
    if not is_script:
        sources[sources == NO_SOURCE] = 1
    wrong = rows["line"] > lengths[sources]
    if not is_script:
        wrong |= (rows["line"] == 0) & np.isin(rows["op"], _HAVE_A_LINE)
    if wrong.any():
        raise Contradiction(f"the step {int(np.flatnonzero(wrong)[0])} is at a line that its source does not have")


def _check_locks(rows: Rows, names: Names) -> None:
    """Nobody holds more locks at once than can be looked through."""
    are_locks = np.array([False, *map(is_lock, names.declared)])
    chosen = np.flatnonzero(np.isin(rows["op"], (Op.ACQUIRE, Op.RELEASE)) & are_locks[rows["target"]])
    acquires = (rows["op"][chosen] == Op.ACQUIRE).tolist()
    holders: dict[int, tuple[int, int]] = {}
    held = Counter[int]()
    for acquire, lane, lock in zip(
        acquires, rows["process"][chosen].tolist(), rows["target"][chosen].tolist(), strict=True
    ):
        holder, depth = holders.pop(lock, (lane, 0))
        held[holder] -= depth > 0
        depth = (depth + 1 if holder == lane and names.declared[lock - 1].is_reentrant else 1) if acquire else depth - 1
        holder = lane if acquire else holder
        if depth > 0:
            holders[lock] = holder, depth
            held[holder] += 1
        if held[holder] > MOST_HELD:
            raise Contradiction(f"{names.processes[holder]} holds more than {MOST_HELD} locks at once")


def _accounts(names: Names) -> Iterator[tuple[int, Account]]:
    for number, target in names.numbered():
        if target.kind == "cell":
            yield number, Account(target.name, target.initial)


def _check_cell(rows: Rows, own: Any, name: str, *, is_script: bool) -> int:
    """A write is built on a version that its process had read, and in a scenario hands over what was computed.

    Returns how many versions nobody wrote.
    """
    ops, lanes = rows["op"][own], rows["process"][own].astype(np.int64)
    versions, bases = rows["version"][own], rows["base"][own]
    is_write, is_read = ops == Op.WRITE, ops == Op.READ
    unrecorded = int(versions[is_read | is_write].max(initial=0)) - int(np.count_nonzero(is_write))
    if unrecorded > MOST_UNRECORDED:
        raise Contradiction(f"{name} has a version that so few writes cannot have made")
    built = is_write & (bases != NOTHING)
    known = lanes[is_read] << 32 | versions[is_read]
    wrong = built.copy()
    wrong[built] = ~np.isin(lanes[built] << 32 | bases[built], known) | (bases[built] >= versions[built])
    if wrong.any():
        step = int(own[wrong][0])
        raise Contradiction(f"the step {step} is built on a version of {name} that its process had not read")
    if not is_script:
        _check_modifies(own, ops, lanes, rows["value"][own], name)
    return max(0, unrecorded)


def _check_modifies(own: Any, ops: Any, lanes: Any, values: Any, name: str) -> None:
    of_a_cell = np.isin(ops, (Op.READ, Op.MODIFY, Op.WRITE))
    own, ops, lanes, values = own[of_a_cell], ops[of_a_cell], lanes[of_a_cell], values[of_a_cell]
    places = np.argsort(lanes, kind="stable")
    before = np.concatenate((places[:1], places[:-1]))
    is_first = np.concatenate(([True], lanes[places[1:]] != lanes[places[:-1]]))[: len(places)]
    is_wrong = is_first | (ops[before] != Op.MODIFY) | (values[before] != values[places])
    wrong = np.flatnonzero((ops[places] == Op.WRITE) & is_wrong)
    if len(wrong):
        raise Contradiction(f"the step {own[places[wrong[0]]]} writes to {name} what was not handed over before")


def _follow(rows: Rows, own: Any, names: Names, number: int, account: Account, *, is_script: bool) -> None:
    """Work out what each write of the cell lost, and put it there. `own` is where its steps are."""
    cell = names.declared[number - 1]
    for first in range(0, len(own), PIECE):
        places = own[first : first + PIECE]
        accesses, writes = accesses_of(rows[places], number, cell, names.values, of_a_script=is_script)
        rows["lost"][places[writes]] = account.follow(accesses)


def _script_summary(accounts: Mapping[int, Account], log: Log) -> Summary:
    figures = ScriptSummary(
        cells=[account.script_summary(account.value) for account in accounts.values() if account.writes],
        duration_ms=last_step_ms(log),
        unrecorded=sum(account.unrecorded for account in accounts.values()),
        consistent=True,
    )
    return cast(Summary, figures)


def _summary(recording: Recording, accounts: Mapping[int, Account], rows: Rows, log: Log) -> Summary:
    """The figures of a scenario. What the memory held at the end nobody can know but from the file."""
    said = recording.snapshot.summary
    of_cell = {figures["name"]: figures for figures in said["cells"]}
    if not recording.header["request"]["traced"]:
        return _untraced(recording)
    missing = [account.name for account in accounts.values() if account.name not in of_cell]
    if missing or len(of_cell) != len(accounts):
        raise Contradiction(f"the end does not tell of the same cells as were declared: {', '.join(missing) or 'more'}")
    if any(not isinstance(account.initial, int | float) for account in accounts.values()):
        raise Contradiction("a cell was declared without the number that it held at first")
    ended = set(rows["process"][rows["op"] == Op.EXIT].tolist())
    someone_died = len(ended) < len(recording.names.processes)
    cells, unrecorded = [], 0
    for account in accounts.values():
        figures = of_cell[account.name]
        missing_writes = figures.get("unrecorded", 0)
        if not account.unrecorded <= missing_writes <= MOST_UNRECORDED:
            raise Contradiction(f"the end tells of {missing_writes} unrecorded writes of {account.name}")
        final = figures["final"]
        unrecorded += account.close(final, account.writes + missing_writes, someone_died=someone_died)
        cells.append(account.summary(final))
    is_consistent = not any(account.broken for account in accounts.values())
    if said["consistent"] and not is_consistent:
        broken = next(account.name for account in accounts.values() if account.broken)
        raise Contradiction(f"the reads and writes of {broken} do not agree with each other, or with what it held last")
    return Summary(cells=cells, duration_ms=last_step_ms(log), unrecorded=unrecorded, consistent=is_consistent)


def _untraced(recording: Recording) -> Summary:
    """Of a run without steps: what its code adds, beside what was in memory."""
    adds, said = recording.header["adds"], recording.snapshot.summary
    cells = []
    for figures in said["cells"]:
        added = adds.get(figures["name"])
        if added is None or figures["final"] is None:
            raise Contradiction(f"the header does not say what is added to {figures['name']}")
        if max(abs(figures["initial"]), abs(figures["final"])) > LARGEST:
            raise Contradiction(f"{figures['name']} cannot have held so large a number")
        is_whole = recording.snapshot.status == "finished"
        expected = figures["initial"] + added if is_whole else None
        lost = None if expected is None else int(expected - figures["final"])
        made = {**figures, "expected": expected, "writes": added if is_whole else 0, "lost": lost}
        cells.append(made)
    return cast(Summary, {**said, "cells": cells, "unrecorded": 0})


def _deadlock(snapshot: Snapshot, rows: Rows, names: Names) -> tuple[Blocked, ...] | None:
    """Who waits for what, where that ended the run, as its steps have it."""
    if snapshot.deadlock is None:
        return None
    launched = {target.name: number for number, target in names.numbered() if target.kind == "process"}
    waiting = Waiting(names.declared)
    for name in names.processes:
        waiting.declare(launched.get(name))
    waiting.follow(rows["op"], rows["process"], rows["target"], rows["ends_by_itself"] > 0)
    last = np.zeros(len(names.processes), np.int64)
    last[rows["process"]] = rows["op"]
    for lane in np.flatnonzero(~np.isin(last, (Op.WAIT, Op.EXIT))).tolist():
        waiting.killed(lane)
    found = deadlock_words.blocked(waiting.deadlock() or [], names)
    if Counter(map(_key, found)) != Counter(map(_key, snapshot.deadlock)):
        raise Contradiction("the end tells of a deadlock that the steps do not come to")
    return snapshot.deadlock


def _key(blocked: Blocked) -> Sequence[str | None]:
    return blocked["process"], blocked["waits_for"], blocked["held_by"]
