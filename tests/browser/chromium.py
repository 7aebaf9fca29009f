"""Finds the Chromium that the browser tests drive, and fetches one where there is none.

`python -m tests.browser.chromium` prints its path; where none can be had, it says what to do and exits with 1.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

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


class NoChromiumError(Exception):
    """There is no browser to test with; the message says what to do about it."""


def find() -> Path | None:
    """The browser that is here: the one chosen by hand, else one on the PATH, else Playwright's own."""
    if chosen := os.environ.get(CHOICE):
        if not starts(Path(chosen)):
            raise NoChromiumError(f"{CHOICE} is {chosen!r}, which does not start as a browser.")
        return Path(chosen)
    on_path = (Path(found) for name in NAMES if (found := shutil.which(name)))
    return next((path for path in on_path if starts(path)), None) or _playwrights_own()


def fetch() -> Path | None:
    """A browser that was not here: Playwright's own, else, for root on Debian, the distribution's."""
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    if path := _playwrights_own():
        return path
    return next((path for package in PACKAGES if fetch_package(package) and (path := find())), None)


def fetch_package(name: str) -> bool:
    """Install a package of the distribution; false where only somebody else may, or nothing is known of packages."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    _run("apt-get", "update", "--quiet")
    _run("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", name)
    return True


def _playwrights_own() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if starts(path) else None


def starts(path: Path) -> bool:
    """Whether this is a browser that can be started."""
    # Being there is not enough: Ubuntu's chromium-browser only points to a snap, and system libraries may be missing.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(*command: str) -> None:
    # Standard output belongs to the answer. Whether the command helped is seen by looking for the browser again.
    print("Fetching a browser for the tests:", *command, file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, stdout=sys.stderr, env=environment, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        print("Gave up after 15 minutes.", file=sys.stderr)


def main() -> None:
    try:
        path = find() or fetch()
    except NoChromiumError as error:
        sys.exit(str(error))
    if path is None:
        sys.exit(ADVICE)
    print(path)


if __name__ == "__main__":
    main()
