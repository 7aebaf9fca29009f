"""Makes the recordings anew: `python -m tests.recordings [NAME…]`."""

import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.recordings import FOLDER, RECORDINGS, Asked, file_of, plain

if TYPE_CHECKING:  # Every process imports this module again.
    from lost_update.execution.registry import Registry
    from lost_update.execution.run import Run

MOST_TRIES = 200
"""What depends on luck has happened by then."""


def main(names: Iterable[str], folder: Path = FOLDER) -> None:
    """Make these recordings, or all."""
    from lost_update.execution.registry import Registry
    from lost_update.settings import Settings

    registry = Registry(Settings())
    try:
        for name in list(names) or RECORDINGS:
            size = file_of(name, folder).write_bytes(_made(registry, name, RECORDINGS[name]))
            print(f"{name}: {size:,} bytes")
    finally:
        registry.close()


def _made(registry: "Registry", name: str, asked: Asked) -> bytes:
    """The file of a run that came to what is wanted of it."""
    from lost_update.exports import ndjson
    from lost_update.model.recording import Recording

    for _ in range(MOST_TRIES):
        run = _ended(registry, asked).recording
        recording = Recording({**run.header, "id": name}, run.snapshot, run.log)
        if asked.is_wanted(*plain(recording)):
            return b"".join(ndjson.write(recording))
    raise SystemExit(f"{name}: {MOST_TRIES} runs did not show what is wanted of it.")


def _ended(registry: "Registry", asked: Asked) -> "Run":
    from lost_update.sources.request import RunRequest

    run = registry.submit(RunRequest(**asked.request))
    if asked.stop_after is not None:
        enough = threading.Event()

        def look() -> None:
            if run.is_over or len(run.recording.log) >= (asked.stop_after or 0):
                enough.set()

        run.recording.log.listen(look)
        look()
        enough.wait()
        run.recording.log.unlisten(look)
        registry.stop(run, "It was stopped on request.")
    run.join()
    return run


if __name__ == "__main__":
    main(sys.argv[1:])
