"""Finds browsers and an nginx for the tests, and fetches them where there are none: what is the same for each."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path


class NoBrowserError(Exception):
    """There is no browser to test with; the message says what to do about it."""


def chosen_or_on_path(choice: str, names: Iterable[str]) -> Path | None:
    """The browser that the variable `choice` names, else the first of these names on the PATH that starts.

    Raises NoBrowserError where one was chosen and does not start.
    """
    if chosen := os.environ.get(choice):
        if not starts(Path(chosen)):
            raise NoBrowserError(f"{choice} is {chosen!r}, which does not start as a browser.")
        return Path(chosen)
    on_path = (Path(found) for name in names if (found := shutil.which(name)))
    return next((path for path in on_path if starts(path)), None)


def starts(path: Path) -> bool:
    """Whether this is a browser that can be started."""
    # Being there is not enough: Ubuntu's chromium-browser only points to a snap, and system libraries may be missing.
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def fetch_package(name: str) -> bool:
    """Install a package of the distribution; false where only somebody else may, or nothing is known of packages."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    run("apt-get", "update", "--quiet")
    run("apt-get", "install", "--quiet", "--yes", "--no-install-recommends", name)
    return True


def run(*command: str) -> None:
    """Carry out a command that may help to fetch one."""
    # Standard output belongs to the answer. Whether the command helped is seen by looking again.
    print("Fetching for the tests:", *command, file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(command, stdout=sys.stderr, env=environment, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        print("Gave up after 15 minutes.", file=sys.stderr)


def tell(find: Callable[[], Path | None], fetch: Callable[[], Path | None], advice: str) -> None:
    """Print the path of what is wanted, and fetch it if need be; end with what to do where none can be had."""
    try:
        path = find() or fetch()
    except NoBrowserError as error:
        sys.exit(str(error))
    if path is None:
        sys.exit(advice)
    print(path)
