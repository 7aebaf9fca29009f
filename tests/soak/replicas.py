"""Three servers as one service, while one of them is killed, or Redis is, or the network between them is cut."""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from tests.redis_server import RedisServer, redis_server
from tests.replicas import Replica, Viewer, replica
from tests.serving import until
from tests.soak.campaign import Campaign, Trials

REPLICAS: Final = 3
VIEWERS: Final = 6

RUN: Final = {"pace": "slow", "step_ms": 20, "processes": 3}
LONG: Final = 1_000
SHORT: Final = 80
"""Iterations of a run that lasts until its replica is killed, and of one that lasts for some seconds."""

LATEST_SECONDS: Final = 1.5
"""When something fails, at the latest, after the viewers have come."""

SHORT_SECONDS: Final = 1.0
LONG_SECONDS: Final = 4.0
"""How long a cut lasts at most: of the replica where the run lives, which after three seconds would be given up; and of
another one, or of Redis."""


class Service:
    """The servers of all trials. One that was killed is followed by another."""

    def __init__(self, folder: Path, redis: RedisServer, stack: ExitStack) -> None:
        self.redis = redis
        self._folder = folder
        self._stack = stack
        self.servers = [self._another() for _ in range(REPLICAS)]

    def kill(self, server: Replica) -> None:
        """Kill one."""
        server.kill()

    def replace(self, server: Replica) -> None:
        """Have another in its place."""
        self.servers[self.servers.index(server)] = self._another()

    def _another(self) -> Replica:
        return self._stack.enter_context(replica(self._folder, self.redis.url))


class Trial:
    """One run, its viewers at all replicas, and what is done meanwhile."""

    def __init__(self, service: Service, draw: random.Random, people: ThreadPoolExecutor, iterations: int) -> None:
        self.service = service
        self.draw = draw
        self.owner = draw.choice(service.servers)
        self.run_id = self.owner.start(**RUN, iterations=iterations, seed=draw.randrange(2**40))
        self.ended_at: dict[int, float] = {}
        self._viewers = [Viewer(self.run_id) for _ in range(VIEWERS)]
        self._watching: list[Future[None]] = [
            people.submit(self._watch, number, viewer) for number, viewer in enumerate(self._viewers)
        ]

    def go_wrong(self) -> None:
        """Wait until all watch, and then for the moment that is drawn."""
        until(lambda: all(viewer.seen for viewer in self._viewers))
        time.sleep(self.draw.uniform(0, LATEST_SECONDS))

    def for_a_while(self, most: float) -> None:
        """Let it be so for a time that is drawn."""
        time.sleep(self.draw.uniform(0.05, most))

    def ends(self) -> list[dict[str, Any]]:
        """What each viewer was told last. Nobody missed a step or saw one twice."""
        for watching in self._watching:
            watching.result()
        for viewer in self._viewers:
            indexes = viewer.indexes
            assert indexes == list(range(len(indexes))), f"a viewer saw the steps {indexes[:5]} … {indexes[-5:]}"
        return [viewer.seen[-1].data for viewer in self._viewers]

    def check_it_was_whole(self) -> None:
        """The run finished, every viewer saw all of it, and it is kept where it ran."""
        ends = self.ends()
        view = self.owner.finished(self.run_id)
        assert view["status"] == "finished", view["reason"]
        assert {end["reason"] for end in ends} == {None}, [end["reason"] for end in ends]
        assert ends == [view] * VIEWERS, (ends, view)
        assert {len(viewer.indexes) for viewer in self._viewers} == {view["steps"]}
        until(lambda: self.run_id in {one["id"] for one in self._kept()})

    def _kept(self) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = self.owner.ask("GET", "/api/recordings").json()["recordings"]
        return kept

    def _watch(self, number: int, viewer: Viewer) -> None:
        servers = self.service.servers
        begins = number % len(servers)
        viewer.watch_to_the_end(*servers[begins:], *servers[:begins])
        self.ended_at[number] = time.perf_counter()


def _kill_the_owner(trial: Trial, trials: Trials) -> None:
    trial.go_wrong()
    killed = time.perf_counter()
    trial.service.kill(trial.owner)
    try:
        ends = trial.ends()
        assert ends[0]["status"] == "failed", ends[0]
        assert "is gone" in ends[0]["reason"], ends[0]
        assert ends == [ends[0]] * VIEWERS, ends
        trials.took(
            "from the kill of a replica to its run's end at the last viewer", max(trial.ended_at.values()) - killed, 5
        )
    finally:
        trial.service.replace(trial.owner)


def _kill_another(trial: Trial, _trials: Trials) -> None:
    other = trial.draw.choice([server for server in trial.service.servers if server is not trial.owner])
    trial.go_wrong()
    trial.service.kill(other)
    try:
        trial.check_it_was_whole()
    finally:
        trial.service.replace(other)


def _kill_redis(trial: Trial, trials: Trials) -> None:
    trial.go_wrong()
    trial.service.redis.kill()
    trial.for_a_while(LONG_SECONDS)
    trial.service.redis.start()
    back = time.perf_counter()
    others = [server for server in trial.service.servers if server is not trial.owner]
    until(lambda: all(server.ask("GET", f"/api/runs/{trial.run_id}").status_code == 200 for server in others))
    trials.took("from the return of an empty Redis until all replicas know the run", time.perf_counter() - back, 5)
    trial.check_it_was_whole()


def _cut(trial: Trial, trials: Trials) -> None:
    server = trial.draw.choice(trial.service.servers)
    trial.go_wrong()
    with _cut_off(server, trial.draw.choice((True, False))):
        trial.for_a_while(SHORT_SECONDS if server is trial.owner else LONG_SECONDS)
    mended = time.perf_counter()
    until(lambda: server.ask("GET", f"/api/runs/{trial.run_id}").status_code == 200)
    trials.took("from the mending of a cut until that replica knows the run", time.perf_counter() - mended, 5)
    trial.check_it_was_whole()


@contextmanager
def _cut_off(server: Replica, is_silent: bool) -> Iterator[None]:
    """Its connections to Redis are reset, or nothing comes and nobody says so."""
    if is_silent:
        server.way.stall()
    else:
        server.way.cut()
    try:
        yield
    finally:
        server.way.restore()
        server.way.flow()


FAILURES: Final[dict[str, Callable[[Trial, Trials], None]]] = {
    "the replica of the run is killed": _kill_the_owner,
    "Redis is killed, and comes back empty": _kill_redis,
    "the network is cut": _cut,
    "another replica is killed": _kill_another,
}


def carry_out(trials: Trials) -> None:
    """Let one thing after the other go wrong."""
    names = list(FAILURES)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack, ThreadPoolExecutor(VIEWERS) as people:
        redis = stack.enter_context(redis_server(Path(folder)))
        service = Service(Path(folder), redis, stack)
        for number, draw in enumerate(trials):
            name = names[number % len(names)]
            with trials.trial(name):
                fails = FAILURES[name]
                fails(Trial(service, draw, people, LONG if fails is _kill_the_owner else SHORT), trials)
        for server in service.servers:
            assert "Traceback" not in server.said(), server.said()
            assert "fault" not in server.said(), server.said()


CAMPAIGN = Campaign(
    name="replicas",
    about=(
        f"{REPLICAS} servers are one service. {VIEWERS} viewers at all of them watch a run, and go on at another where "
        "they are cut off. At a random moment the replica of the run is killed by SIGKILL, or another one, or Redis, "
        "which comes back empty, or the network of one is cut, by resets or in silence. Nobody misses a step or sees "
        "one twice; a run ends for all as it ended, or as failed where its replica is gone; what has finished is kept."
    ),
    full=200,
    sample=2,
    carry_out=carry_out,
)
