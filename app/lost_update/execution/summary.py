"""The figures of a run that has ended, compared with the memory itself."""

from collections.abc import Collection
from typing import Any

from lost_update.analysis.accounts import Account
from lost_update.model.recording import CellSummary, Summary
from lost_update.sources.naming import Shared
from lost_update.sources.request import RunRequest


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
