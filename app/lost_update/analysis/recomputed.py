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
from lost_update.analysis.summary import last_step_ms
from lost_update.model.encoding import Names
from lost_update.model.log import PIECE, Log, Rows
from lost_update.model.ops import NOTHING, Op
from lost_update.model.recording import Blocked, Recording, ScriptSummary, Snapshot, Summary
from lost_update.model.steps import NO_SOURCE
from lost_update.model.view import is_of_script

MOST_UNRECORDED: Final = 1_000_000
"""Writes of a cell that may be missing: what a killed process had not sent was never near that many."""


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
    for number, account in accounts.items():
        _check_cell(rows, number, account.name, is_script=is_script)
    log = Log()
    for piece in _pieces(rows):
        _follow(piece, names, accounts, is_script=is_script)
        log.append(piece)
    log.trim()
    snapshot = recording.snapshot
    figures = _script_summary(accounts, log) if is_script else _summary(recording, accounts, rows, log)
    snapshot = replace(snapshot, steps=len(log), summary=figures, deadlock=_deadlock(snapshot, rows, names))
    made = Recording(recording.header, snapshot, log)
    if is_script:
        made.publish(replace(snapshot, findings=tuple(find(made))))
    return made


def _pieces(rows: Rows) -> Iterator[Rows]:
    for first in range(0, len(rows), PIECE):
        yield rows[first : first + PIECE].copy()


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
    for lane in range(len(names.processes)):
        own = np.flatnonzero(rows["process"] == lane)
        ops = rows["op"][own]
        if (ops[1:] == Op.START).any() or (ops[:-1] == Op.EXIT).any():
            wrong = np.flatnonzero((ops[1:] == Op.START) | (ops[:-1] == Op.EXIT))
            raise Contradiction(f"{names.processes[lane]} takes the step {own[wrong[0] + 1]} when it has ended")


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


def _accounts(names: Names) -> Iterator[tuple[int, Account]]:
    for number, target in names.numbered():
        if target.kind == "cell":
            yield number, Account(target.name, target.initial)


def _check_cell(rows: Rows, number: int, name: str, *, is_script: bool) -> None:
    """A write is built on a version that its process had read, and in a scenario hands over what was computed."""
    own = np.flatnonzero(rows["target"] == number)
    ops, lanes = rows["op"][own], rows["process"][own].astype(np.int64)
    versions, bases = rows["version"][own], rows["base"][own]
    is_write, is_read = ops == Op.WRITE, ops == Op.READ
    if (versions[is_read | is_write].max(initial=0)) > np.count_nonzero(is_write) + MOST_UNRECORDED:
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


def _check_modifies(own: Any, ops: Any, lanes: Any, values: Any, name: str) -> None:
    of_a_cell = np.isin(ops, (Op.READ, Op.MODIFY, Op.WRITE))
    own, ops, lanes, values = own[of_a_cell], ops[of_a_cell], lanes[of_a_cell], values[of_a_cell]
    for lane in np.unique(lanes).tolist():
        places = np.flatnonzero(lanes == lane)
        is_write = ops[places] == Op.WRITE
        before = np.concatenate(([-1], places[:-1]))
        wrong = is_write & ((ops[before] != Op.MODIFY) | (values[before] != values[places]) | (before < 0))
        if wrong.any():
            raise Contradiction(f"the step {own[places[wrong][0]]} writes to {name} what was not handed over before")


def _follow(rows: Rows, names: Names, accounts: Mapping[int, Account], *, is_script: bool) -> None:
    """Work out what each write of these rows lost, and put it there."""
    for number in np.unique(rows["target"]).tolist():
        account = accounts.get(number)
        if account is None:
            continue
        cell = names.declared[number - 1]
        accesses, writes = accesses_of(rows, number, cell, of_a_script=is_script)
        if cell.holds == "any":
            held = np.empty(len(accesses), object)
            held[:] = [names.values[value] for value in accesses.value.tolist()]
            accesses = replace(accesses, value=held)
        rows["lost"][writes] = account.follow(accesses)


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
    for lane in range(len(names.processes)):
        own = rows["op"][rows["process"] == lane]
        if not len(own) or own[-1] not in (Op.WAIT, Op.EXIT):
            waiting.killed(lane)
    found = deadlock_words.blocked(waiting.deadlock() or [], names)
    if Counter(map(_key, found)) != Counter(map(_key, snapshot.deadlock)):
        raise Contradiction("the end tells of a deadlock that the steps do not come to")
    return snapshot.deadlock


def _key(blocked: Blocked) -> Sequence[str | None]:
    return blocked["process"], blocked["waits_for"], blocked["held_by"]
