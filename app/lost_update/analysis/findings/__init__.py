"""The faults in a recording of a script: worst first, each with its evidence and advice. Pure.

    Recording ──▶ Evidence ──┬─ waits ─────────── deadlock, hang, lost_signal
                             ├─ lost_updates ──── lost_update        ┐
                             ├─ atomicity ─────── atomicity          ├──▶ advice ──▶ Finding
                             ├─ torn_reads ────── torn_read          │    (words)
                             ├─ locks ─────────── lock_not_shared    │
                             └─ at the end ────── left_over; suspected, too: all of these, not_shared

What is said to have happened is certain: a recording that grows can be looked at again and again, and what it shows
stays. What another order could have done, and what is left over, is known only at the end.
"""

from functools import cache
from typing import Final

import numpy as np

from lost_update.analysis.findings import (
    atomicity,
    left_over,
    locks,
    lost_updates,
    not_shared,
    suspected,
    waits,
)
from lost_update.analysis.findings.advice import in_words
from lost_update.analysis.findings.atomicity import Checks
from lost_update.analysis.findings.evidence import Evidence, Found
from lost_update.analysis.findings.holds import Holds
from lost_update.analysis.findings.plans import Plan, plan_of
from lost_update.analysis.findings.torn_reads import TornReads
from lost_update.analysis.order import Order
from lost_update.model.findings import Finding
from lost_update.model.recording import Recording

_WORST_FIRST: Final = (
    "deadlock",
    "lost_signal",
    "hang",
    "lost_update",
    "atomicity",
    "torn_read",
    "lock_not_shared",
    "not_shared",
    "left_over",
)


def find(recording: Recording) -> list[Finding]:
    """What is wrong in the recording as it stands, worst first."""
    evidence = Evidence.of(recording)
    return [in_words(evidence, one) for one in _all(evidence)]


def find_with_plans(recording: Recording) -> list[tuple[Finding, Plan | None]]:
    """The same, and for each that is only suspected how it can be brought about, where that is known."""
    evidence = Evidence.of(recording)
    return [(in_words(evidence, one), plan_of(evidence, one)) for one in _all(evidence)]


def _all(evidence: Evidence) -> list[Found]:
    if not len(evidence):
        return []
    holds = Holds(evidence)
    checks = Checks.of(evidence, holds)
    torn = TornReads(evidence, holds)
    order = cache(lambda: Order(evidence, _of_interest(evidence, holds, checks, torn)))
    found = waits.find(evidence, holds)
    found += lost_updates.find(evidence, holds)
    found += atomicity.find(evidence, holds, checks, _targets_of(found, "atomicity"))
    found += torn.find(_cells(found))
    found += locks.find(evidence, holds, order)
    if evidence.is_over:
        found += left_over.find(evidence)
        suspicions = suspected.lost_updates(evidence, holds, order, _cells(found))
        found += [one for one in suspicions if not suspected.are_known(evidence, one, found)]
        found += suspected.lost_resets(evidence, holds, order, _cells(found))
        found += atomicity.suspect(evidence, holds, checks, order, _cells(found))
        found += torn.suspect(order, _cells(found))
        found += suspected.deadlocks(evidence, holds, order, _targets_of(found, "deadlock"))
        found += not_shared.find(evidence)
    return sorted(found, key=_how_bad)


def _how_bad(found: Found) -> tuple[bool, int, int, list[int]]:
    return found.certainty == "suspected", _WORST_FIRST.index(found.kind), -found.seriousness, found.steps


def _targets_of(found: list[Found], kind: str) -> set[int]:
    return {one.target for one in found if one.kind == kind}


def _cells(found: list[Found]) -> set[int]:
    """The cells that something is known of, those that stand behind another of their whole, too."""
    known = {one.target for one in found}
    for one in found:
        known |= set(getattr(one.details, "alike", ()))
    return known


def _of_interest(
    evidence: Evidence, holds: Holds, checks: Checks, torn: TornReads
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The steps whose order may be asked for.

    Those are updates of cells that several share or set, checks, reads of cells that belong together, and locks under
    others.
    """
    writes = evidence.writes
    shared = np.isin(writes.cell, writes.shared_cells) & (writes.read >= 0)
    of_resets = np.isin(writes.cell, writes.cell[~writes.is_update])
    times = [step for nested in holds.nested.values() for time in nested.times for step in time]
    more = writes.read[of_resets & (writes.read >= 0)], writes.write[of_resets], checks.of_interest(evidence)
    return np.concatenate(
        (writes.read[shared], writes.write[shared], np.array(times, np.int64), *more, torn.of_interest())
    )
