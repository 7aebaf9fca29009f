"""How what is suspected can be brought about: where to hold which process, and until when.

    P1: read x ··· held until the version of x has grown ··· write x        the write erases what came in between
             P2:  read x ── write x

    P5: check x ··· held before its lock, until the version of x has grown ··· acquire ── write x
             P6:  acquire ── write x ── release

    P7: read low ··· held until it has been written ··· read high           a low of before, a high of after
             P8:  write low ── write high

    P3: acquire a ··· held until somebody has acquired b ··· acquire b      and whoever has b waits for a
             P4:  acquire b ── acquire a

A plan names lines and processes as a run again will have them: the lines of the script, and the names of its processes,
which count from the order of their starts.
"""

from typing import Literal

from typing_extensions import TypedDict

from lost_update.analysis.findings.atomicity import Checked
from lost_update.analysis.findings.evidence import Evidence, Found, Place
from lost_update.analysis.findings.lost_updates import Racing
from lost_update.analysis.findings.suspected import Opposite
from lost_update.analysis.findings.torn_reads import Torn

Until = Literal["version", "acquired", "time"]


class Site(TypedDict):
    """A line of a file, in a process."""

    file: str
    line: int
    process: str


class Hold(TypedDict):
    """Hold `process` after it has done `after` at that site, before it does `before`, until `until` about `target`.

    `version`: the cell has been written by another since it was read there. `acquired`: the lock has been acquired by
    another. `time`: for a while.
    """

    process: str
    after: Site
    before: Site
    until: Until
    target: str


class Plan(TypedDict):
    """What to do in a run to see `kind` happen to `target`. Any one of `holds` is enough for a lost update.

    For a deadlock each of them is needed.
    """

    kind: Literal["lost_update", "atomicity", "torn_read", "deadlock"]
    target: str
    holds: list[Hold]


def plan_of(evidence: Evidence, found: Found) -> Plan | None:
    """The plan for what is suspected; None where nobody knows one."""
    if found.certainty != "suspected":
        return None
    if isinstance(found.details, Racing) and (len(found.steps) == 4 or found.details.is_reset):
        return _of_updates(evidence, found)
    if isinstance(found.details, Torn):
        return _of_reads(evidence, found.details, found.target)
    if isinstance(found.details, Checked) and found.details.acquired is not None:
        return _of_check(evidence, found.details.check, found.details.acquired, found.target)
    if isinstance(found.details, Opposite):
        return _of_locks(evidence, found.details, found.target)
    return None


def _of_updates(evidence: Evidence, found: Found) -> Plan:
    """Either process can be held between its read and its write; the one that came first is tried first."""
    name = evidence.names.target(found.target)
    holds = []
    for lane in dict.fromkeys(int(evidence.lane[step]) for step in found.steps):
        own = [step for step in found.steps if evidence.lane[step] == lane]
        if len(own) > 1:
            read, write = evidence.place(own[0]), evidence.place(own[-1])
            holds.append(_hold(evidence, read, write, "version", name))
    return Plan(kind="lost_update", target=name, holds=holds)


def _of_check(evidence: Evidence, check: Place, acquired: Place, target: int) -> Plan:
    """Whoever checks is held before it takes the lock: others must be able to take that meanwhile."""
    name = evidence.names.target(target)
    return Plan(kind="atomicity", target=name, holds=[_hold(evidence, check, acquired, "version", name)])


def _of_reads(evidence: Evidence, torn: Torn, target: int) -> Plan:
    """Either the reader is held between its two reads until both have been written, or the writer between its two."""
    name, other = evidence.names.target(target), evidence.names.target(torn.other)
    return Plan(
        kind="torn_read",
        target=name,
        holds=[
            _hold(evidence, torn.reads[0], torn.reads[1], "version", name),
            _hold(evidence, torn.writes[0], torn.writes[1], "time", other),
        ],
    )


def _of_locks(evidence: Evidence, opposite: Opposite, target: int) -> Plan:
    """Everybody is held with the first lock until the next has been acquired by whoever is to hold that."""
    names = evidence.names.targets
    holds = [
        _hold(evidence, holding, taking, "acquired", names[nested.second])
        for nested, holding, taking in zip(opposite.steps, opposite.holding, opposite.taking, strict=True)
    ]
    return Plan(kind="deadlock", target=names[target], holds=holds)


def _hold(evidence: Evidence, after: Place, before: Place, until: Until, target: str) -> Hold:
    process = evidence.names.processes[after.lane]
    return Hold(
        process=process, after=_site(evidence, after), before=_site(evidence, before), until=until, target=target
    )


def _site(evidence: Evidence, place: Place) -> Site:
    file = evidence.names.files[place.source] or ""
    return Site(file=file, line=place.line, process=evidence.names.processes[place.lane])
