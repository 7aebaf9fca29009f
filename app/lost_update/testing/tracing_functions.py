"""`lost_update.trace`: a function of the person's own, run in processes of its own, traced; and what was found there.

test process                         a fresh interpreter, traced
  trace(main, 3) ── Call ──────────▶   imports the module as the test did, calls main(3) … its processes
  follows what they record  ◀───────
                 ◀── Result ────────   what it returned or raised
"""

import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lost_update.sources.script import Script
from lost_update.testing.caller import Call, Result
from lost_update.testing.functions import Named, Where
from lost_update.testing.outputs import Output

if TYPE_CHECKING:
    from lost_update.execution.script.script_run import ScriptRun
    from lost_update.model.findings import Finding

PACKAGES: Final = str(Path(__file__).parents[2])
BEGIN: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); from lost_update.testing.caller import main; main(*sys.argv[2:])"
)

SECONDS: Final = 60.0


class TracedFunctionEnded(RuntimeError):
    """The traced function left no result: its process was ended before it could."""


@dataclass(frozen=True)
class CalledFunction(Script):
    """The call of a function, in the place of a script."""

    files: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        """What to execute."""
        return [sys.executable, "-c", BEGIN, PACKAGES, *self.files]

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return self.arguments[0]


@dataclass
class Traced:
    """What was recorded of a function: of one run, or of several."""

    name: str
    runs: list["ScriptRun"] = field(repr=False)
    returned: Any = None
    """What it returned, in its last run."""

    @property
    def findings(self) -> list["Finding"]:
        """What was found in any of the runs, each once."""
        found: dict[Any, Finding] = {}
        for run in self.runs:
            for finding in run.recording.snapshot.findings or ():
                lines = tuple(sorted({(line["file"], line["line"]) for line in finding["lines"]}))
                found.setdefault((finding["kind"], finding["certainty"], finding["target"], lines), finding)
        return list(found.values())

    @property
    def run(self) -> Any:
        """The run view of the first run in which something was found, or of the first."""
        from lost_update.model.view import script_run_view

        return script_run_view(self._first_with_findings().recording)

    @property
    def timed_out(self) -> bool:
        """Whether a run was ended because it took too long."""
        return any(run.is_timed_out for run in self.runs)

    def check(self, *, suspected: bool = False) -> "Traced":
        """Fail with what was found: what happened or was shown, and with `suspected` also what could have."""
        __tracebackhide__ = True
        wrong = [finding for finding in self.findings if suspected or finding["certainty"] != "suspected"]
        if wrong or self.timed_out:
            raise _failure(self._text(wrong))
        return self

    def _first_with_findings(self) -> "ScriptRun":
        return next((run for run in self.runs if run.recording.snapshot.findings), self.runs[0])

    def _text(self, findings: list["Finding"]) -> str:
        from lost_update.trace_report import findings_text

        runs = f"{len(self.runs)} runs" if len(self.runs) > 1 else "a run"
        count = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}" if findings else "nothing was found"
        lines = [f"{self.name}: {count} in {runs} of it"]
        if self.timed_out:
            reason = next(run.recording.snapshot.reason for run in self.runs if run.is_timed_out)
            lines.append(f"It did not end by itself. {reason or ''}".replace(", as --timeout asks", "").rstrip())
        return "\n".join([*lines, *findings_text(self._first_with_findings().recording, findings)])


def trace(
    function: Callable[..., Any], *arguments: Any, timeout: float = SECONDS, repeat: int = 1, prove: bool = False
) -> Traced:
    """Run `function(*arguments)` in a process of its own, traced with all that it starts.

    What it raises is raised here, with what was found as a note. `timeout` ends a run and all its processes. `repeat`
    runs it so often. `prove` runs it again to bring about what is suspected, as `lost-update trace --prove` does.
    """
    __tracebackhide__ = True
    named = Named.of(function, "The function")
    traced = Traced(named.name, [])
    with tempfile.TemporaryDirectory(prefix="lost-update-call-") as directory:
        request, result = os.path.join(directory, "request"), os.path.join(directory, "result")
        with open(request, "wb") as file:
            pickle.dump(Where.here(), file)
            pickle.dump(Call(named, arguments), file)
        for _ in range(repeat):
            came = _run(traced, request, result, timeout)
            if came is not None and came.traceback:
                _raise(traced, came)
            traced.returned = came.returned if came is not None else None
        if prove:
            _prove(traced, timeout)
    return traced


def _run(traced: Traced, request: str, result: str, timeout: float) -> Result | None:
    __tracebackhide__ = True
    from lost_update.execution.script.script_run import ScriptRun

    with Output() as output:
        redirected = [f"/proc/{os.getpid()}/fd/{each}" if each is not None else "" for each in output.descriptors]
        script = CalledFunction((traced.name,), Path.cwd(), (request, result, *redirected))
        run = ScriptRun(script, timeout=timeout)
        run.run()
    traced.runs.append(run)
    try:
        with open(result, "rb") as file:
            came: Result = pickle.load(file)
        os.unlink(result)
    except FileNotFoundError:
        if run.is_timed_out:
            return None
        error = TracedFunctionEnded(f"{traced.name} ended its process with exit status {run.exit_status}.")
        error.add_note(_note(traced))
        raise error from None
    return came


def _raise(traced: Traced, came: Result) -> None:
    __tracebackhide__ = True
    error = came.raised
    if error is None:
        error = RuntimeError(f"{traced.name} has raised an exception that cannot be pickled.")
    error.add_note(f"In the traced process:\n{came.traceback}")
    if note := _note(traced):
        error.add_note(note)
    raise error


def _note(traced: Traced) -> str:
    return traced._text(traced.findings) if traced.findings else ""


def _prove(traced: Traced, timeout: float) -> None:
    from lost_update.execution.script.proving import prove

    for run in traced.runs:
        if any(finding["certainty"] == "suspected" for finding in run.recording.snapshot.findings or ()):
            prove(run, timeout, print)
            return


def _failure(text: str) -> BaseException:
    """An AssertionError, which pytest shows by its text alone."""
    pytest = sys.modules.get("pytest")
    if pytest is None:
        return AssertionError(text)

    failed: Any = pytest.fail.Exception
    found: Any = type("FindingsFound", (failed, AssertionError), {"__module__": "lost_update"})
    failure: BaseException = found(text, pytrace=False)
    return failure
