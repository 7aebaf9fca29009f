"""Makes the recordings anew: `python -m tests.recordings [NAME…]`."""

import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.recordings import FOLDER, RECORDINGS, Recording, file_of

if TYPE_CHECKING:  # Every worker process imports this module again.
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


def _made(registry: "Registry", name: str, recording: Recording) -> bytes:
    """The file of a run that came to what is wanted of it."""
    import orjson

    from lost_update.model.encoding import lines_json

    for _ in range(MOST_TRIES):
        run = _ended(registry, recording)
        view = {**run.view(), "id": name}
        lines = lines_json(run.log.rows(0, len(run.log)), 0, run.names)
        if recording.is_wanted(view, [orjson.loads(line) for line in lines.splitlines()]):
            return orjson.dumps({"run": view}, option=orjson.OPT_APPEND_NEWLINE) + lines
    raise SystemExit(f"{name}: {MOST_TRIES} runs did not show what is wanted of it.")


def _ended(registry: "Registry", recording: Recording) -> "Run":
    from lost_update.sources.request import RunRequest

    run = registry.submit(RunRequest(**recording.request))
    if recording.stop_after is not None:
        enough = threading.Event()

        def look() -> None:
            if run.is_over or len(run.log) >= (recording.stop_after or 0):
                enough.set()

        run.log.listen(look)
        look()
        enough.wait()
        run.log.unlisten(look)
        registry.stop(run, "It was stopped on request.")
    run.join()
    return run


if __name__ == "__main__":
    main(sys.argv[1:])
