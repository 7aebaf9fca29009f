"""Steps a second from two processes to the server's log: from the first step taken to the log complete.

The alternative is what one writes first: `queue.put(step)` for every step. It has the same processes, the same
traced Value, and behind its Queues the same merging, checking and log; its collector takes all single messages that
have come together at once, as ours takes batches.
"""

from multiprocessing import get_context
from typing import Any, cast

from lost_update.execution.collector import Collector, Received
from lost_update.execution.supervisor import Context
from lost_update.model.ops import Op
from lost_update.model.steps import RECORD, RECORD_FIELDS
from lost_update.tracing import recorder
from lost_update.tracing.recorder import RECORDER
from tests.bench import measured_run
from tests.bench.effort import Effort
from tests.bench.measured_run import MeasuredRun
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row

LEAST_TIMES_ONE_PUT = 20
TIME = RECORD_FIELDS.index("t_ns")


def rows(context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    ours, naive = in_turn(
        (effort.rounds + 1) // 2,
        lambda: measured_run.measure(context, effort.iterations, traced=True),
        lambda: measured_run.measure(
            context, effort.iterations, traced=True, work=putting_each_step, collecting=OneByOneCollector
        ),
    )
    ratio = ratios(_rates(ours), _rates(naive))
    return [
        Row(
            "Steps a second from two processes to the log; the alternative: one `put` a step",
            _rate(ours),
            _rate(naive),
            ratio,
            f"at least {LEAST_TIMES_ONE_PUT} ×",
            ratio.median >= LEAST_TIMES_ONE_PUT,
        )
    ]


def putting_each_step(number: Any, took_ns: Any, iterations: int, pause: float) -> None:
    """The loop. Each of its steps goes on the Queue by itself."""
    RECORDER.send()
    pipe, put, append = RECORDER._pipe, recorder._put, RECORDER.append
    assert pipe is not None
    queue: Any = get_context().Queue()
    queue._send_bytes = pipe.send_bytes  # what its thread sends with
    recorder._put = cast(Any, lambda _pipe, batch: queue.put(batch))  # watermarks must not overtake the steps
    RECORDER.append = queue.put
    RECORDER.gate = _open_gate  # where there is a gate, a modify is sent by itself
    measured_run.loop(number, took_ns, iterations, pause)
    with RECORDER._sending:  # what comes from now on must not overtake, either
        queue.close()
        queue.join_thread()
        RECORDER.append, recorder._put = append, put


def _open_gate(_op: Op, _target: int) -> None:
    pass


class OneByOneCollector(Collector):
    """Takes messages that are one record each, beside the courier's watermarks."""

    def _drain(self, number: int, _received: Received) -> bool:
        reader = self._readers[number]
        records = bytearray()
        watermark = None
        for message in cast("list[Any]", reader.read()):
            if isinstance(message, bytes):
                records += message
                watermark = RECORD.unpack(message)[TIME]
            else:
                watermark, sent_before = message
                records += sent_before
        if watermark is not None:
            self._ready.add(number)
            self._merge.add(number, watermark, bytes(records))
        return not reader.is_at_end


def _rates(runs: list[MeasuredRun]) -> list[float]:
    return [run.steps / run.log_seconds for run in runs]


def _rate(runs: list[MeasuredRun]) -> str:
    return f"{spread(_rates(runs)).median:,.0f}"
