"""Three thousand viewers of one live run, a thousand at each of three servers that are one service."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from lost_update.settings import Settings
from tests.bench.hosting import viewers_process
from tests.bench.viewer import Seen, watch_together
from tests.replicas import replicas
from tests.serving import RunningServer
from tests.soak.campaign import Campaign, Trials

REPLICAS: Final = 3
MOST: Final = REPLICAS * Settings().max_viewers

RUN: Final = {"pace": "slow", "step_ms": 500}
"""Some three batches a second, each for three thousand viewers: this is about who gets what."""

ITERATIONS: Final = 25
"""For half a minute. A sample makes do with less."""

FEW_ITERATIONS: Final = 3


def carry_out(trials: Trials) -> None:
    """Fill the servers, again and again: a trial is a round, and each of its viewers counts."""
    viewers = min(MOST, trials.count)
    for number in range(max(1, trials.count // viewers)):
        with trials.trial(f"round {number}", of=viewers), ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            service = stack.enter_context(replicas(folder, REPLICAS))
            processes = [stack.enter_context(viewers_process()) for _ in service.servers]
            iterations = ITERATIONS if viewers == MOST else FEW_ITERATIONS
            seen = _watch(service.servers, processes, viewers // REPLICAS, iterations)
            for wrong in seen:
                trials.fail(f"round {number}: {wrong}")


def _watch(servers: Sequence[RunningServer], processes: Sequence[Executor], each: int, iterations: int) -> list[str]:
    """What was wrong with whom."""
    run_id = servers[0].start(**RUN, iterations=iterations)
    watching = [
        process.submit(watch_together, server.url, run_id, each)
        for process, server in zip(processes, servers, strict=True)
    ]
    seen: list[Seen] = [one for all_at_one in watching for one in all_at_one.result()]
    steps = servers[0].finished(run_id)["steps"]
    assert len(seen) == each * len(servers)
    return [str(one) for one in seen if not one.is_all or one.steps != steps]


CAMPAIGN = Campaign(
    name="audiences",
    about=(
        f"{MOST:,} viewers watch one live run, {MOST // REPLICAS:,} at each of {REPLICAS} servers of one service: "
        "for two thirds of them it lives elsewhere. Each gets every step once, in order, and then the end."
    ),
    full=MOST,
    sample=12,
    carry_out=carry_out,
    unit="viewers",
)
