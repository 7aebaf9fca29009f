"""Finds the Redis over which tests have several servers as one, and fetches one where there is none; and runs it.

`python -m tests.redis_server` prints its path; where none can be had, it says what to do and exits with 1.
"""

import os
import re
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
from tests.serving import WAIT_SECONDS, cpu_seconds, until

CHOICE = "LOST_UPDATE_REDIS"
PACKAGE = "redis-server"
UNPACKED = ROOT / "build" / "redis"
ADVICE = f"""\
Some tests need a Redis server, and none was found or could be fetched. Do one of these, then try again:
  - install redis-server, so that it is on the PATH; it need not be started
  - set {CHOICE} to the path of one"""


def find() -> Path | None:
    """The Redis that is here: the one chosen by hand, else an installed one, else the one that was fetched."""
    places = f"{os.environ.get('PATH', os.defpath)}:{UNPACKED / 'usr' / 'bin'}"
    found = shutil.which(os.environ.get(CHOICE) or PACKAGE, path=places)
    return Path(found) if found and _starts(found) else None


def fetch() -> Path | None:
    """The distribution's, unpacked and not installed: an installed one would be started as a service."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        run("apt-get", "update", "--quiet")
    archives = UNPACKED / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    run("env", "--chdir", str(archives), "apt-get", "download", "--quiet", *_missing_packages())
    for archive in archives.glob("*.deb"):
        run("dpkg", "--extract", str(archive), str(UNPACKED))
    return find()


def _missing_packages() -> list[str]:
    """What would be installed with it: it and those of its libraries that are not here."""
    command = ["apt-get", "install", "--simulate", "--quiet=2", "--no-install-recommends", PACKAGE]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
    return re.findall(r"^Inst (\S+) ", said, re.MULTILINE) or [PACKAGE]


def _starts(path: str) -> bool:
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=20, check=False, env=_environment())
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _environment() -> dict[str, str]:
    """With the libraries that were fetched with it, if it was."""
    libraries = [str(folder) for folder in (UNPACKED / "usr" / "lib").glob("*-linux-*")]
    before = os.environ.get("LD_LIBRARY_PATH")
    return {**os.environ, "LD_LIBRARY_PATH": ":".join([*libraries, *([before] if before else [])])}


class RedisServer:
    """A Redis of a test's own, with nothing on the disk: killed, it comes back empty."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[str] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    @property
    def cpu_seconds(self) -> float:
        """The processor time that it has taken since it was started."""
        assert self._process is not None
        return cpu_seconds(self._process.pid)

    def start(self) -> None:
        """Start it, at the same address each time, and wait until it answers."""
        options = {"port": self._port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self._folder}
        flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        with (self._folder / "redis.log").open("a") as log:
            process = on_a_leash([str(self._path), *flags], stdout=log, env=_environment())
        self._process = process
        until(lambda: process.poll() is not None or _listens(self._port))
        assert process.poll() is None, f"Redis did not start: {(self._folder / 'redis.log').read_text()}"

    def kill(self) -> None:
        """Kill it, at once."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(WAIT_SECONDS)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process = None

    def close(self) -> None:
        """Kill it, if it still runs: it has nothing to save."""
        if self._process is not None:
            self.kill()


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """A Redis on a free port, which keeps its log in that folder."""
    path = find()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    server = RedisServer(path, folder)
    server.start()
    try:
        yield server
    finally:
        server.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    tell(find, fetch, ADVICE)
