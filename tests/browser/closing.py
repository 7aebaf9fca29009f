"""Playwright, but one that ends for certain: its driver waits for the browser, and a browser may never answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from playwright.sync_api import Playwright, sync_playwright

CLOSE_SECONDS = 20


@contextmanager
def playwright_that_ends(within: float = CLOSE_SECONDS) -> Iterator[Playwright]:
    """Playwright. In the end its browsers are closed; where that takes too long, all that it started is killed."""
    watchdog = threading.Timer(within, _kill_drivers)
    watchdog.daemon = True
    try:
        with sync_playwright() as playwright:
            try:
                yield playwright
            finally:
                watchdog.start()
    finally:
        watchdog.cancel()


def _kill_drivers() -> None:
    """Of this process, with the browsers that they drive; a process has one Playwright at a time."""
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if "run-driver" in child.cmdline():
                for process in [*child.children(recursive=True), child]:
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
