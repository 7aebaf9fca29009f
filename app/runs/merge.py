"""Puts the workers' records into one order, that of their times. Pure: no process, no clock.

Each worker's records come in its own order. A record may be passed on once every other worker is known to have
nothing older to send, that is once every watermark is beyond it.
"""

import sys
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.runs.log import ROW, Rows
from app.steps import RECORD_FIELDS, RECORD_WIDTH

Records = npt.NDArray[np.int64]

NEVER: Final = sys.maxsize
"""The watermark of a worker that has ended."""

KIND, LINE, TIME, VALUE, VERSION, BASE = range(RECORD_WIDTH)
assert RECORD_FIELDS == ("kind", "line", "t_ns", "value", "version", "base")


class Merge:
    """Holds back what may still be overtaken. Workers are numbered from 0."""

    def __init__(self, workers: int) -> None:
        self._waiting: list[list[Records]] = [[] for _ in range(workers)]
        self._watermarks = [0] * workers

    def add(self, worker: int, watermark: int, records: bytes) -> None:
        """Take in a batch, as `app.tracing.recorder` sends it."""
        if records:
            self._waiting[worker].append(np.frombuffer(records, "<i8").reshape(-1, RECORD_WIDTH))
        self._watermarks[worker] = watermark

    def end(self, worker: int) -> None:
        """This worker will send nothing more."""
        self._watermarks[worker] = NEVER

    def take(self, start_ns: int) -> Rows | None:
        """All rows whose place in the order is certain, in order, or None. Times count from `start_ns`."""
        bound = min(self._watermarks)
        parts = [self._take_from(worker, bound, start_ns) for worker in range(len(self._waiting))]
        rows = np.concatenate([part for part in parts if part is not None] or [np.empty(0, ROW)])
        if not len(rows):
            return None
        order: npt.NDArray[Any] = np.argsort(rows["t_ns"], kind="stable")
        ordered: Rows = rows[order]
        return ordered

    def _take_from(self, worker: int, bound: int, start_ns: int) -> Rows | None:
        waiting = self._waiting[worker]
        if not waiting or waiting[0][0, TIME] >= bound:
            return None
        records = waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
        count = int(np.searchsorted(records[:, TIME], bound, side="left"))
        self._waiting[worker] = [records[count:]] if count < len(records) else []
        return _rows_of(worker, records[:count], start_ns)


def _rows_of(worker: int, records: Records, start_ns: int) -> Rows:
    rows = np.empty(len(records), ROW)
    rows["t_ns"] = records[:, TIME] - start_ns
    rows["value"] = records[:, VALUE]
    rows["version"] = records[:, VERSION]
    rows["base"] = records[:, BASE]
    rows["lost"] = 0
    rows["line"] = records[:, LINE]
    rows["target"] = records[:, KIND] >> 8
    rows["process"] = worker
    rows["op"] = records[:, KIND] & 0xFF
    return rows
