"""A person's own script under `lost-update trace`: what tracing makes it cost, against the same script untraced.

An increment: two processes run `number.value += 1` on one Value; the time is wall time inside them, around the loop.
The alternatives are the same script by Python alone, and with VizTracer in each of its processes, without its saving.
A program that shares nothing computes in two processes for about two seconds; all of it is timed, with its start.
A large one has 64 processes and an array of 10,000 elements, and takes a million steps: the time is the command's.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from lost_update.execution.supervisor import Context
from tests.bench.commands import compiled_beforehand
from tests.bench.effort import Effort
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row

MOST_TIMES_UNTRACED = 2
MOST_BEYOND_START = 0.05
START_SECONDS = 0.3
LARGE_STEPS = 1_000_000

INCREMENTS = """
import sys
from multiprocessing import Process, Value
from time import perf_counter_ns

def loop(number, took_ns, rounds, with_viztracer):
    if with_viztracer:
        from viztracer import VizTracer
        tracer = VizTracer(tracer_entries=8 * rounds, verbose=0)
        tracer.start()
    began = perf_counter_ns()
    for _ in range(rounds):
        number.value += 1
    took = perf_counter_ns() - began
    if with_viztracer:
        tracer.stop()
        tracer.clear()
    with took_ns.get_lock():
        took_ns.value += took

if __name__ == "__main__":
    rounds, with_viztracer = int(sys.argv[1]), len(sys.argv) > 2
    number, took_ns = Value("q", 0), Value("q", 0)
    processes = [Process(target=loop, args=(number, took_ns, rounds, with_viztracer)) for _ in range(2)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    print("TOOK", took_ns.value / (2 * rounds), 1 - number.value / (2 * rounds), file=sys.stderr)
"""

SHARES_NOTHING = """
import sys
from multiprocessing import Process

def compute(rounds):
    total = 0
    for number in range(rounds):
        total += number * number % 7
    return total

if __name__ == "__main__":
    processes = [Process(target=compute, args=(int(sys.argv[1]),)) for _ in range(2)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
"""

LARGE = """
import sys
from multiprocessing import Array, Process

def fill(cells, first, rounds):
    for number in range(rounds):
        cells[(first + number) % len(cells)] += 1

if __name__ == "__main__":
    cells = Array("q", 10_000)
    processes = [Process(target=fill, args=(cells, 157 * each, int(sys.argv[1]))) for each in range(64)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
"""


@dataclass(frozen=True)
class Increments:
    """What a run of the loop gave: nanoseconds an increment, and the share of increments that were lost."""

    ns: float
    lost: float


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        return [*_increments(folder, effort), _nothing(folder, effort), *_large(folder, effort)]


def _increments(folder: Path, effort: Effort) -> list[Row]:
    script = _written(folder, "increments.py", INCREMENTS)
    rounds = str(effort.iterations)
    traced, untraced, viztraced = in_turn(
        effort.rounds,
        lambda: _told(_traced(script, rounds).stderr),
        lambda: _told(_untraced(script, rounds).stderr),
        lambda: _told(_untraced(script, rounds, "viztracer").stderr),
    )
    costs = [[run.ns for run in runs] for runs in (traced, untraced, viztraced)]
    to_untraced, to_viztracer = ratios(costs[0], costs[1]), ratios(costs[0], costs[2])
    return [
        Row(
            "An increment in a person's script, traced, two processes contending; the alternative: untraced",
            _cost(costs[0]),
            _cost(costs[1]),
            to_untraced,
            f"at most {MOST_TIMES_UNTRACED} ×",
            to_untraced.median <= MOST_TIMES_UNTRACED,
        ),
        Row(
            "The same; the alternative: VizTracer",
            _cost(costs[0]),
            _cost(costs[2]),
            to_viztracer,
            "less than VizTracer",
            to_viztracer.median < 1,
        ),
        Row("Updates lost in those scripts, traced; the alternative: untraced", _lost(traced), _lost(untraced)),
    ]


def _nothing(folder: Path, effort: Effort) -> Row:
    script = _written(folder, "nothing.py", SHARES_NOTHING)
    rounds = str(80 * effort.iterations)
    traced, untraced = in_turn(
        effort.rounds, lambda: _seconds(_traced, script, rounds), lambda: _seconds(_untraced, script, rounds)
    )
    beyond = ratios([took - START_SECONDS for took in traced], untraced)
    return Row(
        f"A script that shares nothing, traced, less a start of {START_SECONDS} s; the alternative: untraced",
        f"{spread(traced).median:.2f} s",
        f"{spread(untraced).median:.2f} s",
        beyond,
        f"at most {1 + MOST_BEYOND_START:.2f} ×",
        beyond.median <= 1 + MOST_BEYOND_START,
    )


def _large(folder: Path, effort: Effort) -> list[Row]:
    script = _written(folder, "large.py", LARGE)
    share = effort.iterations / 100_000
    rounds = str(max(1, round(min(1.0, share) * LARGE_STEPS / 3 / 64)))
    began = perf_counter()
    done = _traced(script, rounds)
    took = perf_counter() - began
    steps = json.loads(done.stdout)["steps"]
    return [
        Row(
            f"A script with 64 processes and 10,000 elements, {steps:,} steps: recorded, ordered and judged",
            f"{took:.1f} s",
        )
    ]


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def _traced(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, "-m", "lost_update", "trace", "--json", str(script), *arguments], script.parent)


def _untraced(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run([sys.executable, str(script), *arguments], script.parent)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = compiled_beforehand(folder)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def _seconds(run: Any, *arguments: Any) -> float:
    began = perf_counter()
    run(*arguments)
    return perf_counter() - began


def _told(errors: str) -> Increments:
    line = next(line for line in errors.splitlines() if line.startswith("TOOK"))
    _, ns, lost = line.split()
    return Increments(float(ns), float(lost))


def _cost(costs: list[float]) -> str:
    return f"{spread(costs).median / 1000:.2f} µs"


def _lost(runs: list[Increments]) -> str:
    shares = spread([100 * run.lost for run in runs])
    return f"{shares.median:.0f} % ({shares.lowest:.0f}–{shares.highest:.0f})"
