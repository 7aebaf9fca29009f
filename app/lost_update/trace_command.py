"""`lost-update trace`: runs a person's own script, shows its page while it runs, and says what was found.

this thread                                         another thread
───────────                                         ──────────────
ScriptRun.run(): the script, which has begun        the server, where there is a terminal and a page is wanted
says what was found, has it kept                    …
waits for Ctrl-C ─────────────────────────────────▶ ends
"""

import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click
import orjson

from lost_update import trace_report
from lost_update.execution.script.script_process import ScriptProcess
from lost_update.execution.script.script_run import ScriptRun
from lost_update.model.findings import Finding
from lost_update.model.recording import Recording
from lost_update.model.view import script_run_view
from lost_update.sources.script import Script

TIMED_OUT = 124
"""The exit status of a script that was ended, as `timeout` has it."""


@dataclass(frozen=True)
class Options:
    """What was asked for beside the script."""

    as_json: bool
    check: bool
    open_page: bool
    prove: bool
    repeat: int
    timeout: float | None


def trace(script: Script, started: ScriptProcess, options: Options, settings: Callable[[], Any]) -> int:
    """Follow a script that has been started, as the options say. Returns the exit status that the command ends with."""
    with_page = not options.as_json and not options.check and sys.stdout.isatty() and sys.stderr.isatty()
    page = Page(settings, options.open_page) if with_page else None
    runs = _run_all(script, started, options, page)
    if options.as_json:
        click.echo(orjson.dumps(script_run_view(runs.first.recording)))
    status = _status(runs, options)
    _keep([runs.first.recording, *runs.shown], options, page)
    if page is not None:
        page.wait()
    return status


@dataclass
class Runs:
    """The first run, and of all of them how many had a fault. A thousand recordings would fill the memory."""

    first: ScriptRun
    with_fault: int = 0
    shown: list[Recording] = field(default_factory=list)
    """Recordings of steered runs, in which something was shown."""


def _run_all(script: Script, started: ScriptProcess, options: Options, page: "Page | None") -> Runs:
    runs: Runs | None = None
    for number in range(options.repeat):
        run = ScriptRun(
            script,
            started=started if number == 0 else None,
            output=sys.stderr if options.as_json else None,
            timeout=options.timeout,
            is_watched=page.is_watched if page is not None and number == 0 else _nobody_watches,
            tell=_tell,
        )
        if page is not None and number == 0:
            page.show(run)
        run.run()
        runs = runs or Runs(run)
        runs.with_fault += _has_fault(run)
        if options.repeat > 1:
            _say(f"Run {number + 1} of {options.repeat}: {runs.with_fault} with a fault so far.")
    assert runs is not None, "it runs at least once"
    if options.prove:
        from lost_update.execution.script.proving import prove

        shown = runs.shown

        def show(recording: Recording) -> None:
            shown.append(recording)
            if page is not None:
                page.show_also(recording)

        prove(runs.first, options.timeout, _say, show)
    if not options.as_json:
        _say(trace_report.report(runs.first.recording, runs.first.exit_status or 0, steered=options.prove))
    if os.environ.get("GITHUB_ACTIONS") == "true" and options.check:
        for line in trace_report.annotations(_findings(runs.first)):
            click.echo(line, err=options.as_json)
    return runs


def _keep(recordings: list[Recording], options: Options, page: "Page | None") -> None:
    """Keep what was recorded, for whoever looks at it on this machine later.

    Without a page it takes about 0.2 s to get ready for that. Where continuous integration says so by `CI`, nobody
    would look, and where nothing is to be kept there is nothing to do.
    """
    if page is not None:
        page.keep(recordings)
        return
    if os.environ.get("CI") or os.environ.get("LOST_UPDATE_DATA_DIR") == ":memory:":
        return
    from pydantic import ValidationError

    from lost_update.settings import Settings
    from lost_update.store.store import OF_THIS_MACHINE, Store

    try:
        settings = Settings()
    except ValidationError:  # no page asks for them: the script was traced all the same
        return
    is_quiet = options.as_json or options.check
    with Store(settings, _say_nothing if is_quiet else _say) as store:
        for recording in recordings:
            store.keep(recording, OF_THIS_MACHINE)
    if store.why_not is None and not is_quiet:
        _say(f"Kept, to be looked at again: {recordings[0].id}")


def _say_nothing(_text: str) -> None:
    """Of what concerns only what is kept: somebody reads the answer as JSON, or asks for the exit status alone."""


def _nobody_watches() -> bool:
    return False


def _tell(finding: Finding) -> None:
    _say(trace_report.told_while_it_hangs(finding))


def _say(text: str) -> None:
    """To the terminal: what the script prints is its own."""
    click.echo(text, err=True)


def _findings(run: ScriptRun) -> list[Finding]:
    return list(run.recording.snapshot.findings or ())


def _has_fault(run: ScriptRun) -> bool:
    """Whether something happened in it, or was made to happen."""
    return any(finding["certainty"] != "suspected" for finding in _findings(run))


def _status(runs: Runs, options: Options) -> int:
    if options.check and (runs.with_fault or _has_fault(runs.first)):  # of the first something may be shown since
        return 1
    if runs.first.is_timed_out:
        return TIMED_OUT
    return runs.first.exit_status or 0


class Page:
    """Serves the page of a run to this machine alone, until Ctrl-C. What it needs is imported while the script runs."""

    def __init__(self, settings: Callable[[], Any], open_page: bool) -> None:
        self._settings = settings
        self._open_page = open_page
        self._server: Any = None
        self._registry: Any = None
        self._store: Any = None
        self._has_begun = threading.Event()
        self._thread: threading.Thread | None = None

    def show(self, run: ScriptRun) -> None:
        """Begin to serve that run."""
        self._thread = threading.Thread(target=self._serve, args=(run,), name="the page of the script")
        self._thread.start()

    def show_also(self, recording: Recording) -> None:
        """Have the recording of a steered run on the page, too."""
        if self._is_there():
            self._registry.show(recording)

    def keep(self, recordings: list[Recording]) -> None:
        """Have them kept, for after Ctrl-C."""
        if self._is_there():
            from lost_update.store.store import OF_THIS_MACHINE

            for recording in recordings:
                self._store.keep(recording, OF_THIS_MACHINE)

    def is_watched(self) -> bool:
        """Whether the page is there, so that what happens is to be followed at once."""
        return self._has_begun.is_set()

    def wait(self) -> None:
        """Until somebody ends it."""
        assert self._thread is not None
        over = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _signal, _frame: over.set())
        while not over.wait(0.2) and self._thread.is_alive():
            pass
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join()

    def _is_there(self) -> bool:
        """Wait until the page is served; False where it cannot be, which it has said."""
        assert self._thread is not None
        while not self._has_begun.wait(0.2):
            if not self._thread.is_alive():
                return False
        return True

    def _serve(self, run: ScriptRun) -> None:
        from lost_update.execution.explorations import Explorations
        from lost_update.execution.registry import Registry
        from lost_update.store.store import Store
        from lost_update.web.listening import listen
        from lost_update.web.server import Server

        key = secrets.token_urlsafe(16)
        settings = self._settings().model_copy(update={"access_key": key})
        listener = listen("127.0.0.1", 0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/script/{run.id}?key={key}"
        _say(f"Lost Update shows it at {url} (Ctrl-C stops it)")
        with Store(settings, _say) as store:
            registry, explorations = Registry(settings, store.keep), Explorations(settings)
            self._registry, self._store = registry, store
            registry.show(run.recording)
            try:
                self._server = Server(registry, explorations, url if self._open_page else None, store)
                self._has_begun.set()
                self._server.run([listener])
            finally:
                explorations.close()
                registry.close()
