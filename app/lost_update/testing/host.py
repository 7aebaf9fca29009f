"""The helper of an exploration: a fresh interpreter that imports the test's module as the test did, and forks.

test process                          helper                                       P1, P2, …
  explore() ── Request ──────────────▶  imports worker, share, invariant
                                        share(), fork, choose who goes ◀────────▶   the worker, one step at a time
                                        invariant(), share(), fork, …
            ◀──────────── Answer ─────
"""

import gc
import linecache
import os
import pickle
import sys
import tempfile
import traceback
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final

from lost_update.testing.functions import shown_file
from lost_update.testing.outcomes import Answer, Exploration, Failure, Outcome, Request

MOST_OUTPUT: Final = 4000


def main(request: str, answer: str, directory: str) -> None:
    """Answer that request: both are files. What tracing needs is in the directory."""
    with open(request, "rb") as file:
        where = pickle.load(file)
        where.go()
        asked: Request = pickle.load(file)
    found = _answer(asked, directory)
    with open(f"{answer}.part", "wb") as file:
        pickle.dump(found, file)
    os.replace(f"{answer}.part", answer)


def _answer(asked: Request, directory: str) -> Answer:
    from lost_update.tracing.script import install, stream
    from lost_update.tracing.script.gates import Gates

    stream.PROCESS.open(directory)
    stream.follow_forks()
    with Gates():
        install.change()
    try:
        workers = [each.load() for each in asked.workers]
        share = asked.share.load()
        invariant = asked.invariant.load() if asked.invariant is not None else None
    except BaseException:
        return Answer(Exploration(), error=f"A process of its own could not import it:\n{traceback.format_exc()}")
    # Nothing of what is there now is ever looked at by the collector: forked processes share the pages.
    gc.collect()
    gc.freeze()
    return Explorer(asked, workers, share, invariant).explore()


class Wrong(Exception):
    """What was asked for is not possible. The message says why."""


class Scripted:
    """One order, as it was given; who is first goes on when it is over."""

    def __init__(self, schedule: list[int]) -> None:
        self._schedule = schedule
        self._place = 0
        self.is_over = False

    def begin(self) -> None:
        """From its start."""
        self._place = 0

    def choose(self, pending: Mapping[int, Any], enabled: frozenset[int]) -> int | None:
        """Whoever is next."""
        if not enabled:
            return None
        place = self._place
        self._place += 1
        if place >= len(self._schedule):
            return min(enabled)
        process = self._schedule[place]
        if process not in enabled:
            why = "waits" if process in pending else "has ended"
            raise Wrong(f"Step {place + 1} of the schedule cannot be taken: P{process + 1} {why} there.")
        return process

    def wakes(self, process: int) -> None:
        """Nothing follows from it."""

    def end(self) -> None:
        """It was the only one."""
        self.is_over = True


class Explorer:
    """Goes through the interleavings."""

    def __init__(self, asked: Request, workers: list[Any], share: Any, invariant: Any) -> None:
        self.asked = asked
        self.workers = workers
        self.share = share
        self.invariant = invariant
        self.found = Exploration(reduction=asked.reduction)
        self.failure: Failure | None = None
        self.notes: list[str] = []
        self.output = os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR | os.O_APPEND, 0o600)
        self._outcomes: dict[str, Outcome] = {}
        self._parent = os.getppid()

    def explore(self) -> Answer:
        """All of them, or as many as there is time for."""
        from lost_update.testing.control import CannotExplore
        from lost_update.testing.search import Diverged, Search

        schedule = self.asked.schedule
        search: Any = Search(reduction=self.asked.reduction) if schedule is None else Scripted(schedule)
        began = monotonic()
        error = ""
        try:
            while not search.is_over and self._goes_on(monotonic() - began):
                search.begin()
                self._execute(search)
                search.end()
        except Diverged:
            error = (
                "A worker took other steps though the same processes went in the same order. Something else decides "
                "what it does: time, a random number, a file, or something that is shared but not made by share()."
            )
        except (CannotExplore, Wrong) as reason:
            error = str(reason)
        self.found.seconds = monotonic() - began
        self.found.outcomes = list(self._outcomes.values())
        self._conclude(search.is_over and schedule is None and not error)
        return Answer(self.found, self.failure, error)

    def _goes_on(self, seconds: float) -> bool:
        if os.getppid() != self._parent:
            raise SystemExit(1)
        if self.failure is not None and not self.asked.keep_going:
            self.found.stopped = "It stopped at the first failure."
        elif self.found.executions >= self.asked.executions:
            self.found.stopped = f"The budget of {self.asked.executions:,} executions was used up."
        elif seconds >= self.asked.seconds:
            self.found.stopped = f"The time of {self.asked.seconds:g} s was over."
        return not self.found.stopped

    def _conclude(self, is_over: bool) -> None:
        if is_over and not self.notes:
            self.found.exhausted, self.found.stopped = True, ""
        elif self.asked.schedule is not None:
            self.found.stopped = "One schedule was asked for."
        elif self.notes:
            self.found.stopped = " ".join([*self.notes, self.found.stopped]).strip()

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _execute(self, search: Any) -> None:
        from multiprocessing.queues import Queue

        from lost_update.testing.control import MOST_STEPS, SAME_READS, Execution
        from lost_update.testing.shared_things import Names, named, things_in, values_of
        from lost_update.testing.steering import settle
        from lost_update.tracing.script.stream import PROCESS

        PROCESS.is_on = True
        try:
            arguments = self.share()
        except Exception:
            raise Wrong(f"share() has raised an exception:\n{traceback.format_exc()}") from None
        PROCESS.is_on = False
        if not isinstance(arguments, tuple):
            raise Wrong(f"share() must return a tuple, the arguments of the worker; it returned {arguments!r}.")
        things = [found for name, each in named(self.workers[0], arguments) for found in things_in(name, each)]
        for _, each in things:
            if isinstance(each, Queue):
                settle(each)
        os.ftruncate(self.output, 0)
        sys.stdout.flush()
        sys.stderr.flush()
        execution = Execution(self.workers, arguments, Names(things), self.output)
        execution.run(search.choose, search.wakes)
        if execution.has_put_off:
            self._note(
                f"A process that reads the same {SAME_READS} times at one place was taken to wait in a loop, and let "
                "go on only when somebody had changed it."
            )
        if execution.is_cut:
            self.found.redundant += 1
            return
        self.found.executions += 1
        if execution.is_too_long:
            self._note(f"An execution of more than {MOST_STEPS:,} steps was cut off.")
            return
        outcome = self._outcome(execution, values_of(things))
        if not execution.is_deadlock and not outcome.failures:
            outcome.failures = self._broken(arguments)
        self._add(outcome, execution)

    def _outcome(self, execution: Any, values: dict[str, Any]) -> Outcome:
        schedule = " ".join(f"P{number + 1}" for number in execution.schedule)
        deadlock = [
            f"{worker.name} waits for {execution.names.of(worker.step)}{_at(worker.place)}"
            for worker in execution.workers
            if execution.is_deadlock and not worker.has_ended
        ]
        failures = []
        for worker in execution.workers:
            if worker.has_ended and worker.process.exitcode:
                failures.append(worker.raised or f"{worker.name} ended with exit code {worker.process.exitcode}")
        return Outcome(values, schedule, deadlock=tuple(deadlock), failures=tuple(failures))

    def _broken(self, arguments: tuple[Any, ...]) -> tuple[str, ...]:
        if self.invariant is None:
            return ()
        try:
            self.invariant(*arguments)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # pytest's own are no Exceptions.
            return (_words_of(error),)
        return ()

    def _add(self, outcome: Outcome, execution: Any) -> None:
        failures = [text.splitlines()[-1] if text else "" for text in outcome.failures]
        key = repr((outcome.values, outcome.deadlock, failures))
        known = self._outcomes.get(key)
        if known is not None:
            known.executions += 1
            return
        self._outcomes[key] = outcome
        if outcome.has_failed and self.failure is None:
            size = os.fstat(self.output).st_size
            output = os.pread(self.output, MOST_OUTPUT, max(0, size - MOST_OUTPUT)).decode("utf-8", "replace")
            self.failure = Failure(outcome, execution.steps, output)


def _at(place: Any) -> str:
    return f" ({shown_file(place[0])}:{place[1]})" if place else ""


def _words_of(error: BaseException) -> str:
    """What the invariant says: its message, and the line that failed."""
    frames = traceback.extract_tb(error.__traceback__)
    line = frames[-1] if frames else None
    where = f"{shown_file(line.filename)}:{line.lineno}" if line else ""
    code = linecache.getline(line.filename, line.lineno or 0).strip() if line else ""
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{text} at {where}: {code}"
