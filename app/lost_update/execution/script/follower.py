"""Makes one ordered log of what the processes of a script have written, and works out what each write was built on.

    files of the threads ── records ──▶ order by time, up to where all are complete ──▶ base by dependence
                                                                                    ──▶ lineage ──▶ rows of the log

All clocks are one clock. A cell's steps were stamped while its lock was held, so their times agree with their versions.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from lost_update.analysis.accesses import accesses_of
from lost_update.analysis.accounts import Account
from lost_update.analysis.bases import Bases
from lost_update.analysis.dependence import Dependences, Place
from lost_update.execution.script.declared import OF_ANOTHER, Declared
from lost_update.execution.script.trace_files import FIELDS, Records, TraceFiles
from lost_update.model.log import ROW, SLOTTED, Log, Rows, distinct
from lost_update.model.ops import NOTHING, PRESENT, SLOTS, TEXT, Op
from lost_update.model.steps import split_kind

_FIRST, _SECOND, _THIRD = (FIELDS.index(slot) for slot in SLOTS)
_KIND, _SITE, _T_NS, _MODIFIED = (FIELDS.index(name) for name in ("kind", "line", "t_ns", "modified_ns"))
_LANE: Final = FIELDS.index("published")
"""Once a record is complete nobody needs to know that it is, and its last place has the lane."""

_MOVES_AN_OBJECT: Final = np.array([op.row.moves_an_object for op in Op])
_OF_A_TASK: Final = np.array([op in (Op.SUBMIT, Op.TASK_START, Op.TASK_END, Op.RESULT) for op in Op])
_OF_A_CELL: Final = np.array([op.row.touches_a_cell for op in Op])


@dataclass
class Follower:
    """Follows one trace into a log. Only one thread may."""

    files: TraceFiles
    declared: Declared
    log: Log
    start_ns: int | None = None
    """When the script took its first step: times count from there. None before that."""
    accounts: dict[int, Account] = field(default_factory=dict)
    last_ops: dict[int, Op] = field(default_factory=dict)
    """What each lane did last."""
    exit_codes: dict[str, int] = field(default_factory=dict)
    """Of processes, by their names, as those say that joined them."""
    _waiting: list[Records] = field(default_factory=list)
    _newest_ns: int = 0
    _tasks: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bases = Bases(Dependences([]), self._place_of)
        self._known_sources = 0

    def follow(self, ended: "set[int]") -> int:
        """Take in what there is; `ended` are the numbers of processes that write no more. Returns how many steps."""
        now = self.files.look()
        complete_ns = now
        taken = []
        for (process, thread), file in self.files.threads.items():
            is_alive = process not in ended
            records = file.take(now, is_alive)
            if is_alive:
                complete_ns = min(complete_ns, file.watermark)
            if len(records):
                taken.append((process, thread, records))
        self.declared.take(self.files.declared())
        self._waiting += [self._of_the_run(*each) for each in taken]
        return self._append(complete_ns)

    def _of_the_run(self, number: int, thread: int, records: Records) -> Records:
        """The records of a thread, with the numbers of the run in place of those of its process."""
        process = self.declared.process(number)
        ops, targets = split_kind(records[:, _KIND])
        records[:, _KIND] = ops | process.targets.get(targets) << 8
        records[:, _LANE] = self._lanes(number, thread, records[:, _SITE])
        records[:, _SITE] = self.declared.sites_of(process, records[:, _SITE])
        self._number_tasks(ops, records)
        for place in np.flatnonzero(self._has_text(ops, records)).tolist():
            records[place, _FIRST] = process.texts.get(int(records[place, _THIRD]), 0)
            records[place, _THIRD] = TEXT
        return records

    def _number_tasks(self, ops: Any, records: Records) -> None:
        """A task of a pool has a number that is unique there, and long; here they are counted in order."""
        for place in np.flatnonzero(_OF_A_TASK[ops] & (records[:, _SECOND] != NOTHING)).tolist():
            task = int(records[place, _KIND]) >> 8, int(records[place, _SECOND])
            records[place, _SECOND] = self._tasks.setdefault(task, len(self._tasks))

    def _lanes(self, number: int, thread: int, sites: Any) -> Any:
        if len(sites) and int(sites.min()) >= OF_ANOTHER:  # a thread of a manager that only ever acts for others
            return self.declared.lanes_of(0, sites)
        return self.declared.lanes_of(self.declared.lane(number, thread), sites)

    def _has_text(self, ops: Any, records: Records) -> Any:
        may = _MOVES_AN_OBJECT[ops] | (_OF_A_CELL[ops])
        return may & (records[:, _THIRD] > 0)

    def _append(self, complete_ns: int) -> int:
        """Put into the log what nothing can come before any more."""
        records = np.concatenate(self._waiting) if self._waiting else np.empty((0, len(FIELDS)), np.int64)
        is_due = records[:, _T_NS] < complete_ns
        self._waiting = [records[~is_due]] if not is_due.all() else []
        records = self._in_order(records[is_due])
        if not len(records):
            return 0
        if self.start_ns is None:
            self.start_ns = int(records[0, _T_NS])
        rows = self._rows(records, self.start_ns)
        self._log_it(rows, records)
        return len(rows)

    def _in_order(self, records: Records) -> Records:
        """By time, the modify that travels in the record of its write as one of its own."""
        ops, _ = split_kind(records[:, _KIND])
        carry = (ops == Op.WRITE) & (records[:, _MODIFIED] != NOTHING)
        # A few steps are stamped long before they are written, such as a put that had to wait: the log stays in order.
        records[:, _T_NS] = np.maximum(records[:, _T_NS], self._newest_ns)
        modifies = records[carry].copy()
        modifies[:, _KIND] += Op.MODIFY - Op.WRITE
        modifies[:, _T_NS] = np.maximum(modifies[:, _MODIFIED], self._newest_ns)
        modifies[:, _SECOND] = NOTHING
        records = np.concatenate([modifies, records])
        records = records[np.argsort(records[:, _T_NS], kind="stable")]
        if len(records):
            self._newest_ns = int(records[-1, _T_NS])
        return records

    def _rows(self, records: Records, start_ns: int) -> Rows:
        rows = np.zeros(len(records), SLOTTED)
        ops, rows["target"] = split_kind(records[:, _KIND])
        rows["op"] = ops
        rows["t_ns"] = records[:, _T_NS] - start_ns
        for slot, place in zip(SLOTS, (_FIRST, _SECOND, _THIRD), strict=True):
            rows[slot] = records[:, place]
        sites = self.declared.sites
        used, which = np.unique(records[:, _SITE], return_inverse=True)
        rows["line"] = np.array([min(sites[site].line, 0xFFFF) for site in used.tolist()], np.uint16)[which]
        rows["source"] = np.array([sites[site].source for site in used.tolist()], np.uint16)[which]
        rows["process"] = records[:, _LANE]
        named: Rows = rows.view(ROW)
        return named

    def _log_it(self, rows: Rows, records: Records) -> None:
        self._open_accounts(rows)
        self._number_values(rows)
        self._find_bases(rows, records[:, _SITE])
        self._follow_accounts(rows)
        self._note_exit_codes(rows)
        last, first_from_the_end = np.unique(rows["process"][::-1], return_index=True)
        for lane, place in zip(last.tolist(), first_from_the_end.tolist(), strict=True):
            self.last_ops[lane] = Op(rows["op"][len(rows) - 1 - place])
        self.log.append(rows)

    def _follow_accounts(self, rows: Rows) -> None:
        """Each account its own reads and writes: sorted by cell once, since there may be thousands of them."""
        chosen = np.flatnonzero((rows["op"] == Op.READ) | (rows["op"] == Op.WRITE))
        if not len(chosen):
            return
        by_cell = chosen[np.argsort(rows["target"][chosen], kind="stable")]
        cells, starts = np.unique(rows["target"][by_cell], return_index=True)
        for target, places in zip(cells.tolist(), np.split(by_cell, starts[1:]), strict=True):
            if target in self.accounts:
                own = rows[places]
                self._account(own, target)
                rows["lost"][places] = own["lost"]

    def _account(self, rows: Rows, target: int) -> None:
        cell = self.declared.targets[target - 1]
        accesses, writes = accesses_of(rows, target, cell, self.declared.values, of_a_script=True)
        rows["lost"][writes] = self.accounts[target].follow(accesses)

    def _note_exit_codes(self, rows: Rows) -> None:
        for row in rows[(rows["op"] == Op.JOIN) & (rows["presence"] == PRESENT)]:
            name = self.declared.process_target.get(int(row["target"]))
            if name is not None:
                self.exit_codes[name] = int(row["value"])

    def _open_accounts(self, rows: Rows) -> None:
        for target in distinct(rows["target"][_OF_A_CELL[rows["op"]]]):
            if target and target not in self.accounts:
                cell = self.declared.targets[target - 1]
                self.accounts[target] = Account(cell.name, cell.initial)

    def _number_values(self, rows: Rows) -> None:
        """Of a cell that holds anything a row has the number of the value."""
        anything = [number for number, target in enumerate(self.declared.targets, 1) if target.holds == "any"]
        chosen = np.flatnonzero(_OF_A_CELL[rows["op"]] & np.isin(rows["target"], anything))
        for place in chosen.tolist():
            if rows["presence"][place] == PRESENT:
                rows["value"][place] = self.declared.value(int(rows["value"][place]))

    def _find_bases(self, rows: Rows, sites: Any) -> None:
        """What each write was built on, as the code shows it."""
        if len(self.declared.sources) > self._known_sources:
            self._bases.know(Dependences(self.declared.dependence_sources()))
            self._known_sources = len(self.declared.sources)
        chosen = np.flatnonzero((rows["op"] == Op.READ) | (rows["op"] == Op.WRITE))
        columns = (rows[name][chosen].tolist() for name in ("process", "target", "op", "version"))
        bases, flags = [], []
        read, write = self._bases.read, self._bases.write
        for lane, target, op, version, site in zip(*columns, sites[chosen].tolist(), strict=True):
            if op == Op.WRITE:
                base, flag = write(lane, target, site, version)
                bases.append(base)
                flags.append(flag)
            else:
                read(lane, target, site, version)
        writes = chosen[rows["op"][chosen] == Op.WRITE]
        rows["base"][writes] = bases
        rows["flags"][writes] = flags

    def _place_of(self, site: int) -> Place | None:
        return self.declared.sites[site].place
