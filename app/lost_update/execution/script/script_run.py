"""One run of a person's own script, from its start to its end, and its recording.

    this thread (or one of its own)                the script
    ───────────────────────────────                ──────────
    make a directory, start Python ──────────────▶ main, P1, P2, … as the script starts them
    look, now and then ◀── files in the directory ── what they declare, and their steps
    publish snapshots, add to the log
    wait for main; at a time-out kill all of them
    look for the last time, find what went wrong, publish the end

Nothing is asked of the script, and nothing of it is waited for but its end: what it does it would do without us.
While nobody looks, and it writes, what it writes is left where it is, so that following takes no time from it.
"""

import secrets
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any, Final, cast

from lost_update.analysis.findings import find
from lost_update.analysis.summary import last_step_ms
from lost_update.execution.made import made_here
from lost_update.execution.script.declared import Declared, Process
from lost_update.execution.script.follower import Follower
from lost_update.execution.script.script_process import ScriptProcess
from lost_update.execution.script.trace_files import TraceFiles
from lost_update.model.encoding import Names
from lost_update.model.findings import Finding
from lost_update.model.ops import Op
from lost_update.model.recording import (
    Header,
    NotSeen,
    ProcessState,
    ProcessView,
    Recording,
    ScriptSummary,
    Snapshot,
    Status,
    Summary,
)
from lost_update.sources.script import Script

LOOK_SECONDS: Final = 0.1
"""How often is looked while somebody watches; and how soon an end is seen."""

STILL_SECONDS: Final = 0.5
"""Who has written nothing for so long may hang: then is looked at what there is."""

ID_BYTES: Final = 6


class ScriptRun:
    """Runs a script once, or follows one that has `started`. `recording` may be read by any thread, at any time.

    `output` takes what it prints, where that is not the terminal. `is_watched` says whether what happens is to be
    followed at once. `tell` is called for each way in which it hangs, while it does. With `holds` the run is steered:
    processes are held at these places (tracing.script.gates), and where it hangs then it is ended.
    """

    def __init__(
        self,
        script: Script,
        *,
        started: ScriptProcess | None = None,
        output: Any = None,
        timeout: float | None = None,
        is_watched: Callable[[], bool] = lambda: False,
        tell: Callable[[Finding], None] = lambda _finding: None,
        holds: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.script = script
        self.exit_status: int | None = None
        self.is_timed_out = False
        self._started = started
        self._output = output
        self._timeout = timeout
        self._is_watched = is_watched
        self._tell = tell
        self._holds = holds
        self._told: set[tuple[str, str]] = set()
        self._looked_at: tuple[int, set[int]] | None = None
        self._declared = Declared(script.directory)
        header = Header(
            id=secrets.token_hex(ID_BYTES),
            command=list(script.arguments),
            adds={},
            steppable=False,
            made=made_here(),
        )
        if holds:
            header["is_steered"] = True
        self.recording = Recording(header, Snapshot(Names([]), (), status="running", findings=()))

    @property
    def id(self) -> str:
        """How it is called everywhere."""
        return self.recording.id

    def run(self) -> int:
        """Run it from its first process to its last; the exit status of the script, as a shell gives it.

        Raises OSError where the machine gives what is needed for tracing to nobody.
        """
        with self._started or ScriptProcess(self.script, output=self._output, holds=self._holds) as process:
            self._main, self._tree = process.popen, process.tree
            self._follower = Follower(TraceFiles(Path(process.directory)), self._declared, self.recording.log)
            self._watch()
            self._finish()
        assert self.exit_status is not None
        return self.exit_status

    def _watch(self) -> None:
        """Until the script's first process has ended."""
        deadline = None if self._timeout is None else monotonic() + self._timeout
        still_since = monotonic()
        while True:
            try:
                self._main.wait(
                    LOOK_SECONDS if deadline is None else max(0.0, min(LOOK_SECONDS, deadline - monotonic()))
                )
                return
            except subprocess.TimeoutExpired:
                pass
            if deadline is not None and monotonic() >= deadline:
                self.is_timed_out = True
                self._look()
                self._tree.kill()
                self._main.wait()
                return
            if self._is_watched() or monotonic() - still_since > STILL_SECONDS:
                if self._look():
                    still_since = monotonic()
                elif monotonic() - still_since > STILL_SECONDS and self._hangs() and self._holds:
                    self._tree.kill()
            elif self._follower.files.has_grown():
                still_since = monotonic()

    def _look(self) -> int:
        """Take in what was written, and show it. Returns how many steps there were."""
        for process in self._declared.processes:
            if process.pid is not None:
                self._tree.know(process.pid)
        taken = self._follower.follow(self._ended())
        self.recording.publish(self._snapshot("running"))
        return taken

    def _hangs(self) -> bool:
        """Nothing happens any more: say what waits for what, if that is known."""
        looked_at = len(self.recording.log), self._ended()
        if looked_at == self._looked_at:
            return bool(self._told)
        self._looked_at = looked_at
        findings = tuple(find(self.recording))
        self.recording.publish(replace(self.recording.snapshot, findings=findings))
        for finding in findings:
            key = (finding["kind"], finding["target"])
            if finding["kind"] in ("deadlock", "hang", "lost_signal") and key not in self._told:
                self._told.add(key)
                self._tell(finding)
        return bool(self._told)

    def _finish(self) -> None:
        code = self._main.returncode
        self.exit_status = code if code >= 0 else 128 - code
        everybody = {process.number for process in self._declared.processes if process.number is not None}
        self._follower.follow(self._ended())
        self._follower.follow(everybody | set(self._follower.files.processes))
        status: Status = "stopped" if self.is_timed_out else "finished"
        reason = f"It was ended after {self._timeout:g} s, as --timeout asks." if self.is_timed_out else None
        self.recording.log.trim()
        snapshot = replace(self._snapshot(status), reason=reason)
        ended = Recording(self.recording.header, snapshot, self.recording.log)
        self.recording.publish(replace(snapshot, findings=tuple(find(ended))))

    def _ended(self) -> set[int]:
        """The numbers of the processes that write no more."""
        return {
            process.number
            for process in self._declared.processes
            if process.number is not None and process.pid is not None and not self._tree.is_alive(process.pid)
        }

    def _snapshot(self, status: Status) -> Snapshot:
        snapshot = self.recording.snapshot
        names = self._declared.names
        return replace(
            snapshot,
            names=replace(
                names,
                processes=tuple(names.processes),
                declared=tuple(names.declared),
                sources=tuple(names.sources),
                owners=dict(names.owners),
            ),
            processes=tuple(self._process_view(process, status) for process in self._declared.processes),
            status=status,
            steps=len(self.recording.log),
            start_ns=self._follower.start_ns,
            summary=snapshot.summary if len(self.recording.log) == snapshot.steps else cast(Summary, self._summary()),
            not_seen=tuple(self._not_seen()),
        )

    def _process_view(self, process: Process, status: Status) -> ProcessView:
        state: ProcessState = "starting"
        exitcode = self._exit_code(process)
        if exitcode is not None or status != "running":
            state = "ended"
        elif process.pid is not None:
            lanes = set(process.threads.values()) or {process.lane}
            waits = all(self._follower.last_ops.get(lane) == Op.WAIT for lane in lanes)
            alive = self._tree.is_alive(process.pid)
            state = "ended" if not alive else "blocked" if waits else "running"
        view = ProcessView(name=process.name, pid=process.pid, exitcode=exitcode, state=state, parent=process.parent)
        if process.does:
            view["does"] = process.does
        return view

    def _exit_code(self, process: Process) -> int | None:
        """As `multiprocessing` says it: below zero for a signal. None where it has not ended, or nobody knows."""
        if process.pid == self._main.pid:
            return self._main.returncode
        known = self._follower.exit_codes.get(process.name)
        if known is None and process.pid is not None:
            self._tree.is_alive(process.pid)
            known = self._tree.exit_codes.get(process.pid)
        return known

    def _summary(self) -> ScriptSummary:
        accounts = self._follower.accounts
        cells = [account.script_summary(account.value) for _, account in sorted(accounts.items()) if account.writes]
        duration_ms = last_step_ms(self.recording.log)
        unrecorded = sum(account.unrecorded for account in accounts.values())
        return ScriptSummary(cells=cells, duration_ms=duration_ms, unrecorded=unrecorded, consistent=True)

    def _not_seen(self) -> list[NotSeen]:
        broken = [account.name for account in self._follower.accounts.values() if account.broken]
        others = [NotSeen(what=f"what else changes {name}", file=None, line=0) for name in broken[:1]]
        return [*self._declared.not_seen, *others]
