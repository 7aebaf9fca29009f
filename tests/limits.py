"""Ends what hangs, wherever it hangs: in a test, in what is torn down after it, or when all tests are over.

pytest-timeout comes first. It raises an error in a test that takes too long, and the others go on. But it does so once:
what is torn down afterwards may hang too, and may not be able to catch an error. So a second clock runs, in a thread of
C code, and is set anew at each sign of progress. Where it runs out, it prints what every thread is doing and ends the
process there and then.

What a test run ended like this leaves behind is seen to elsewhere: tests/leash.py ends the servers. Where several
processes share the tests, the test that was at work has failed, and a new process goes on with the others.
"""

import faulthandler
import os
import sys

import pytest

GRACE = "grace_seconds"
RESTART_SECONDS = 60
"""How long it takes at most until a new process has taken the place of one that was ended."""

_clock: pytest.StashKey["Clock"] = pytest.StashKey()


class Clock:
    """The second clock of this process."""

    def __init__(self, config: pytest.Config) -> None:
        self.timeout = float(config.getini("timeout") or 0)
        self.grace = float(config.getini(GRACE))
        self.is_for_another = hasattr(config, "workerinput")
        """Whether another process asks this one to run tests, and waits for its results."""
        # A copy: while a test runs, standard error is another file.
        self._errors = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)

    def start(self, timeout: float | None = None) -> None:
        """From now on, for as long as the first clock allows, and a grace."""
        self._set(self.grace + (self.timeout if timeout is None else timeout))

    def between_tests(self) -> None:
        """Wait for others, if at all: a process that waits for one that runs tests is more patient than that one."""
        if self.is_for_another:
            faulthandler.cancel_dump_traceback_later()
        else:
            self._set(2 * (self.grace + self.timeout) + RESTART_SECONDS)

    def _set(self, seconds: float) -> None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._errors)


def pytest_addoption(parser: pytest.Parser) -> None:
    """A setting."""
    parser.addini(GRACE, "how long after its timeout a test, its setup or its teardown is ended by force", default="60")


def pytest_configure(config: pytest.Config) -> None:
    """To look for tests takes its time too."""
    config.stash[_clock] = Clock(config)
    config.stash[_clock].between_tests()


# At each phase, since pytest itself stops this clock when one has failed.
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before what a test needs is made ready."""
    _start_for(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Before the test."""
    _start_for(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Before its end, and the end of all that no other test needs."""
    _start_for(item)


def _start_for(item: pytest.Item) -> None:
    own = item.get_closest_marker("timeout")
    item.config.stash[_clock].start(float(own.args[0]) if own else None)


class _BetweenTests:
    """A hook that does not get the configuration."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self) -> None:
        """A test is over, or a part of it, in this process or in another."""
        self._clock.between_tests()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """From here on tests are run."""
    session.config.pluginmanager.register(_BetweenTests(session.config.stash[_clock]))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """All tests are over. Nothing stops the clock any more: the process ends in time."""
    session.config.stash[_clock].start()
