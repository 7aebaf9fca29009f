"""An increment: what tracing makes it cost, while two processes contend for the same Value.

Both processes run the scenario's own loop of `number.value += 1`. The time is wall time inside them, around the whole
loop, so it holds all that tracing does to them: the stamps, the courier that packs and sends meanwhile, and the
collector in the server, which takes its share of the machine. The alternatives are the same loop on a plain
`multiprocessing.Value`, and that under VizTracer in each process, without its saving to a file, which comes after.
"""

from typing import Any

from viztracer import VizTracer  # type: ignore[import-untyped]

from lost_update.execution.supervisor import Context
from tests.bench import measured_run
from tests.bench.effort import Effort
from tests.bench.measured_run import MeasuredRun
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row

MOST_TIMES_UNTRACED = 1.5
MOST_TIMES_VIZTRACER = 0.8
ENTRIES_A_LOOP = 8
"""VizTracer keeps as many calls as it is set to; it must not begin to throw away what it has traced."""


def rows(context: Context, effort: Effort) -> list[Row]:
    """Measure."""

    def measure(traced: bool, work: Any = measured_run.loop) -> MeasuredRun:
        return measured_run.measure(context, effort.iterations, traced=traced, work=work)

    traced, untraced, viztraced = in_turn(
        effort.rounds, lambda: measure(True), lambda: measure(False), lambda: measure(False, under_viztracer)
    )
    to_untraced = ratios(_costs(traced), _costs(untraced))
    to_viztracer = ratios(_costs(traced), _costs(viztraced))
    return [
        Row(
            "An increment, traced, two processes contending; the alternative: untraced",
            _cost(traced),
            _cost(untraced),
            to_untraced,
            f"at most {MOST_TIMES_UNTRACED} ×",
            to_untraced.median <= MOST_TIMES_UNTRACED,
        ),
        Row(
            "The same; the alternative: VizTracer, which knows no values and no versions",
            _cost(traced),
            _cost(viztraced),
            to_viztracer,
            f"at most {MOST_TIMES_VIZTRACER} ×",
            to_viztracer.median <= MOST_TIMES_VIZTRACER,
        ),
        Row("Updates lost in those loops, traced; the alternative: untraced", _lost(traced), _lost(untraced)),
        Row("The same; the alternative: VizTracer", _lost(traced), _lost(viztraced)),
    ]


def under_viztracer(number: Any, took_ns: Any, iterations: int, pause: float) -> None:
    """The loop, traced by VizTracer."""
    tracer = VizTracer(tracer_entries=ENTRIES_A_LOOP * iterations, verbose=0)
    tracer.start()
    measured_run.loop(number, took_ns, iterations, pause)
    tracer.stop()
    tracer.clear()


def _costs(runs: list[MeasuredRun]) -> list[float]:
    return [run.ns_per_increment for run in runs]


def _cost(runs: list[MeasuredRun]) -> str:
    return f"{spread(_costs(runs)).median / 1000:.2f} µs"


def _lost(runs: list[MeasuredRun]) -> str:
    shares = spread([100 * run.lost_share for run in runs])
    return f"{shares.median:.0f} % ({shares.lowest:.0f}–{shares.highest:.0f})"
