"""`lost-update trace` on real scripts, beside the same scripts run by Python alone."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import ROOT
from tests.serving import is_alive, until
from tests.variants import FULL, one_in

pytestmark = pytest.mark.processes

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "app")}

VOTES = """
from multiprocessing import Process, Value

def teller(tally, rounds):
    for _ in range(rounds):
        tally.value += 1

if __name__ == "__main__":
    tally = Value("i", 0)
    tellers = [Process(target=teller, args=(tally, 3000)) for _ in range(2)]
    for each in tellers:
        each.start()
    for each in tellers:
        each.join()
    print("RESULT", tally.value)
"""

LAST_SEAT = """
import time
from multiprocessing import Lock, Process, Value

def book(seats, lock, delay):
    time.sleep(delay)
    if seats.value > 0:
        with lock:
            seats.value -= 1

if __name__ == "__main__":
    seats, lock = Value("i", 1), Lock()
    people = [Process(target=book, args=(seats, lock, delay)) for delay in (0, 0.4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
"""

TWO_READS = """
import time
from multiprocessing import Lock, Process, Value

def write(low, high, lock):
    for number in range(4):
        with lock:
            low.value = number
            high.value = number
        time.sleep(0.01)

def read(low, high):
    time.sleep(0.4)
    one = low.value
    other = high.value

if __name__ == "__main__":
    low, high, lock = Value("i", 0), Value("i", 0), Lock()
    both = [Process(target=write, args=(low, high, lock)), Process(target=read, args=(low, high))]
    for each in both:
        each.start()
    for each in both:
        each.join()
"""

LUCK = """
import time
from multiprocessing import Process, Value

def add(number, delay):
    time.sleep(delay)
    number.value += 1

if __name__ == "__main__":
    number = Value("i", 0)
    adders = [Process(target=add, args=(number, delay)) for delay in (0, 0.4)]
    for each in adders:
        each.start()
    for each in adders:
        each.join()
"""

OPPOSITE = """
import time
from multiprocessing import Lock, Process

def clerk(first, second, delay):
    time.sleep(delay)
    with first:
        with second:
            pass

if __name__ == "__main__":
    ledger, seal = Lock(), Lock()
    clerks = [Process(target=clerk, args=(ledger, seal, 0)), Process(target=clerk, args=(seal, ledger, 0.4))]
    for each in clerks:
        each.start()
    for each in clerks:
        each.join()
"""

TWICE = """
from multiprocessing import Lock, Process

def again(lock):
    with lock:
        print("in", flush=True)
        lock.acquire()

if __name__ == "__main__":
    lock = Lock()
    process = Process(target=again, args=(lock,))
    process.start()
    process.join()
"""


def trace(*arguments: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """`lost-update trace` with these arguments, to its end."""
    command = [sys.executable, "-m", "lost_update", "trace", *arguments]
    environment = {**ENVIRONMENT, **options.pop("environment", {})}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False, **options
    )


def plain(*arguments: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The same by Python alone."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


def written(folder: Path, text: str, name: str = "script.py") -> str:
    (folder / name).write_text(text)
    return name


def view_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    view: dict[str, Any] = json.loads(done.stdout)
    return view


@pytest.mark.parametrize(
    "text",
    one_in(
        2,
        [
            "import sys\nprint(sys.argv, __name__, sys.path[0] != '', __file__)\nsys.exit(3)",
            "def broken():\n    raise ValueError('no')\nbroken()",
            "import sys\nprint(input())\nprint('to stderr', file=sys.stderr)\nraise SystemExit('bye')",
            "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
            "def broken(:\n",
            "import os, sys\nprint(sorted(name for name in os.environ if 'LOST' in name or name == 'PYTHONPATH'))\n"
            "print([path for path in sys.path if 'lost_update' in path], 'sitecustomize' in sys.modules)",
        ],
    ),
)
def test_a_script_prints_and_ends_as_without_us(tmp_path: Path, text: str) -> None:
    name = written(tmp_path, text)
    alone = plain(name, "a", "--b", cwd=tmp_path, input="typed\n")
    traced = trace("--no-open", name, "a", "--b", cwd=tmp_path, input="typed\n")
    assert traced.stdout == alone.stdout
    assert traced.stderr.startswith(alone.stderr)
    assert traced.returncode == (alone.returncode if alone.returncode >= 0 else 128 - alone.returncode)


def test_a_module_is_run_as_python_runs_it(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text("import sys\nprint(__spec__.name, sys.argv[1:], __package__)")
    alone = plain("-m", "package", "x", cwd=tmp_path)
    assert alone.stdout == "package.__main__ ['x'] package\n"
    assert trace("-m", "package", "x", cwd=tmp_path).stdout == alone.stdout


@FULL
def test_what_follows_the_module_is_the_modules_own(tmp_path: Path) -> None:
    (tmp_path / "counting.py").write_text("import sys\nprint(sys.argv[1:])\n")
    for options in ((), ("--no-open",), ("--timeout", "30")):
        done = trace(*options, "-m", "counting", "--json", "-m", "--n=3", "x", cwd=tmp_path)
        assert done.stdout == "['--json', '-m', '--n=3', 'x']\n"
        assert done.returncode == 0
    assert trace("-mcounting", "--check", cwd=tmp_path).stdout == "['--check']\n"


def test_json_is_alone_on_standard_output(tmp_path: Path) -> None:
    done = trace("--json", written(tmp_path, VOTES), cwd=tmp_path)
    view = view_of(done)
    assert "RESULT" in done.stderr
    assert view["command"] == ["script.py"]
    assert view["status"] == "finished"
    assert [(each["name"], each["parent"], each["exitcode"]) for each in view["processes"]] == [
        ("main", None, 0),
        ("P1", "main", 0),
        ("P2", "main", 0),
    ]
    (cell,) = view["summary"]["cells"]
    assert (cell["name"], cell["initial"], cell["expected"], cell["writes"]) == ("tally", 0, 6000, 6000)
    assert f"RESULT {cell['final']}" in done.stderr
    assert cell["lost"] == 6000 - cell["final"]
    assert [source["file"] for source in view["sources"]] == ["script.py"]


def test_a_script_that_cannot_be_read_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = trace("missing.py", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "missing.py" in done.stderr
    assert trace(cwd=tmp_path).returncode == 2


def test_a_race_that_needs_luck_is_suspected_and_shown(tmp_path: Path) -> None:
    name = written(tmp_path, LUCK)
    (suspected,) = view_of(trace("--json", name, cwd=tmp_path))["findings"]
    assert (suspected["kind"], suspected["certainty"], suspected["target"]) == ("lost_update", "suspected", "number")
    done = trace("--json", "--prove", "--check", name, cwd=tmp_path)
    (shown,) = view_of(done)["findings"]
    assert (shown["certainty"], shown["score"], shown["count"]) == ("shown", "5 of 5", 1)
    assert [line["line"] for line in shown["lines"]] == [7, 7]
    assert done.returncode == 1


@FULL
def test_a_check_outside_of_the_lock_is_suspected_and_shown(tmp_path: Path) -> None:
    name = written(tmp_path, LAST_SEAT)
    (suspected,) = view_of(trace("--json", name, cwd=tmp_path))["findings"]
    assert (suspected["kind"], suspected["certainty"], suspected["target"]) == ("atomicity", "suspected", "seats")
    (shown,) = view_of(trace("--json", "--prove", name, cwd=tmp_path))["findings"]
    assert (shown["certainty"], shown["score"]) == ("shown", "5 of 5")
    assert [line["line"] for line in shown["lines"]] == [7, 9]


@FULL
def test_two_reads_without_the_lock_of_the_writers_are_suspected_and_shown(tmp_path: Path) -> None:
    done = trace("--json", "--prove", written(tmp_path, TWO_READS), cwd=tmp_path)
    (shown,) = view_of(done)["findings"]
    assert (shown["kind"], shown["certainty"], shown["score"]) == ("torn_read", "shown", "5 of 5")
    assert {line["line"] for line in shown["lines"]} == {8, 9, 14, 15}


@FULL
def test_locks_that_are_taken_in_opposite_orders_are_suspected_and_shown(tmp_path: Path) -> None:
    done = trace("--json", "--prove", written(tmp_path, OPPOSITE), cwd=tmp_path)
    (shown,) = view_of(done)["findings"]
    assert (shown["kind"], shown["certainty"], shown["score"]) == ("deadlock", "shown", "5 of 5")
    assert {line["line"] for line in shown["lines"]} == {7, 8}
    assert done.returncode == 0


@FULL
def test_check_counts_what_happened_and_not_what_is_suspected(tmp_path: Path) -> None:
    assert trace("--check", written(tmp_path, LUCK), cwd=tmp_path).returncode == 0
    done = trace("--check", "--timeout", "2", written(tmp_path, TWICE), cwd=tmp_path)
    assert done.returncode == 1


@FULL
def test_errors_are_annotated_where_github_asks_for_it(tmp_path: Path) -> None:
    done = trace(
        *("--check", "--timeout", "2", written(tmp_path, TWICE)), cwd=tmp_path, environment={"GITHUB_ACTIONS": "true"}
    )
    (annotation,) = (line for line in done.stdout.splitlines() if line.startswith("::"))
    assert re.match(r"::error file=script\.py,line=\d+,title=Deadlock%3A lock::", annotation)


def test_a_deadlock_is_told_while_it_lasts_and_a_time_out_ends_the_whole_tree(tmp_path: Path) -> None:
    done = trace("--timeout", "3", written(tmp_path, TWICE), cwd=tmp_path)
    assert done.returncode == 124
    told, _, summary = done.stderr.partition("It is left as it is")
    assert "Deadlock: lock" in told
    assert "ended after 3 s" in summary
    assert not [
        each for each in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(each.info["cmdline"] or [])
    ]


def test_ctrl_c_ends_the_script_as_without_us_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    name = written(tmp_path, TWICE)
    command = [sys.executable, "-m", "lost_update", "trace", "--json", name]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    while process.stderr.readline() != "in\n":
        assert process.poll() is None
    family = psutil.Process(process.pid).children(recursive=True)
    time.sleep(0.2)  # it is to wait already, so that its interruption is that of a wait
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    view = json.loads(output)
    assert view["steps"] > 0
    assert process.returncode == 130 - 0 if view["processes"][0]["exitcode"] < 0 else process.returncode == 1
    until(lambda: not any(map(is_alive, family)))


@FULL
def test_repeating_says_in_how_many_runs_a_fault_happened(tmp_path: Path) -> None:
    done = trace("--repeat", "3", written(tmp_path, LUCK), cwd=tmp_path)
    assert "Run 3 of 3: 0 with a fault so far." in done.stderr


def test_nothing_is_left_of_a_trace(tmp_path: Path) -> None:
    trace("--json", written(tmp_path, VOTES), cwd=tmp_path, environment={"TMPDIR": str(tmp_path)})
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]
    here = re.sub(r"\W", "-", tmp_path.name.replace("_", "-"))
    assert not list(Path("/dev/shm").glob(f"sem.lost-update*{here}*"))
