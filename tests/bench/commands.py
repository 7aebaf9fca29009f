"""Commands: from Enter to what was asked for. Each is a process of its own, with everything that it has to import.

`trace` starts the script first and imports what follows it meanwhile: the time is to the script's first line, which
reads the clock; the alternative is the script by Python alone. A page is served when it has come whole, over HTTP. A
run of one increment each is timed to its first step, by that step's own time, and to the command's end. What Python
compiles is compiled before, as in an installed package.
"""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter_ns

from lost_update.execution.supervisor import Context
from tests import ROOT
from tests.bench.effort import Effort
from tests.bench.pairs import in_turn, spread
from tests.bench.report import Row

MOST_SECONDS_TO_A_PAGE = 0.7

FIRST_STEP = """
from lost_update import cli

follow = cli._follow

def told(run, *more):
    follow(run, *more)
    recording = run.recording
    print(recording.snapshot.start_ns + int(recording.log.rows(0, 1)["t_ns"][0]))

cli._follow = told
cli.cli()
"""
"""The command as it is. In the end it says when the first step was, on the clock of all processes of this machine."""

FIRST_LINE = "from time import perf_counter_ns\nprint(perf_counter_ns())\n"


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "script.py"
        script.write_text(FIRST_LINE)
        environment = compiled_beforehand(folder)
        ours = [sys.executable, "-m", "lost_update"]

        def first_line(*command: str) -> Callable[[], float]:
            return lambda: _to_printed_time([*command, str(script)], environment)

        one_each = ["run", "--iterations", "1"]
        traced, alone, page, step, run = in_turn(
            effort.rounds,
            first_line(*ours, "trace", "--check"),
            first_line(sys.executable),
            lambda: _to_page([*ours, "serve", "--port", "0"], environment),
            lambda: _to_printed_time([sys.executable, "-c", FIRST_STEP, *one_each], environment),
            lambda: _to_end([*ours, *one_each], environment),
        )
    return [
        Row(
            "From `lost-update trace` to the script's first line; the alternative: Python alone",
            _seconds(traced),
            _seconds(alone),
        ),
        Row(
            "From `lost-update` to a page that is served",
            _seconds(page),
            target=f"within {MOST_SECONDS_TO_A_PAGE} s",
            held=spread(page).median <= MOST_SECONDS_TO_A_PAGE,
        ),
        Row("From `lost-update run` of one increment each to its first step", _seconds(step)),
        Row("The same, to the command's end", _seconds(run)),
    ]


def compiled_beforehand(folder: Path) -> dict[str, str]:
    """The environment of a command: it finds the package here, and keeps in that folder what is compiled."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT / "app"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _to_printed_time(command: list[str], environment: dict[str, str]) -> float:
    began = perf_counter_ns()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return (int(done.stdout.split()[0]) - began) / 1e9


def _to_page(command: list[str], environment: dict[str, str]) -> float:
    began = perf_counter_ns()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = server.stdout.readline()
            address = next(word for word in told.split() if word.startswith("http://"))
            with urllib.request.urlopen(address) as answer:
                assert b"</html>" in answer.read(), "the page is not whole"
            return (perf_counter_ns() - began) / 1e9
        finally:
            server.terminate()


def _to_end(command: list[str], environment: dict[str, str]) -> float:
    began = perf_counter_ns()
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return (perf_counter_ns() - began) / 1e9


def _seconds(taken: list[float]) -> str:
    return f"{spread(taken).median:.2f} s"
