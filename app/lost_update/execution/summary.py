"""The figures of a run: from its accounts, which are compared with the memory itself when it has ended."""

from collections.abc import Collection
from typing import Any

import numpy as np

from lost_update.analysis.accounts import Account, CellSummary
from lost_update.execution.view import Summary
from lost_update.model.encoding import Names
from lost_update.model.log import Log
from lost_update.model.ops import Op
from lost_update.sources.naming import Shared
from lost_update.sources.request import RunRequest


def open_accounts(shared: Shared) -> dict[int, Account]:
    """An account for each traced cell, by its number of target."""
    return {cell.target: Account(name, cell.decode(cell.memory()[0])) for name, cell in shared.cells.items()}


def so_far(accounts: Collection[Account], duration_ms: float) -> Summary:
    """What is known while the run goes on."""
    return Summary(
        cells=[account.summary(None) for account in accounts],
        duration_ms=duration_ms,
        unrecorded=0,
        consistent=not any(account.broken for account in accounts),
    )


def final(accounts: Collection[Account], shared: Shared, duration_ms: float, *, someone_died: bool) -> Summary:
    """Close the accounts of a run that has ended, each against its cell in memory."""
    cells = []
    unrecorded = 0
    for account in accounts:
        cell = shared.cells[account.name]
        bits, versions = cell.memory()
        value = cell.decode(bits)
        unrecorded += account.close(value, versions, someone_died=someone_died)
        cells.append(account.summary(value))
    consistent = not any(account.broken for account in accounts)
    return Summary(cells=cells, duration_ms=duration_ms, unrecorded=unrecorded, consistent=consistent)


def untraced(request: RunRequest, shared: Shared, initial: dict[str, Any], duration_ms: float, done: bool) -> Summary:
    """What the code of an untraced run was to add, if it was `done` to the end, beside what is in memory."""
    adds = request.program.adds(request.processes, request.iterations)
    cells = []
    for name, read in shared.readers.items():
        final = read()
        expected = initial[name] + adds[name] if done else None
        cells.append(
            CellSummary(
                name=name,
                initial=initial[name],
                expected=expected,
                final=final,
                writes=adds[name] if done else 0,
                lost=None if expected is None else int(expected - final),
            )
        )
    return Summary(cells=cells, duration_ms=duration_ms, unrecorded=0, consistent=True)


def work_done(log: Log, names: Names) -> dict[str, dict[str, int]]:
    """How often each process has done what, by their names; its start and its end aside."""
    rows = log.rows(0, len(log))
    return {
        name: {
            op.word: count
            for op, count in zip(Op, np.bincount(rows["op"][rows["process"] == number], minlength=len(Op)), strict=True)
            if count and not op.row.bounds_a_process
        }
        for number, name in enumerate(names.processes)
    }
