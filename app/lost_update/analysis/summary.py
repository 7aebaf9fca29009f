"""The figures of a recording: so far while its run goes on, and worked out again from its steps alone.

A live run follows the steps as they come, and at its end its figures are held against the memory. `summary_of` comes to
the same from the steps, wherever all of them are known.
"""

from collections.abc import Iterable

import numpy as np

from lost_update.analysis.accesses import accesses_of
from lost_update.analysis.accounts import Account
from lost_update.model.encoding import Names
from lost_update.model.log import PIECE, Log
from lost_update.model.ops import Op
from lost_update.model.recording import CellSummary, Recording, Summary


def open_accounts(names: Names) -> dict[int, Account]:
    """An account for each cell whose initial value is declared, by its number as a target."""
    return {
        number: Account(target.name, target.initial)
        for number, target in names.numbered()
        if target.kind == "cell" and isinstance(target.initial, int | float)
    }


def summary_of(log: Log, names: Names) -> Summary:
    """The figures of a run that has ended, from its steps and its declarations alone.

    It knows the unrecorded writes before the last step. Only the memory says how many came after it.
    """
    accounts = open_accounts(names)
    for _, rows in log.pieces(PIECE):
        for number, account in accounts.items():
            account.follow(accesses_of(rows, number, names.declared[number - 1])[0])
    unrecorded = sum(account.unrecorded for account in accounts.values())
    cells = [account.summary(account.value) for account in accounts.values()]
    return _summary(accounts.values(), cells, last_step_ms(log), unrecorded)


def so_far(accounts: Iterable[Account], log: Log) -> Summary:
    """What is known while the run goes on."""
    accounts = list(accounts)
    return _summary(accounts, [account.summary(None) for account in accounts], last_step_ms(log), 0)


def last_step_ms(log: Log) -> float:
    """When the last step was, in milliseconds from the start."""
    length = len(log)
    return int(log.rows(length - 1, length)["t_ns"][0]) / 1e6 if length else 0.0


def work_done(recording: Recording) -> dict[str, dict[str, int]]:
    """How often each process has done what, by name, without its start and its end."""
    rows = recording.log.rows(0, len(recording.log))
    return {
        name: {
            op.word: count
            for op, count in zip(Op, np.bincount(rows["op"][rows["process"] == number], minlength=len(Op)), strict=True)
            if count and not op.row.bounds_a_process
        }
        for number, name in enumerate(recording.names.processes)
    }


def _summary(accounts: Iterable[Account], cells: list[CellSummary], duration: float, unrecorded: int) -> Summary:
    consistent = not any(account.broken for account in accounts)
    return Summary(cells=cells, duration_ms=duration, unrecorded=unrecorded, consistent=consistent)
