"""A server that knows recordings beside the runs that it is asked for: `python -m tests.recorded_server [FOLDER]`."""

import sys
from pathlib import Path


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every worker process imports this module again."""
    from lost_update.execution.explorations import Explorations
    from lost_update.settings import Settings
    from lost_update.web.server import Server, listen
    from tests.recorded import RecordedRegistry

    registry = RecordedRegistry(Settings(), *map(Path, sys.argv[1:]))
    explorations = Explorations(Settings())
    try:
        listener = listen("127.0.0.1", 0)
        print(f"Lost Update is at http://127.0.0.1:{listener.getsockname()[1]} with its recordings", flush=True)
        Server(registry, explorations).run([listener])
    finally:
        explorations.close()
        registry.close()


if __name__ == "__main__":
    main()
