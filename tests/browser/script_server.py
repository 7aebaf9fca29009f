"""A server that shows traced scripts: `python -m tests.browser.script_server [NAME…]`.

Each is made when it is first asked for. Pages lead to the ones that are named.
"""

import sys
from collections.abc import Sequence


def main(wanted: Sequence[str]) -> None:
    """Serve on a free port until SIGTERM. Imports late, because every process imports this module again."""
    from functools import cache

    from lost_update.execution.registry import Registry
    from lost_update.model.recording import Recording
    from lost_update.settings import Settings
    from tests.browser.script_programs import PROGRAMS
    from tests.served import serve

    made = cache(lambda name: PROGRAMS[name]())

    class ScriptRegistry(Registry):
        def recording(self, run_id: str) -> Recording | None:
            return made(run_id) if run_id in PROGRAMS else super().recording(run_id)

        @property
        def shown(self) -> list[Recording]:
            return [made(name) for name in wanted]

    serve(ScriptRegistry(Settings()), "traced scripts")


if __name__ == "__main__":
    main(sys.argv[1:])
