"""What tests share: a real server on a real port, and a registry of real runs.

Each test is either *pure* or one of *processes*. Pure ones start no process and use no network, which is checked
here. `make check` runs them. The others use a fixture that starts something, or are marked where they stand.
"""

import sys
import threading
from collections.abc import Iterator

import pytest

from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from tests.serving import RunningServer, serving
from tests.tracing_here import recorder

__all__ = ["recorder", "registry", "server"]

pytest_plugins = ["tests.limits", "tests.sharing", "tests.variants"]

STARTING = {"server", "registry", "browser", "firefox"}
"""Fixtures that start processes. A test that uses one, directly or not, is not pure."""

STARTS_OR_ASKS = {"os.fork", "os.posix_spawn", "subprocess.Popen", "socket.bind", "socket.connect"}

_pure: list[str] = []
"""The test that is at work, if it is a pure one."""


def _forbid(event: str, _arguments: tuple[object, ...]) -> None:
    if _pure and event in STARTS_OR_ASKS and threading.current_thread() is threading.main_thread():
        raise AssertionError(f"{_pure[0]} is taken for pure, and calls {event}: mark it with `processes`")


sys.addaudithook(_forbid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Distinguish pure tests from others."""
    for item in items:
        if STARTING & set(getattr(item, "fixturenames", ())):
            item.add_marker("processes")
        elif item.get_closest_marker("processes") is None:
            item.add_marker("pure")


@pytest.fixture(autouse=True)
def kept_pure(request: pytest.FixtureRequest) -> Iterator[None]:
    """A pure test that starts something fails."""
    if request.node.get_closest_marker("pure"):
        _pure.append(request.node.nodeid)
    yield
    _pure.clear()


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
