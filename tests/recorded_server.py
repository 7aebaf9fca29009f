"""A server that knows recordings beside the runs that it is asked for: `python -m tests.recorded_server [FOLDER]`."""

import sys
from pathlib import Path


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every process imports this module again."""
    from lost_update.settings import Settings
    from tests.recorded import RecordedRegistry
    from tests.served import serve

    serve(RecordedRegistry(Settings(), *map(Path, sys.argv[1:])), "its recordings")


if __name__ == "__main__":
    main()
