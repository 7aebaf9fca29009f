"""Starts real servers for tests, talks to them, and sees to it that they end and leave nothing behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import psutil

from lost_update.execution.run import Run
from tests.contract import Contract, contract_in
from tests.leash import on_a_leash

WAIT_SECONDS = 60.0
"""How long anything is waited for. Nothing takes this long, not on a busy machine either; what does has failed."""

CLIENT = httpx.Client(
    timeout=WAIT_SECONDS,
    verify=False,
    limits=httpx.Limits(max_keepalive_connections=0),
    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
)
"""For all plain requests. Servers here speak plain HTTP: to load the certificates for each request would take longer
than most answers. No connection is kept: a server may close one in the moment in which it is used again. And no cookie:
who has looked at a page with it stays the visitor of this address."""

SHORTEST_PAUSE_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 0.05
"""Between two looks at what is waited for. Looking takes something of the machine that others wait for too."""

_promised: list[Contract] = []
"""The contract, once a server has been asked for it."""

HOLDING: dict[str, Any] = {"pace": "slow", "step_ms": 1_000}
"""A run whose processes hold a lock for seconds: whoever was seen with it has it still."""

END_STATES = ("finished", "failed", "stopped")


@dataclass
class RunningServer:
    """A server in a process of its own. Whatever it answers here is held against its `/openapi.json`."""

    url: str
    process: "subprocess.Popen[str]"

    @property
    def pid(self) -> int:
        """The server's process."""
        return self.process.pid

    @property
    def cpu_seconds(self) -> float:
        """The processor time that its process has taken so far."""
        return cpu_seconds(self.pid)

    @property
    def contract(self) -> Contract:
        """What its answers must be like. All servers promise the same, and to describe it takes a server half a second:
        the first that is asked speaks for all.
        """
        if not _promised:
            response = CLIENT.get(f"{self.url}/openapi.json")
            assert response.status_code == 200, response.text
            _promised.append(contract_in(response.text))
        return _promised[0]

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Any request; the answer has been held against the contract."""
        response = CLIENT.request(method, self.url + path, **more)
        self.contract.check(response, httpx.URL(self.url).path.rstrip("/"))
        return response

    def post(self, **request: Any) -> httpx.Response:
        """Ask for a run."""
        return self.ask("POST", "/api/runs", json=request)

    def start(self, **request: Any) -> str:
        """Start a run and return its id."""
        response = self.post(**request)
        assert response.status_code == 201, response.text
        run_id: str = response.json()["id"]
        return run_id

    def view(self, run_id: str) -> dict[str, Any]:
        """The run view of a run."""
        response = self.ask("GET", f"/api/runs/{run_id}")
        assert response.status_code == 200, response.text
        view: dict[str, Any] = response.json()
        return view

    def stop(self, run_id: str) -> dict[str, Any]:
        """Stop a run and return its view."""
        response = self.ask("DELETE", f"/api/runs/{run_id}")
        assert response.status_code == 200, response.text
        view: dict[str, Any] = response.json()
        return view

    def finished(self, run_id: str) -> dict[str, Any]:
        """The view of a run once it has ended, however it did."""
        view: dict[str, Any] = until(lambda: self.view(run_id), lambda view: view["status"] in END_STATES)
        return view

    def run(self, **request: Any) -> dict[str, Any]:
        """Start a run, wait for its end, and return its view."""
        return self.finished(self.start(**request))

    def steps(self, run_id: str) -> list[dict[str, Any]]:
        """Every step of a run."""
        response = self.ask("GET", f"/api/runs/{run_id}/steps.ndjson")
        return [json.loads(line) for line in response.text.splitlines()]


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has taken so far."""
    times: Any = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def until(look: Callable[[], Any], is_so: Callable[[Any], bool] = bool) -> Any:
    """Look again and again until what is seen is so; return what was seen. Fails after `WAIT_SECONDS`."""
    deadline = time.monotonic() + WAIT_SECONDS
    pause = SHORTEST_PAUSE_SECONDS
    while True:
        seen = look()
        if is_so(seen):
            return seen
        assert time.monotonic() < deadline, f"waited {WAIT_SECONDS} s in vain; last seen: {seen!r}"
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE_SECONDS)


def ended(run: Run, within: float = WAIT_SECONDS) -> Run:
    """A run of this process, once it is over and everything that it started is closed. Fails after so many seconds."""
    waiting = threading.Thread(target=run.join, daemon=True)
    waiting.start()
    waiting.join(within)
    assert not waiting.is_alive(), f"waited {within} s in vain for a run that is {run.recording.snapshot.status}"
    return run


@contextmanager
def serving(
    *arguments: str, on_one_core: bool = False, errors: Path | None = None, **environment: str
) -> Iterator[RunningServer]:
    """A server on a free port; SIGTERM ends it. `environment` is set on top of this process's.

    `errors` is the file that takes its standard error, which otherwise is this process's.
    """
    command = [sys.executable, "-m", "lost_update", "serve", "--port", "0", "--no-open", *arguments]
    if on_one_core:
        command = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0))), *command]
    with serving_by(command, errors, **environment) as server:
        yield server


@contextmanager
def serving_by(command: list[str], errors: Path | None = None, **options: Any) -> Iterator[RunningServer]:
    """The server that a command starts, once it is well; SIGTERM ends it. What is in capitals is its environment."""
    environment = {name: options.pop(name) for name in list(options) if name.isupper()}
    environment = {**options.pop("env", os.environ), "PYTHONUNBUFFERED": "1", **environment}
    with errors.open("w") if errors else nullcontext() as stderr:
        process = on_a_leash(command, stdout=subprocess.PIPE, stderr=stderr, env=environment, **options)
    family = [psutil.Process(process.pid)]
    try:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        url = next((word for word in greeting.split() if word.startswith("http")), "")
        assert url, f"the server did not start: {greeting!r}"
        until(lambda: is_healthy(url))
        yield RunningServer(url, process)
    finally:
        family += descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(WAIT_SECONDS)
        finally:
            process.kill()
            process.wait(WAIT_SECONDS)
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                pipe.close()
        until(lambda: not any(map(is_alive, family)))


def descendants(pid: int) -> list[psutil.Process]:
    """The processes that `pid` started, and those that these started."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def pythons_since(before: Iterable[psutil.Process]) -> list[psutil.Process]:
    """The Pythons that live below this process and were not there before. A browser's processes come and go."""
    return [each for each in descendants(os.getpid()) if each not in before and is_alive(each) and _is_python(each)]


def _is_python(process: psutil.Process) -> bool:
    try:
        return "python" in process.name()
    except psutil.NoSuchProcess:
        return False


def is_alive(process: psutil.Process | int | None) -> bool:
    """Whether a process, by itself or by its pid, still runs; one that has ended and waits to be reaped does not."""
    try:
        found = psutil.Process(process) if isinstance(process, int) else process
        return found is not None and found.is_running() and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_healthy(url: str) -> bool:
    """Whether a server answers there."""
    try:
        return CLIENT.get(f"{url}/healthz").status_code in (200, 403)  # 403: it answers those who have its key
    except httpx.TransportError:
        return False
