"""Writes that were decided by a check outside of the lock that they hold: what was checked had changed meanwhile.

    P1: read seats, 1 ─────────────────────────────── acquire ── read 0 ── write -1 ── release
    P2:     read seats, 1 ── acquire ── write 0 ── release

Nothing is lost from the cell, which each changes under the lock, but the check and what it allows were not one. Which
reads are a check says the text: those in a condition that the line of the write stands under. A check that was made
again under the lock is as good as if it had been made there alone.
"""

from dataclasses import dataclass

import numpy as np

from lost_update.analysis.findings.evidence import NOBODY, Evidence, Found, Integers, Place, in_a_few
from lost_update.analysis.findings.holds import Holds
from lost_update.analysis.findings.source_text import source_text
from lost_update.model.ops import Op


@dataclass
class Checked:
    """What the words are made of: who checked and wrote, who came in between, and the lock of the write."""

    checker: int
    other: int
    check: Place
    write: Place
    lock: int


def find(evidence: Evidence, holds: Holds, known: set[int]) -> list[Found]:
    """One for each cell that is not `known` to be changed by such writes already."""
    deciding = _deciding_lines(evidence)
    if not deciding:
        return []
    writes = evidence.writes
    where = evidence.where[writes.write]
    chosen = np.flatnonzero(np.isin(where, list(deciding)))
    reads = evidence.reads
    read_where = evidence.where[reads]
    checks: dict[int, list[int]] = {}
    for write_line, lines in deciding.items():
        of_line = chosen[where[chosen] == write_line]
        for cell in np.setdiff1d(writes.cell[of_line], np.array(sorted(known), np.int64)).tolist():
            mine = of_line[writes.cell[of_line] == cell]
            candidates = reads[(evidence.target[reads] == cell) & np.isin(read_where, list(lines))]
            checks.setdefault(cell, []).extend(_outdated(evidence, holds, mine, candidates))
    return [_found(evidence, holds, cell, places) for cell, places in checks.items() if places]


def _deciding_lines(evidence: Evidence) -> dict[int, set[int]]:
    """Of each line that writes a cell those that read one in a condition of it."""
    writing = evidence.lines_at(evidence.writes.write)
    reading = evidence.lines_at(evidence.reads)
    deciding: dict[int, set[int]] = {}
    for write in writing:
        text = source_text(write >> 16, evidence.names)
        lines = {
            read
            for read in reading
            if read >> 16 == write >> 16 and read != write and text.decides(read & 0xFFFF, write & 0xFFFF)
        }
        if lines:
            deciding[write] = lines
    return deciding


def _check_before(evidence: Evidence, place: int, candidates: Integers) -> int:
    """The last of the reads that its lane made before a write; `NOBODY` where it wrote the cell itself since."""
    writes = evidence.writes
    write, lane = int(writes.write[place]), int(writes.lane[place])
    before = candidates[: np.searchsorted(candidates, write)]
    own = before[evidence.lane[before] == lane]
    return int(own[-1]) if len(own) else NOBODY


def _outdated(evidence: Evidence, holds: Holds, places: Integers, candidates: Integers) -> list[int]:
    """Of the writes those under a lock that was not held at the check, with writes of others in between."""
    if not len(candidates):
        return []
    writes = evidence.writes
    outdated: list[int] = []
    for lane in np.unique(writes.lane[places]).tolist():
        own = places[writes.lane[places] == lane]
        checks = candidates[evidence.lane[candidates] == lane]
        at = np.searchsorted(checks, writes.write[own]) - 1
        own, check = own[at >= 0], checks[at[at >= 0]]
        all_own = np.flatnonzero((writes.lane == lane) & (writes.cell == writes.cell[places[0]]))
        wrote = np.searchsorted(writes.write[all_own], writes.write[own]) - 1
        since = np.where(wrote >= 0, writes.write[all_own[wrote]], NOBODY)
        seen = evidence.rows["version"][check].astype(np.int64)
        late = (since < check) & (writes.version[own] - 1 > seen)
        own, check = own[late], check[late]
        if len(own):
            numbers, sets = holds.throughout(check, writes.write[own])
            held = holds.state(writes.write[own]) != 0
            unprotected = np.array([not sets[int(number)] for number in numbers])
            outdated += own[held & unprotected & _holds_any(holds, writes.write[own])].tolist()
    return outdated


def _holds_any(holds: Holds, steps: Integers) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.array([bool(holds.held_at(int(step))) for step in steps])


def _found(evidence: Evidence, holds: Holds, cell: int, places: list[int]) -> Found:
    writes = evidence.writes
    candidates = np.flatnonzero((evidence.op == Op.READ) & (evidence.target == cell))
    first = min(places)
    write = evidence.place(int(writes.write[first]))
    text = source_text(write.source, evidence.names)
    line = evidence.rows["line"][candidates]
    checking = [place for place, number in enumerate(line.tolist()) if text.decides(number, write.line)]
    check = _check_before(evidence, first, candidates[checking])
    others = np.flatnonzero((writes.cell == cell) & (writes.write < writes.write[first]) & (writes.write > check))
    between = int(others[-1])
    steps = [check, int(writes.write[between]), int(writes.write[first])]
    return Found(
        kind="atomicity",
        certainty="happened",
        target=cell,
        count=len(places),
        places=in_a_few([evidence.place(check), write]),
        steps=steps,
        details=Checked(
            checker=int(writes.lane[first]),
            other=int(writes.lane[between]),
            check=evidence.place(check),
            write=write,
            lock=min(holds.held_at(steps[-1])),
        ),
        seriousness=len(places),
    )
