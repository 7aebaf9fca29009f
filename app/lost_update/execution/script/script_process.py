"""The first process of a person's script, from its start to its end, and the directory into which it is traced.

    lost-update trace                     the script
    ─────────────────                     ──────────
    ScriptProcess ── starts ────────────▶ its first line, and on
    imports all that follows it           …

What is here needs little, so that the script waits for nothing but this: whatever is needed to follow it, to judge it
and to show it is imported while it runs.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from lost_update.execution.script.process_tree import ProcessTree
from lost_update.sources.script import Script
from lost_update.tracing.script import boot


class ScriptProcess:
    """A script that runs, traced. Whoever leaves the `with` of it leaves nothing of it behind, no process either.

    `output` takes what it prints, where that is not the terminal. With `holds` its processes are held at these places
    (tracing.script.gates). Raises OSError where the machine gives what is needed for tracing to nobody.
    """

    def __init__(self, script: Script, *, output: Any = None, holds: Sequence[Mapping[str, Any]] = ()) -> None:
        self.directory = tempfile.mkdtemp(prefix="lost-update-")
        try:
            boot.prepare(self.directory)
            if holds:
                Path(self.directory, boot.PLAN).write_text(json.dumps({"holds": list(holds)}), encoding="utf-8")
            self.popen = subprocess.Popen(
                script.command,
                env={**os.environ, **boot.environment(self.directory)},
                stdin=subprocess.DEVNULL if holds else None,
                stdout=output,
                stderr=output if holds else None,
            )
            self.tree = ProcessTree(self.popen.pid)
        except BaseException:
            self._clean()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.popen.poll() is None:
            self.tree.kill()
            self.popen.wait()
        self._clean()

    def _clean(self) -> None:
        boot.clean(self.directory)
        shutil.rmtree(self.directory, ignore_errors=True)


@contextmanager
def interrupts_are_the_scripts() -> Iterator[None]:
    """While the script runs Ctrl-C is for it: it reaches both, and ends the script alone."""
    before = signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
