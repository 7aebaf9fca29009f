"""`lost_update.explore`: a worker of the person's own, taken through every interleaving of its traced steps."""

import contextlib
import linecache
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from lost_update.testing.functions import Named, Where, shown_file
from lost_update.testing.outcomes import Answer, Exploration, Failure, Request
from lost_update.testing.outputs import Output
from lost_update.tracing.script import boot

PACKAGES: Final = str(Path(__file__).parents[2])
BEGIN: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from lost_update.testing.host import main; main(*sys.argv[2:])"
)

GRACE_SECONDS: Final = 30.0
"""How much longer than its budget the helper may take: for the import of the test's module, and its last execution."""

MOST_STEPS_SHOWN: Final = 60


class ExplorationFailed(AssertionError):
    """An interleaving ends as it must not. `result` says what was found until then."""

    def __init__(self, message: str, result: Exploration) -> None:
        super().__init__(message)
        self.result = result


class ExplorationImpossible(RuntimeError):
    """It could not be explored. The message says why."""


Function = Callable[..., Any]


def explore(
    worker: Function | Sequence[Function],
    share: Function,
    *,
    processes: int = 2,
    invariant: Function | None = None,
    budget: int = 10_000,
    seconds: float = 60.0,
    reduction: bool = True,
    schedule: str | None = None,
    keep_going: bool = False,
) -> Exploration:
    """Run `worker(*share())` in that many real processes, in every interleaving of their traced steps.

    Raises `ExplorationFailed`, an AssertionError, at the first that ends in a deadlock, or with an exception, or so
    that `invariant(*arguments)` does not hold. Its message has the schedule, which `schedule` takes to run just that
    one. Several workers, one for each process, may be given in place of one. `budget` (executions) and `seconds` are
    limits: whether they were reached says the result. With `keep_going` it raises only when all has been explored.
    """
    __tracebackhide__ = True
    workers = list(worker) if isinstance(worker, Sequence) else [worker] * processes
    request = Request(
        Where.here(),
        [Named.of(each, "The worker") for each in workers],
        Named.of(share, "share"),
        Named.of(invariant, "The invariant") if invariant is not None else None,
        budget,
        seconds,
        reduction,
        _numbers(schedule, len(workers)) if schedule is not None else None,
        keep_going,
    )
    answer = _ask(request)
    if answer.error:
        raise ExplorationImpossible(answer.error)
    if answer.failure is not None:
        call = _call(worker, share, processes, invariant, answer.failure.outcome.schedule)
        raise ExplorationFailed(_message(answer.exploration, answer.failure, call), answer.exploration)
    return answer.exploration


def _numbers(schedule: str, processes: int) -> list[int]:
    names = re.findall(r"[^\s,]+", schedule)
    for name in names:
        if not re.fullmatch(r"P[1-9]\d*", name) or int(name[1:]) > processes:
            raise ValueError(f"The schedule names {name}; there are P1 to P{processes}.")
    return [int(name[1:]) - 1 for name in names]


def _ask(request: Request) -> Answer:
    with tempfile.TemporaryDirectory(prefix="lost-update-explore-") as directory:
        asked, answered, traced = (os.path.join(directory, name) for name in ("request", "answer", "trace"))
        with open(asked, "wb") as file:
            pickle.dump(request.where, file)
            pickle.dump(request, file)
        os.mkdir(traced)
        boot.prepare(traced)
        try:
            with Output() as output:
                command = [sys.executable, "-c", BEGIN, PACKAGES, asked, answered, traced]
                status = _run(command, output, request.seconds)
        finally:
            boot.clean(traced)
        try:
            with open(answered, "rb") as file:
                answer: Answer = pickle.load(file)
        except FileNotFoundError:
            raise ExplorationImpossible(
                f"The process that explores has ended with exit code {status}. What it printed says why."
            ) from None
        return answer


def _run(command: list[str], output: Output, seconds: float) -> int:
    helper = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output.descriptors[0],
        stderr=output.descriptors[1],
        start_new_session=True,
        # A schedule is to lead to the same in every run, also where a set is gone through.
        env={"PYTHONHASHSEED": "0", **os.environ},
    )
    try:
        return helper.wait(timeout=seconds + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        raise ExplorationImpossible(
            f"It took {GRACE_SECONDS:g} s longer than the {seconds:g} s it was given. Does share() or the invariant "
            "wait for something?"
        ) from None
    finally:
        # Whatever it has started is in its session: nothing is left, however it ended.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(helper.pid, signal.SIGKILL)
        helper.wait()


# What is said of a failure.


def _call(worker: Any, share: Function, processes: int, invariant: Function | None, schedule: str) -> str:
    if isinstance(worker, Sequence):
        first = "[" + ", ".join(each.__qualname__ for each in worker) + "]"
        more = ""
    else:
        first, more = worker.__qualname__, f", processes={processes}"
    if invariant is not None:
        more += f", invariant={invariant.__qualname__}"
    return f'lost_update.explore({first}, {share.__qualname__}{more}, schedule="{schedule}")'


def _message(result: Exploration, failure: Failure, call: str) -> str:
    outcome = failure.outcome
    lines = [f"An interleaving ends as it must not: {outcome.words}"]
    lines += [f"  {text}" for text in outcome.deadlock]
    for text in outcome.failures:
        lines += [f"  {line}" for line in text.rstrip().splitlines()]
    lines += ["", *_table(failure.steps)]
    if failure.output.strip():
        lines += ["", "What the processes printed:"]
        lines += [f"  {line}" for line in failure.output.rstrip().splitlines()]
    lines += ["", "To run just this one again:", f"  {call}", "", f"Explored: {result}"]
    return "\n".join(lines)


def _table(steps: list[Any]) -> list[str]:
    rows = []
    for step in steps:
        what = f"{step.target} = {step.value}" if step.value is not None else step.target
        rows.append((f"P{step.process + 1}", step.op, what, *_source(step.place)))
    hidden = len(rows) - MOST_STEPS_SHOWN
    rows = rows[-MOST_STEPS_SHOWN:]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(4)]
    lines = [
        "  " + "  ".join([*(row[place].ljust(widths[place]) for place in range(4)), row[4]]).rstrip() for row in rows
    ]
    return [f"  … {hidden} steps before", *lines] if hidden > 0 else lines


def _source(place: tuple[str, int] | None) -> tuple[str, str]:
    if place is None:
        return "", ""
    file, line = place
    return f"{shown_file(file)}:{line}", linecache.getline(file, line).strip()
