"""Items that were put and never taken when everybody had ended.

What is left is the last that was put: a queue gives its items in order. A message that a process only hands on, having
got it just before (the sign to stop, for whoever comes next), is no item that anybody misses, and neither is None; and
what was meant for a process that was killed is no fault of the queue.
"""

from dataclasses import dataclass

import numpy as np

from lost_update.analysis.findings.evidence import Evidence, Found, Integers, in_a_few
from lost_update.model.ops import PRESENT, Op


@dataclass
class Left:
    """What the words are made of: how many were put and got."""

    put: int
    got: int


def find(evidence: Evidence) -> list[Found]:
    """The queues and pipes in which something was left, of a run that ended by itself."""
    if evidence.status != "finished" or not _all_ended_by_themselves(evidence):
        return []
    found = []
    for number, target in evidence.names.numbered():
        if target.kind in ("queue", "pipe"):
            one = _left_in(evidence, number)
            if one is not None:
                found.append(one)
    return found


def _all_ended_by_themselves(evidence: Evidence) -> bool:
    was_killed = any((view["exitcode"] or 0) < 0 for view in evidence.processes)
    return not was_killed and not (evidence.op == Op.KILL).any()


def _left_in(evidence: Evidence, queue: int) -> Found | None:
    steps = evidence.steps_on(queue)
    op = evidence.op[steps]
    puts, got = evidence.sent(queue), int(np.count_nonzero(op == Op.GET))
    count = len(puts) - got
    if count <= 0 or _are_handed_on(evidence, queue, puts[-count:]) or _are_nothing(evidence, puts[-count:]):
        return None
    left = [int(step) for step in puts[-count:]]
    return Found(
        kind="left_over",
        certainty="happened",
        target=queue,
        count=count,
        places=in_a_few(evidence.place(step) for step in left),
        steps=left[:8],
        details=Left(len(puts), got),
        seriousness=count,
    )


def _are_nothing(evidence: Evidence, left: Integers) -> bool:
    """Whether each of them was None: a sign to stop that nobody needed any more."""
    rows = evidence.rows[left]
    if (rows["presence"] <= PRESENT).any():
        return False
    values = evidence.names.values
    return all(number < len(values) and values[number] == "None" for number in rows["value"].tolist())


def _are_handed_on(evidence: Evidence, queue: int, left: Integers) -> bool:
    """Whether each was put by a lane right after it had got something from the same queue."""
    steps = evidence.steps_on(queue)
    for put in left.tolist():
        before = steps[(steps < put) & (evidence.lane[steps] == evidence.lane[put])]
        if not len(before) or evidence.op[before[-1]] != Op.GET:
            return False
    return True
