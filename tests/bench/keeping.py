"""Recordings that are kept, as a server keeps them: in a directory, by its writer's thread.

Saving goes from the call by which a run hands over its recording until that is on the disk. The bytes are those of all
files in the directory once the server has let go of it, of two processes and of eight, whose steps have less in common.
A list is asked for over HTTP as a page does it, a hundred at a time, each answer where the one before ended; the target
is for the first, for which a page waits. Opening is the page `/runs/ID` and the columns of 300,000 steps, read to the
last byte: of a run that a server has only kept; the alternative: of one that it remembers, and has sent before.
"""

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx

from lost_update.execution.registry import Registry
from lost_update.execution.supervisor import Context
from lost_update.model.recording import Recording
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from lost_update.store.store import OF_THIS_MACHINE, Store
from tests.bench.effort import Effort
from tests.bench.hosting import finished_run
from tests.bench.pairs import in_turn, ratios, spread
from tests.bench.report import Row
from tests.serving import RunningServer, serving, until

MOST_MS_TO_SAVE = 1_000
MOST_BYTES = 8
LISTED = 1_000
DIFFERENT = 50
"""Recordings among these: so many that compression does not find the same again."""

MOST_MS_TO_LIST = 50
MOST_TIMES_MEMORY = 1.1


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    registry = Registry(Settings())
    try:
        recordings = [
            finished_run(registry, RunRequest(processes=processes, iterations=effort.iterations // processes)).recording
            for processes in (2, 8)
        ]
        small = [finished_run(registry, RunRequest(iterations=100)).recording for _ in range(DIFFERENT)]
    finally:
        registry.close()
    return [*_saving(recordings, effort), _listing(small, effort), _opening(effort)]


def _saving(recordings: list[Recording], effort: Effort) -> list[Row]:
    few, many = recordings
    took = spread([_saved_ms(few)[0] for _ in range(effort.rounds + 1)][1:])
    sizes = [_saved_ms(recording)[1] / len(recording.log) for recording in recordings]
    return [
        Row(
            f"Saving a recording of {len(few.log):,} steps, median and worst of {effort.rounds}",
            f"{took.median:.0f} ms, worst {took.highest:.0f} ms",
            target=f"within {MOST_MS_TO_SAVE:,} ms",
            held=took.highest <= MOST_MS_TO_SAVE,
        ),
        Row(
            f"Bytes a step on the disk, {len(few.log):,} steps of two processes, {len(many.log):,} of eight",
            f"{sizes[0]:.1f}; {sizes[1]:.1f}",
            target=f"at most {MOST_BYTES}",
            held=max(sizes) <= MOST_BYTES,
        ),
    ]


def _saved_ms(recording: Recording) -> tuple[float, int]:
    """How long it took to save, and the bytes on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        with Store(Settings(data_dir=folder)) as store:
            began = perf_counter()
            store.keep(recording, OF_THIS_MACHINE)
            until(lambda: store.listing([OF_THIS_MACHINE]).kept)
            took = (perf_counter() - began) * 1000
        return took, sum(file.stat().st_size for file in Path(folder).iterdir())


def _listing(small: list[Recording], effort: Effort) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        with Store(Settings(data_dir=folder)) as store:
            for number in range(LISTED):
                one = small[number % DIFFERENT]
                another = Recording({**one.header, "id": f"run{number}"}, one.snapshot, one.log)
                store.keep(another, OF_THIS_MACHINE)
                if number % 100 == 99:  # no more may wait than there is room for
                    last = another.id
                    until(lambda: store.shelved(last) is not None)  # noqa: B023 - it is called at once
        with serving(LOST_UPDATE_DATA_DIR=folder) as server, httpx.Client(base_url=server.url) as client:
            assert _listed(client)[0] == LISTED
            taken = [_list_ms(client) for _ in range(effort.rounds)]
    first, all_of_them = spread([one[0] for one in taken]), spread([one[1] for one in taken])
    return Row(
        f"Listing {LISTED:,} recordings over HTTP: the first answer, of a hundred; all, in ten answers",
        f"{first.median:.0f} ms; {all_of_them.median:.0f} ms",
        target=f"within {MOST_MS_TO_LIST} ms",
        held=first.median <= MOST_MS_TO_LIST,
    )


def _list_ms(client: httpx.Client) -> tuple[float, float]:
    """Until the first answer was there, and until all were."""
    began = perf_counter()
    _, first = _listed(client)
    return (first - began) * 1000, (perf_counter() - began) * 1000


def _listed(client: httpx.Client) -> tuple[int, float]:
    """How many there are, and when the first answer was there."""
    count, place, first = 0, "", 0.0
    while True:
        answer: dict[str, Any] = client.get("/api/recordings", params={"before": place}).json()
        first = first or perf_counter()
        count += len(answer["recordings"])
        if answer["next"] is None:
            return count, first
        place = answer["next"]


def _opening(effort: Effort) -> Row:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with serving(LOST_UPDATE_DATA_DIR=one) as server:
            kept = server.run(iterations=effort.iterations // 2)["id"]
            until(lambda: server.ask("GET", "/api/recordings").json()["recordings"])
        with serving(LOST_UPDATE_DATA_DIR=one) as after, serving(LOST_UPDATE_DATA_DIR=other) as before:
            view = before.run(iterations=effort.iterations // 2)
            from_disk, from_memory = in_turn(
                3 * effort.rounds, lambda: _open_ms(after, kept), lambda: _open_ms(before, view["id"])
            )
    ratio = ratios(from_disk, from_memory)
    return Row(
        f"Opening a kept run of {view['steps']:,} steps over HTTP; the alternative: one in memory",
        f"{spread(from_disk).median:.0f} ms",
        f"{spread(from_memory).median:.0f} ms",
        ratio,
        f"at most {MOST_TIMES_MEMORY} ×",
        ratio.median <= MOST_TIMES_MEMORY,
    )


def _open_ms(server: RunningServer, run_id: str) -> float:
    with httpx.Client(base_url=server.url) as client:
        client.get("/healthz")
        began = perf_counter()
        assert client.get(f"/runs/{run_id}").status_code == 200
        assert client.get(f"/api/runs/{run_id}/columns").status_code == 200
        return (perf_counter() - began) * 1000
