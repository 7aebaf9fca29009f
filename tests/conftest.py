"""What tests share: a real server on a real port, and a registry of real runs."""

from collections.abc import Iterator

import pytest

from lost_update.runs.registry import Registry
from lost_update.settings import Settings
from tests.serving import RunningServer, serving
from tests.tracing_here import recorder

__all__ = ["recorder", "registry", "server"]


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    """A server on a free port, for all tests that leave it as they found it."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def registry() -> Iterator[Registry]:
    """A registry of its own, for runs without a server."""
    registry = Registry(Settings())
    yield registry
    registry.close()
