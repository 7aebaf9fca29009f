"""A server that knows recordings beside the runs that it is asked for: `python -m tests.recorded_server [FOLDER]`."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Final
from unittest.mock import patch

LONG: Final = 210_000
"""From so many steps on a worker beside the page builds what it shows. Elsewhere that takes more, and so do tests."""


def main() -> None:
    """Serve on a free port until SIGTERM. Imports late, because every process imports this module again."""
    from lost_update.settings import Settings
    from lost_update.web.pages import race
    from tests.recorded import RecordedRegistry
    from tests.served import serve

    folders = [Path(each) for each in sys.argv[1:]]
    # Whoever brings its own folder compares the pages with those of other servers.
    with nullcontext() if folders else patch.object(race, "APART_FROM", LONG):
        serve(RecordedRegistry(Settings(), *folders), "its recordings")


if __name__ == "__main__":
    main()
