"""The parts of a traced increment, each by itself: what tracing does for one `number.value += 1`.

In one process that nobody contends with. A part is a loop of that alone, less an empty one, and the best of its rounds.
An increment is a read and a write: two stamps within the lock and one of the modify; two frames whose line is looked
up; two records packed and kept; a version read and one counted up. What comes after it is shared among the increments
of a batch: the courier takes the records and joins them, pickles them and writes them to the pipe, in the worker; the
collector, in the server, reads a batch, brings it into order, follows the cell and adds three steps to the log.
"""

from collections.abc import Callable
from ctypes import c_longlong
from multiprocessing import Pipe, get_context
from multiprocessing.reduction import ForkingPickler
from sys import _getframe
from time import perf_counter_ns, process_time
from typing import Any, Final

from lost_update.analysis.accesses import accesses_of
from lost_update.analysis.accounts import Account
from lost_update.execution.merge import Merge
from lost_update.execution.supervisor import Context
from lost_update.model.log import Log
from lost_update.model.ops import NOTHING, Op
from lost_update.model.steps import RECORD, kind_of
from lost_update.model.targets import Target
from lost_update.tracing.recorder import MOST_RECORDS, RECORDER, Recorder, Shown
from lost_update.tracing.shared import make_value
from tests.bench.effort import Effort
from tests.bench.report import Row

NUMBER: Final = 1
RECORDS_OF_INCREMENT: Final = 2
FITS_INTO_A_PIPE: Final = 1000
"""Records: nobody reads while they are sent."""


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    loops = effort.iterations // 5
    empty = _best(_nothing, loops, effort)
    in_the_worker = {
        "the locks of the Value, two taken and released": _locks(),
        "the value, read and written as bits": _value(),
        "version: one read, one counted up": _version(),
        "stamps: three readings of the clock, and the mark that one is made": _stamps,
        "frame and line, twice": _lines(),
        "pack: two records made and kept": _packs(),
    }
    plain, traced = get_context("spawn").Value("q", 0), make_value(get_context("spawn"), "q", 0)
    return [
        _row("An increment by one process alone, untraced", _best(_increments(plain), loops, effort) - empty),
        _row("The same, traced", _best(_increments(traced), loops, effort) - empty),
        *(_row(f"Of that: {what}", _best(act, loops, effort) - empty) for what, act in in_the_worker.items()),
        _row("Beside it, in the worker: batch, the records of an increment taken and joined", _batch(effort)),
        _row("Beside it, in the worker: courier, the same pickled and written to the pipe", _courier(effort)),
        _row("Beside it, in the server: the collector's share, three steps in the log", _collector(effort)),
    ]


def _row(what: str, ns: float) -> Row:
    return Row(what, f"{ns:,.0f} ns")


Loop = Callable[[int], object]


def _best(loop: Loop, loops: int, effort: Effort) -> float:
    """Nanoseconds of the processor for one round of the loop."""
    taken = []
    for _ in range(effort.rounds + 1):
        began = process_time()
        loop(loops)
        taken.append(process_time() - began)
        RECORDER.records.clear()
    return min(taken) / loops * 1e9


def _nothing(loops: int) -> None:
    for _ in range(loops):
        pass


def _increments(number: Any) -> Loop:
    def loop(loops: int) -> None:
        for _ in range(loops):
            number.value += 1

    RECORDER.declare_source({"file": __file__, "name": "", "text": "", "python": "", "bytecode": []}, _SHOWN)
    return loop


_SHOWN: Final = Shown(__file__, ((1, 1000, 0),))


def _locks() -> Loop:
    lock = get_context("spawn").RLock()
    semaphore: Any = getattr(lock, "_semlock")  # noqa: B009 - what a traced Value takes
    enter, leave = semaphore.acquire, semaphore.release

    def loop(loops: int) -> None:
        for _ in range(loops):
            enter()
            leave()
            enter()
            leave()

    return loop


def _value() -> Loop:
    bits = memoryview(c_longlong(0)).cast("B").cast("q")

    def loop(loops: int) -> None:
        for _ in range(loops):
            bits[0] = bits[0]

    return loop


def _version() -> Loop:
    version = memoryview(c_longlong(0)).cast("B").cast("q")

    def loop(loops: int) -> None:
        for _ in range(loops):
            version[0]
            version[0] = version[0] + 1

    return loop


def _stamps(loops: int) -> None:
    recorder = Recorder()
    for _ in range(loops):
        recorder.stamping = True
        perf_counter_ns()
        recorder.stamping = False
        recorder.stamping = True
        perf_counter_ns()
        perf_counter_ns()
        recorder.stamping = False


def _lines() -> Loop:
    recorder = Recorder()

    def look() -> None:
        frame = _getframe(1)
        if frame.f_code is not recorder.code:
            recorder.enter(frame.f_code)
        recorder.lines[frame.f_lasti]
        frame = _getframe(1)
        if frame.f_code is not recorder.code:
            recorder.enter(frame.f_code)
        recorder.lines[frame.f_lasti]

    def loop(loops: int) -> None:
        for _ in range(loops):
            look()

    return loop


def _packs() -> Loop:
    pack = RECORD.pack
    append = RECORDER.append
    read, write = kind_of(Op.READ, NUMBER), kind_of(Op.WRITE, NUMBER)

    def loop(loops: int) -> None:
        for number in range(loops):
            append(pack(read, 4, number, NOTHING, number, number, NOTHING))
            append(pack(write, 4, number, number, number, number, number))

    return loop


def _increments_as_records(first: int, count: int) -> list[bytes]:
    made = []
    for version in range(first, first + count):
        now = 1000 * version
        made.append(RECORD.pack(kind_of(Op.READ, NUMBER), 4, now, NOTHING, version, version, NOTHING))
        made.append(RECORD.pack(kind_of(Op.WRITE, NUMBER), 4, now + 200, now + 100, version + 1, version + 1, version))
    return made


def _batch(effort: Effort) -> float:
    recorder = Recorder()
    records = _increments_as_records(0, MOST_RECORDS // RECORDS_OF_INCREMENT)

    def act() -> None:
        recorder.take()

    return _best_of_many(act, effort, before=lambda: recorder.records.extend(records)) / (MOST_RECORDS // 2)


def _courier(effort: Effort) -> float:
    reader, writer = Pipe(duplex=False)
    batch = 0, b"".join(_increments_as_records(0, FITS_INTO_A_PIPE // RECORDS_OF_INCREMENT))
    with reader, writer:

        def act() -> None:
            writer.send_bytes(ForkingPickler.dumps(batch))

        return _best_of_many(act, effort, after=reader.recv_bytes) / (FITS_INTO_A_PIPE // RECORDS_OF_INCREMENT)


def _collector(effort: Effort) -> float:
    """What `Collector` does with a batch: the reading of the pipe, of which the system does the most, is left out."""
    increments = MOST_RECORDS // RECORDS_OF_INCREMENT
    number = Target("number", "cell", initial=0)
    merge, log, account = Merge(1), Log(), Account("number", 0)
    batches = (
        (1000 * first, ForkingPickler.dumps((0, b"".join(_increments_as_records(first, increments)))))
        for first in range(0, increments * effort.rounds * 100, increments)
    )
    sent: list[tuple[int, Any]] = []

    def act() -> None:
        first_ns, message = sent.pop()
        _, records = ForkingPickler.loads(message)
        merge.add(0, first_ns + 1000 * increments, records)
        rows = merge.take(0)
        assert rows is not None
        accesses, writes = accesses_of(rows, NUMBER, number)
        rows["lost"][writes] = account.follow(accesses)
        log.append(rows)

    taken = _best_of_many(act, effort, before=lambda: sent.append(next(batches))) / increments
    assert not account.broken, "what was measured was no run"
    return taken


def _best_of_many(
    act: Callable[[], None], effort: Effort, *, before: Callable[[], object] = int, after: Callable[[], object] = int
) -> float:
    taken = []
    for _ in range(10 * effort.rounds):
        before()
        began = perf_counter_ns()
        act()
        taken.append(perf_counter_ns() - began)
        after()
    return min(taken)
