"""Binary columns say what the stream says, field by field."""

import random
import struct
from typing import Any

import httpx
import numpy as np
import orjson
import pytest

from lost_update.model import binary
from lost_update.model.encoding import Names, columns_json
from lost_update.model.log import ROW, SLOTTED, Rows
from lost_update.model.ops import ASSUMED, NOTHING, PRESENT, TEXT, Op
from lost_update.model.sources import Code
from lost_update.model.targets import Target
from tests.binaries import logged, read, written
from tests.recordings import RECORDINGS, recorded
from tests.serving import CLIENT, RunningServer


def told(rows: Rows, names: Names) -> dict[str, list[Any]]:
    """What the stream says; None where it says nothing."""
    made: dict[str, Any] = orjson.loads(columns_json(rows, 0, names))
    del made["index"]
    return {field: made.get(field, [None] * len(rows)) for field in binary.FIELDS}


def same(rows: Rows, names: Names) -> None:
    """Both ways lead to the same steps."""
    found, wanted = read(written(logged(rows), names)), told(rows, names)
    assert set(found) == set(wanted)
    for field, column in wanted.items():
        # A browser has no integers beyond 2 ** 53.
        assert found[field] == [
            float(each) if isinstance(each, int) and field == "value" else each for each in column
        ], field


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recording_reads_as_it_is_streamed(name: str) -> None:
    recording = recorded(name)
    rows = recording.log.rows(0, len(recording.log))
    if len(rows):
        same(rows, recording.names)
    else:
        assert read(written(recording.log, recording.names)) == {field: [] for field in binary.FIELDS}


SOURCES = [Code(name=name, file=name, text="", python="", bytecode=[]) for name in ("a.py", "b.py")]
NAMES = Names(
    ["main", "P1", "P1.2"],
    [
        Target("number", "cell"),
        Target("share", "cell", holds="float64"),
        Target("flag", "cell", holds="bool"),
        Target("huge", "cell", holds="uint64"),
        Target("letter", "cell", holds="U1"),
        Target("totals", "cell", holds="any"),
        Target("done", "queue"),
        Target("lock", "lock"),
    ],
    SOURCES,
    values=["'a'", 4, 2.5, "'b'"],
)
NUMBER, SHARE, FLAG, HUGE, LETTER, TOTALS, DONE, LOCK = range(1, 9)


def bits(value: float) -> int:
    """A float, as a record carries it."""
    found: int = struct.unpack("<q", struct.pack("<d", value))[0]
    return found


def row(
    op: Op, target: int, *, value: int = 0, second: int = NOTHING, third: int = NOTHING, **more: int
) -> tuple[int, ...]:
    """A row: when, the three slots, lost, line, source, target, process, op, flags."""
    at = (more.get("t_ns", 0), value, second, third, more.get("lost", 0), more.get("line", 7), more.get("source", 0))
    return *at, target, more.get("process", 0), int(op), more.get("flags", 0)


def rows(*made: tuple[int, ...]) -> Rows:
    """Rows of a log."""
    found: Rows = np.array(list(made), SLOTTED).view(ROW)
    return found


def test_what_cells_and_queues_of_scripts_hold_is_read_as_it_is() -> None:
    write = Op.WRITE
    same(
        rows(
            row(Op.START, 0),
            row(write, SHARE, value=bits(0.1), second=1, third=0, source=1),
            row(write, SHARE, value=bits(float("nan")), second=2, third=1, source=2, t_ns=5, flags=ASSUMED),
            row(write, FLAG, value=1, second=1, lost=NOTHING, t_ns=6, process=2),
            row(write, HUGE, value=-1, second=1, third=0, t_ns=7),
            row(write, LETTER, value=ord("ä"), second=1, third=0, t_ns=8),
            row(write, TOTALS, value=0, second=1, third=0, t_ns=9),
            row(write, TOTALS, value=1, second=2, third=1, t_ns=9),
            row(write, TOTALS, value=2, second=3, third=2, t_ns=9),
            row(write, TOTALS, value=3, second=4, third=3, t_ns=9),
            row(Op.PUT, DONE, value=3, third=TEXT, t_ns=10),
            row(Op.PUT, DONE, value=12, third=PRESENT, t_ns=11),
            row(Op.PUT, DONE, value=12, t_ns=12),
            row(Op.WAIT, LOCK, t_ns=2**40, line=0),
            row(Op.EXIT, 0, t_ns=2**40 - 3, process=1),
        ),
        NAMES,
    )


def test_numbers_of_any_size_are_exact_as_far_as_a_browser_can_be() -> None:
    for value in (0, -1, 255, 256, -(2**31), 2**32, 2**53 - 1, -(2**53) + 1, 2**62, -(2**63)):
        same(rows(*(row(Op.MODIFY, NUMBER, value=each) for each in (value, 0, value))), NAMES)
        same(rows(row(Op.MODIFY, NUMBER, value=value), row(Op.WAIT, LOCK)), NAMES)


def test_any_steps_read_the_same_in_any_number_of_chunks() -> None:
    chance = random.Random(3)
    for count in (1, binary.CHUNK - 1, binary.CHUNK, binary.CHUNK + 1, 3 * binary.CHUNK + 5):
        spread = chance.choice([1, 300, 70_000])
        time, made = 0, []
        for _ in range(count):
            time += chance.choice([0, 7, 900, 10**9 if chance.random() < 0.001 else 20])
            op = chance.choice([Op.READ, Op.MODIFY, Op.WRITE, Op.WAIT, Op.ACQUIRE])
            target = LOCK if op in (Op.WAIT, Op.ACQUIRE) else NUMBER
            slots = {"value": chance.randint(-spread, spread), "second": chance.randint(0, spread)}
            made.append(
                row(op, target, **slots, third=chance.randint(-1, spread), t_ns=time, lost=chance.randint(-1, spread))
            )
        same(rows(*made), NAMES)


def test_a_browser_gets_it_compressed_and_anybody_else_as_it_is(server: RunningServer) -> None:
    run_id = server.run(iterations=6000)["id"]
    address = f"{server.url}/api/runs/{run_id}/columns"
    for _ in range(2):  # made, and then kept
        plain = CLIENT.get(address, headers={"Accept-Encoding": "identity"})
        packed = CLIENT.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert plain.headers["content-type"] == packed.headers["content-type"] == "application/vnd.lost-update.columns"
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.content == plain.content
        assert packed.num_bytes_downloaded < plain.num_bytes_downloaded / 3
    steps = [step for step in CLIENT.get(f"{server.url}/api/runs/{run_id}/steps.ndjson").text.splitlines() if step]
    found = read(plain.content)
    assert len(found["t_ns"]) == len(steps) > 2 * binary.CHUNK


def test_a_run_that_goes_on_is_refused_and_one_that_never_was(server: RunningServer) -> None:
    run_id = server.start(pace="slow", step_ms=200, iterations=50)
    refused: httpx.Response = CLIENT.get(f"{server.url}/api/runs/{run_id}/columns")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_over")
    server.stop(run_id)
    assert CLIENT.get(f"{server.url}/api/runs/none/columns").status_code == 404
