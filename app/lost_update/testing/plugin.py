"""The plugin for pytest that comes with the package: the fixture `lost_update`.

    def test_transfer(lost_update):
        lost_update.trace(main).check()

It loads nothing before it is used, adds no option and no mark, and does nothing to tests that do not ask for it.
"""

from typing import Any

import pytest


class LostUpdate:
    """What a test can ask for."""

    @property
    def trace(self) -> Any:
        """Run a function of one's own, traced: `trace(main, *arguments, timeout=60, repeat=1).check()`."""
        from lost_update.testing.tracing_functions import trace

        return trace

    @property
    def explore(self) -> Any:
        """Take a worker through every interleaving: `explore(worker, share, processes=2, invariant=right)`."""
        from lost_update.testing.exploring import explore

        return explore


@pytest.fixture(scope="session", name="lost_update")
def _lost_update() -> LostUpdate:
    """Traces functions of this project's own, and takes their workers through every interleaving."""
    return LostUpdate()
