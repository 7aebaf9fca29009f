"""Finds the nginx that stands before a server in tests, and fetches one where there is none; and runs it.

`python -m tests.browser.nginx` prints its path; where none can be had, it says what to do and exits with 1.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import ROOT
from tests.browser.finding import run, tell
from tests.leash import on_a_leash
from tests.serving import WAIT_SECONDS, until

CHOICE = "LOST_UPDATE_NGINX"
PACKAGES = ("nginx", "nginx-light", "nginx-core")
"""Of Debian and Ubuntu: one of them has the program, and which one has changed."""
UNPACKED = ROOT / "build" / "nginx"
ADVICE = f"""\
Some browser tests need nginx, and none was found or could be fetched. Do one of these, then try again:
  - install nginx, so that it is on the PATH or in /usr/sbin; it need not be started
  - set {CHOICE} to the path of one"""


def find() -> Path | None:
    """The nginx that is here: the one chosen by hand, else an installed one, else the one that was fetched."""
    places = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:{UNPACKED / 'usr' / 'sbin'}"
    found = shutil.which(os.environ.get(CHOICE) or "nginx", path=places)
    return Path(found) if found and _starts(found) else None


def fetch() -> Path | None:
    """The distribution's, unpacked and not installed: an installed nginx would be started as a service."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        run("apt-get", "update", "--quiet")
    for package in PACKAGES:
        archives = UNPACKED / package
        archives.mkdir(parents=True, exist_ok=True)
        run("env", "--chdir", str(archives), "apt-get", "download", "--quiet", package)
        for archive in archives.glob("*.deb"):
            run("dpkg", "--extract", str(archive), str(UNPACKED))
        if path := find():
            return path
    return None


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "-v"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, http: str, port: int) -> Iterator[None]:
    """An nginx with this in its `http` block, once it listens on the port; SIGTERM ends it."""
    path = find()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    configuration = folder / "nginx.conf"
    configuration.write_text(
        "\n".join(
            (
                # One process in the foreground: what a test starts, it can end.
                "daemon off;",
                "master_process off;",
                f"pid {folder}/nginx.pid;",
                "error_log stderr warn;",
                "events {}",
                "http {",
                "access_log off;",
                # Where it closes many idle connections at once, a busy browser gives up after a third that is closed.
                "keepalive_timeout 600;",
                "keepalive_requests 100000;",
                *(f"{name}_temp_path {folder}/{name};" for name in kept),
                http,
                "}",
            )
        )
    )
    process = on_a_leash([str(path), "-p", str(folder), "-e", "stderr", "-c", str(configuration)])
    try:
        until(lambda: process.poll() is not None or listens(port))
        assert process.poll() is None, "nginx did not start"
        yield
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)
        assert process.stdin is not None
        process.stdin.close()


def listens(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    tell(find, fetch, ADVICE)
