"""The server is asked to stop, or is killed, in the middle of everything."""

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator

import psutil

from tests.chapters import EVERY, MAY_BLOCK, long
from tests.serving import END_STATES, RunningServer, descendants, is_alive, serving, until
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import every_endless_run
from tests.streaming import Event, events

WAYS = ("SIGTERM", "SIGINT", "Ctrl-C in its terminal", "SIGTERM, with a viewer who never reads", "SIGKILL")
RUNS = 3
VIEWERS = 4


def carry_out(trials: Trials) -> None:
    """Start a server and runs on it, and end it."""
    for number, draw in enumerate(trials):
        way = WAYS[number % len(WAYS)]
        with trials.trial(way):
            took = _end(way, draw)
            trials.took(f"from {'the kill' if way == 'SIGKILL' else 'the signal'} until nobody is left", took, 2)


def _end(way: str, draw: random.Random) -> float:
    """Seconds from the signal until the server and everything it started is gone."""
    lasting = [request for request in every_endless_run() if request["pace"] != "free"]
    with serving() as server, contextlib.ExitStack() as open_streams:
        if "never reads" in way:
            run_id = server.run(iterations=100_000)["id"]
            _watch(server, run_id, open_streams)
        runs = [server.start(**request) for request in draw.sample(lasting, RUNS)]
        runs.append(server.start(**long(draw.choice([name for name in EVERY if name not in MAY_BLOCK]))))
        streams = [_watch(server, run_id, open_streams) for run_id in runs for _ in range(VIEWERS)]
        time.sleep(draw.uniform(0, 0.3))  # the moment is what is drawn
        family = [psutil.Process(server.pid), *descendants(server.pid)]
        began = time.perf_counter()
        if way.startswith("Ctrl-C"):
            os.killpg(server.pid, signal.SIGINT)
        else:
            server.process.send_signal(signal.Signals[way.partition(",")[0]])
        server.process.wait(20)
        until(lambda: not any(map(is_alive, family)))
        took = time.perf_counter() - began
        if way != "SIGKILL":
            assert server.process.returncode in (0, -signal.SIGTERM), server.process.returncode
            for first, stream in streams:
                *_, last = first, *stream
                assert last.name == "end", last
                assert last.data["status"] in END_STATES, last
        return took


def _watch(server: RunningServer, run_id: str, open_streams: contextlib.ExitStack) -> tuple[Event, Iterator[Event]]:
    """The first event of a stream, and the stream, open. Of a run that is over already the first is the last."""
    stream = open_streams.enter_context(contextlib.closing(events(server, run_id)))
    return next(stream), stream


CAMPAIGN = Campaign(
    name="servers",
    about=(
        "A server with four live runs and sixteen open streams is stopped by SIGTERM, by SIGINT, by Ctrl-C in its "
        "terminal, with a viewer who never reads, and is killed by SIGKILL. Nobody survives, and where it could still "
        "speak, every viewer got the end."
    ),
    full=100,
    sample=1,
    carry_out=carry_out,
)
