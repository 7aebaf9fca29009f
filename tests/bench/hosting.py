"""Serves in a thread of this process, so that a measurement can see both ends; viewers are processes of their own."""

import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import uvicorn

from lost_update.execution.explorations import Explorations
from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from lost_update.web.listening import listen
from lost_update.web.server import Server
from tests.bench.naive import NaiveServer
from tests.serving import WAIT_SECONDS, until


def finished_run(registry: Registry, request: RunRequest) -> Run:
    """A run that has been."""
    run = registry.submit(request)
    run.join()
    assert run.recording.snapshot.status == "finished", run.recording.snapshot.reason
    return run


@contextmanager
def both_servers() -> Iterator[tuple[Registry, str, str]]:
    """A registry, and the addresses of two servers over it: the real one and the naive one."""
    registry, explorations = Registry(Settings()), Explorations(Settings())
    with _hosting(NaiveServer(registry)) as naive, _hosting(Server(registry, explorations)) as ours:
        yield registry, ours, naive


@contextmanager
def viewers_process() -> Iterator[Executor]:
    """A fresh process to run functions in, ready to go."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        executor.submit(abs, 0).result()
        yield executor


def start_of(run: Run) -> int:
    """When a run that still lives began, in `perf_counter_ns`: the clock of all processes of this machine."""
    began: int = until(lambda: run.recording.snapshot.start_ns)
    return began


@contextmanager
def _hosting(server: uvicorn.Server) -> Iterator[str]:
    listener = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(WAIT_SECONDS)
