"""Finds the Chromium that the browser tests drive, and fetches one where there is none.

`python -m tests.browser.chromium` prints its path; where none can be had, it says what to do and exits with 1.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import fonts
from tests.browser.finding import chosen_or_on_path, fetch_package, run, starts, tell

CHOICE = "LOST_UPDATE_CHROMIUM"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is Chromium without all that a person would see around the page. It takes half of the machine's time."""
PACKAGES = ("chromium-headless-shell", "chromium")
"""Of Debian: the second where the first is not there yet."""
ADVICE = f"""\
The browser tests need Chromium, and none was found or could be fetched. Do one of these, then try again:
  - install Chromium or Chrome, so that one of {", ".join(NAMES)} is on the PATH
  - run `{Path(sys.executable).parent / "playwright"} install --with-deps chromium`
  - set {CHOICE} to the path of one"""


def find() -> Path | None:
    """The browser that is here: the one chosen by hand, else one on the PATH, else Playwright's own."""
    return chosen_or_on_path(CHOICE, NAMES) or _playwrights_own()


def fetch() -> Path | None:
    """A browser that was not here: Playwright's own, else, for root on Debian, the distribution's."""
    run(sys.executable, "-m", "playwright", "install", "chromium")
    if path := _playwrights_own():
        return path
    return next((path for package in PACKAGES if fetch_package(package) and (path := find())), None)


def _playwrights_own() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if starts(path) else None


if __name__ == "__main__":
    fonts.see_to_it()
    tell(find, fetch, ADVICE)
