"""Holds a process at a place where another is to come in between: how `lost-update trace --prove` steers a script.

    tracer                       the first process that comes to the place        any other
      D/plan.json ─────────────▶ D/hold.0.0 is its own
                                 waits ··· until the other has come, or too long ◀──── comes in between
      D/held.jsonl ◀──────────── says which it was

The plan is a list of holds: before which `op`, in which `file` on which `line`, `until` when, for `at_most_s`, and how
many `times`. With `after` (an op, a file and a line) only a thread is held that has done that to another thing before;
on one line the order of the operations tells them apart. Until when:
    version       the cells have been written since this thread read them last (or since it came here, if it never did)
    last_version  the cells of `after` have been written since
    next_version  the cells have been written since this thread came here
    taken         another holds the lock that is about to be acquired
    other_put     something was put into the queue or the pipe since it came here
    time          nothing: for as long as it may
"""

import os
from threading import get_ident
from time import monotonic, perf_counter_ns
from time import sleep as _sleep
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.tracing.script.boot import PLAN
from lost_update.tracing.script.declarations import PROCESS, encode
from lost_update.tracing.script.gates import Attempt
from lost_update.tracing.script.sites import path_of

HELD: Final = "held.jsonl"

LOOK_SECONDS: Final = 0.001
AT_MOST_SECONDS: Final = 3.0


_Done = tuple[Op, tuple[str, int]]
"""An op, and the file and line where it was done."""


class Hold:
    """One hold of the plan."""

    def __init__(self, number: int, told: dict[str, Any]) -> None:
        self.number = number
        self.op = Op[str(told["op"]).upper()]
        self.place = _as_place(told["file"], told["line"])
        self.until = str(told.get("until", "time"))
        self.after = _as_done(*told["after"]) if told.get("after") else None
        self.at_most_s = float(told.get("at_most_s", AT_MOST_SECONDS))
        self.times = int(told.get("times", 1))
        self.is_open = True

    def claim(self) -> bool:
        """Whether this process is one of those that are to be held. No other is then held in its stead."""
        for time in range(self.times):
            try:
                path = f"{PROCESS.directory}/hold.{self.number}.{time}"
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            except FileExistsError:
                continue
            except OSError:
                break
            return True
        self.is_open = False
        return False


class Holding:
    """The gate of a process that may be held."""

    def __init__(self, holds: list[Hold]) -> None:
        self.holds = holds
        self.ops = {hold.op for hold in holds}
        self.reads_matter = any(hold.until == "version" for hold in holds)
        self.read: dict[tuple[int, str, tuple[int, int]], int] = {}
        """The versions that each thread read last."""
        self.wanted = {hold.after for hold in holds if hold.after is not None}
        self.done: dict[tuple[int, _Done], tuple[Attempt, int]] = {}
        """What each thread did last at these places, and the version after it."""

    def before(self, attempt: Attempt) -> bool:
        """Wait here, if this is the place."""
        if attempt.op in self.ops and any(hold.is_open for hold in self.holds):
            found = _place_of(attempt)
            if found is not None:
                for hold in self.holds:
                    is_it = hold.is_open and hold.op == attempt.op and hold.place == found
                    if is_it and self._has_done(hold, attempt) and hold.claim():
                        self._hold(hold, attempt)
        return False

    def after(self, attempt: Attempt, result: Any) -> None:  # noqa: ARG002
        """Remember what was done."""
        if self.reads_matter and attempt.op == Op.READ:
            self.read[self._what(attempt)] = attempt.version()
        if self.wanted and attempt.op in (Op.READ, Op.WRITE):
            found = _place_of(attempt)
            if found is not None and (attempt.op, found) in self.wanted:
                self.done[get_ident(), (attempt.op, found)] = attempt, attempt.version()

    def sleep(self, attempt: Attempt, doze: Any, timeout: Any) -> Any:
        """Wait here, if this is the place, and sleep then."""
        self.before(attempt)
        return doze(timeout)

    def wake(self, attempt: Attempt, count: int) -> None:
        """Nothing: who wakes others is held before that."""

    def _has_done(self, hold: Hold, attempt: Attempt) -> bool:
        """Whether this thread comes from where it is to come from."""
        if hold.after is None:
            return True
        done = self.done.get((get_ident(), hold.after))
        if done is None:
            return False
        return hold.after != (attempt.op, hold.place) or self._what(done[0]) != self._what(attempt)

    def _hold(self, hold: Hold, attempt: Attempt) -> None:
        began = perf_counter_ns()
        came = self._has_come(hold, attempt)
        deadline = monotonic() + hold.at_most_s
        has_come = came()
        while not has_come and monotonic() < deadline:
            _sleep(LOOK_SECONDS)
            has_come = came()
        now = perf_counter_ns()
        line = {"plan": hold.number, "held_ms": round((now - began) / 1e6, 3), "came": has_come}
        _tell({**line, "pid": os.getpid(), "t_ns": now})

    def _has_come(self, hold: Hold, attempt: Attempt) -> Any:
        if hold.until == "version":
            since = self.read.get(self._what(attempt), attempt.version())
            return lambda: attempt.version() > since
        if hold.until == "last_version" and hold.after is not None:
            last, version = self.done[get_ident(), hold.after]
            return lambda: last.version() > version
        if hold.until == "taken":
            return lambda: not attempt.can_go()
        if hold.until in ("next_version", "other_put"):
            before = attempt.version()
            return lambda: attempt.version() > before
        return lambda: False

    @staticmethod
    def _what(attempt: Attempt) -> tuple[int, str, tuple[int, int]]:
        return get_ident(), attempt.key, attempt.part


def _as_done(op: Any, file: Any, line: Any) -> _Done:
    return Op[str(op).upper()], _as_place(file, line)


def _as_place(file: Any, line: Any) -> tuple[str, int]:
    return os.path.normpath(str(file)), int(line)


def _place_of(attempt: Attempt) -> tuple[str, int] | None:
    place = attempt.place()
    return None if place is None else _as_place(path_of(place[0]), place[1])


def _tell(what: dict[str, Any]) -> None:
    try:
        path = f"{PROCESS.directory}/{HELD}"
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, (encode(what) + "\n").encode())
        finally:
            os.close(descriptor)
    except OSError:
        pass


def planned(directory: str) -> Holding | None:
    """The gate that the tracer asks for, if it asks for one. Nothing is imported for it otherwise."""
    try:
        with open(f"{directory}/{PLAN}", encoding="utf-8") as file:
            from json import load

            holds = [Hold(number, told) for number, told in enumerate(load(file)["holds"])]
    except FileNotFoundError:
        return None
    return Holding(holds)
