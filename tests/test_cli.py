"""The command line, as a person or a script uses it."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from lost_update import __version__
from lost_update.scenarios.catalogue import SCENARIOS
from tests.leash import on_a_leash
from tests.recordings import file_of
from tests.serving import descendants, serving_by, until
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes


def lost_update(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "lost_update", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=40, check=False)


def test_json_prints_the_run_view_and_nothing_else() -> None:
    ended = lost_update("run", "--iterations", "50", "--guard", "with", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    view = json.loads(ended.stdout)
    assert view["status"] == "finished"
    assert view["summary"]["cells"] == [
        {"name": "number", "initial": 0, "expected": 100, "final": 100, "writes": 100, "lost": 0}
    ]


def test_the_defaults_are_two_processes_100_iterations_no_guard_at_the_free_pace() -> None:
    request = json.loads(lost_update("run", "--json").stdout)["request"]
    named = ("scenario", "processes", "iterations", "guard", "pace")
    assert [request[name] for name in named] == ["value", 2, 100, "none", "free"]


def test_for_people_it_says_what_was_expected_and_what_was_lost() -> None:
    ended = lost_update("run", "--pace", "slow", "--step-ms", "5", "--iterations", "10")
    assert ended.returncode == 0
    assert "number: expected 20, counter " in ended.stdout
    assert "lost " in ended.stdout


@FULL
def test_a_run_that_lost_nothing_says_that_the_bug_is_still_there() -> None:
    lucky = "This time no two increments overlapped. The bug is still there."
    shown = until(lambda: lost_update("run", "--iterations", "1").stdout, lambda text: "lost 0" in text)
    assert lucky in shown
    for sure in (["--guard", "with"], ["--processes", "1"]):
        assert lucky not in lost_update("run", "--iterations", "1", *sure).stdout


def cleanly(*arguments: str) -> str:
    """What a run that lost nothing and did not hang says; so many are started until one is so."""
    ended = until(
        lambda: lost_update("run", *arguments),
        lambda ended: ended.returncode == 0 and not re.search(", lost [1-9]", ended.stdout),
    )
    return str(ended.stdout)


@pytest.mark.parametrize(
    ("guard", "this_time"),
    one_in(
        4,
        [
            ("none", "no two increments overlapped"),
            ("separate_locks", "no two increments overlapped"),
            ("write_only", "no two increments overlapped"),
            ("crossed_locks", "there was no deadlock"),
        ],
    ),
)
def test_a_clean_run_says_what_it_does_not_prove_and_what_does(guard: str, this_time: str) -> None:
    shown = cleanly("--iterations", "1", "--guard", guard)
    asked = "lost-update explore" + ("" if guard == "none" else f" --guard {guard}")
    assert f"This time {this_time}. The bug is still there." in shown
    assert f"However many runs go well, they prove nothing; `{asked}` tries every interleaving." in shown
    assert lost_update(*asked.split()[1:]).returncode == 0


@FULL
def test_what_is_told_of_a_clean_run_holds_of_no_other() -> None:
    for sure in (["--guard", "lock"], ["--guard", "get_lock"], ["--processes", "1"], ["--scenario", "pool"]):
        assert "This time" not in lost_update("run", "--iterations", "3", *sure).stdout
    lossy = lost_update("run", "--pace", "slow", "--step-ms", "3", "--iterations", "20")
    assert "lost 0" not in lossy.stdout
    assert "This time" not in lossy.stdout
    assert "This time" not in lost_update("run", "--guard", "forgotten_release").stdout


def test_other_scenarios_are_not_sent_to_the_explorer() -> None:
    shown = cleanly("--iterations", "1", "--scenario", "array")
    assert "However many runs go well, they prove nothing." in shown
    assert "lost-update explore" not in shown


def test_on_one_core_it_says_why_nothing_overlaps() -> None:
    core = str(min(os.sched_getaffinity(0)))
    command = ["taskset", "--cpu-list", core, sys.executable, "-m", "lost_update", "run", "--iterations", "1"]
    run_once = partial(subprocess.run, command, capture_output=True, text=True, timeout=40, check=True)
    shown = until(lambda: run_once().stdout, lambda text: ", lost 0" in text)
    assert "On one core a process may be done before the next one begins" in shown


@FULL
def test_numbers_are_written_as_on_the_page() -> None:
    shown = lost_update("run", "--guard", "with", "--iterations", "600").stdout
    assert "number: expected 1\u2009200, counter 1\u2009200, lost 0" in shown


@FULL
def test_an_untraced_run_has_figures_and_no_steps() -> None:
    view = json.loads(lost_update("run", "--untraced", "--json").stdout)
    assert view["steps"] == 0
    assert view["summary"]["cells"][0]["expected"] == 200


@pytest.mark.parametrize(
    "arguments",
    one_in(
        3,
        [
            ["--guard", "mutex"],
            ["--processes", "9"],
            ["--iterations", "0"],
            ["--pace", "slow", "--iterations", "100000"],
            ["--processes", "many"],
            ["--scenario", "nothing"],
            ["--nonsense"],
            ["--untraced", "--pace", "slow"],
        ],
    ),
)
def test_bad_input_is_a_clear_line_and_exit_status_2(arguments: list[str]) -> None:
    ended = lost_update("run", *arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and so do its children: here Ctrl-C must count."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_foreground")
def test_ctrl_c_stops_the_run_and_still_reports() -> None:
    command = [sys.executable, "-m", "lost_update", "run", "--pace", "slow", "--iterations", "500", "--json"]
    process = on_a_leash(command, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        until(lambda: len(descendants(process.pid)) >= 4)
        os.killpg(process.pid, signal.SIGINT)
        view = json.loads(process.stdout.read())
        process.wait(20)
    assert (view["status"], view["reason"]) == ("stopped", "It was interrupted.")
    assert process.returncode == 1


@pytest.mark.usefixtures("in_the_foreground")
def test_ctrl_c_ends_no_process_not_even_one_that_has_just_been_started() -> None:
    process = on_a_leash([sys.executable, "-m", "lost_update", "run", "--json"], stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        while process.poll() is None:
            for started in descendants(process.pid):
                with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                    if any("multiprocessing" in word for word in started.cmdline()):
                        started.send_signal(signal.SIGINT)
        assert json.loads(process.stdout.read())["status"] == "finished"


def test_help_and_version_answer_at_once() -> None:
    assert __version__ in lost_update("--version").stdout
    help_ = lost_update("--help").stdout
    assert "serve" in help_
    assert "run" in help_


def test_the_entry_point_imports_nothing_heavy() -> None:
    modules = ("lost_update.__main__", "lost_update.tracing.scenario_process", "lost_update.scenarios.catalogue")
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True).stdout
    assert not {"fastapi", "numpy", "pydantic", "click", "uvicorn", "asyncio"} & set(loaded.split())


def test_scenarios_lists_everything_that_can_be_run() -> None:
    listed = lost_update("scenarios")
    assert listed.returncode == 0
    names = [line.split(":")[0] for line in listed.stdout.splitlines() if not line.startswith(" ")]
    assert names == list(SCENARIOS)
    assert "--start-method fork|forkserver|spawn" in listed.stdout


@FULL
def test_where_no_cell_is_shared_it_says_what_each_process_did() -> None:
    ended = lost_update("run", "--scenario", "pool", "--processes", "2", "--iterations", "7", "--chunksize", "3")
    assert ended.returncode == 0
    done = dict(line.split(": ", 1) for line in ended.stdout.splitlines() if line.startswith(("P1", "P2", "main")))
    assert "submit 7" in done["main"]
    tasks = [int(re.findall(r"task_end (\d+)", done[name])[0]) for name in ("P1", "P2") if "task_end" in done[name]]
    assert sum(tasks) == 7


def test_a_deadlock_is_reported_with_who_waits_for_what() -> None:
    ended = lost_update("run", "--guard", "forgotten_release", "--iterations", "3")
    assert ended.returncode == 1
    assert re.search(r"Deadlock: P1 waits for the lock, .*; P2 waits for the lock, ", ended.stdout)


def test_open_serves_the_recording_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sent.ndjson"
    file.write_bytes(file_of("race-none").read_bytes())
    with serving_by([sys.executable, "-m", "lost_update", "open", "--no-open", str(file)]) as server:
        assert server.process.stdout is not None
        assert server.process.stdout.readline() == f"The recording is at {server.url}/runs/race-none\n"
        assert httpx.get(f"{server.url}/api/runs/race-none/export/ndjson").content == file.read_bytes()
        assert httpx.get(f"{server.url}/runs/race-none").status_code == 200


@FULL
def test_open_says_in_one_line_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "holiday.ndjson"
    file.write_text("sun\n")
    for name, why in ((str(file), "holiday.ndjson, line 1: this is not JSON."), ("nowhere.html", "Cannot read")):
        process = lost_update("open", "--no-open", name)
        assert process.returncode == 2
        assert process.stdout == ""
        (line,) = process.stderr.splitlines()
        assert why in line


@FULL
def test_a_site_is_written_over_nothing_that_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = lost_update("site", str(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"{tmp_path} is not empty, and no site of Lost Update. Choose another folder, or empty it.\n"
    )
