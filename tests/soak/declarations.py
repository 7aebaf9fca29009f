"""How soon a deadlock is declared after it has come about: with a registry of this process, on one clock."""

import random
from time import perf_counter_ns

from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.model.ops import Op
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from tests.soak.campaign import Campaign, Trials

FIGURE = "from the last wait to the declaration"

REQUESTS = [
    {"guard": "forgotten_release", "processes": 2, "iterations": 2},
    {"guard": "forgotten_release", "processes": 8, "iterations": 100},
    {"guard": "crossed_locks", "processes": 2, "iterations": 300},
    {"guard": "crossed_locks", "processes": 6, "iterations": 300},
]


class Declaration:
    """When a run has said that it is deadlocked."""

    def __init__(self, run: Run) -> None:
        self._recording = run.recording
        self.declared_ns: int | None = None
        self._recording.log.listen(self._look)

    def _look(self) -> None:
        if self.declared_ns is None and self._recording.snapshot.deadlock is not None:
            self.declared_ns = perf_counter_ns()

    @property
    def took_ms(self) -> float | None:
        """From the last `wait` in the log to the declaration; None where there was none."""
        start_ns, log = self._recording.snapshot.start_ns, self._recording.log
        if self.declared_ns is None or start_ns is None:
            return None
        rows = log.rows(0, len(log))
        waits = rows["t_ns"][rows["op"] == Op.WAIT]
        assert rows["op"][-1] in (Op.WAIT, Op.EXIT), "a step was taken after the declaration"
        return float((self.declared_ns - start_ns - int(waits[-1])) / 1e6)


def carry_out(trials: Trials) -> None:
    """Let each come about, at the pace free, and take the time."""
    registry = Registry(Settings())
    try:
        for draw in trials:
            with trials.trial("a deadlock at the pace free"):
                _let_it_come(registry, trials, draw)
    finally:
        registry.close()


def _let_it_come(registry: Registry, trials: Trials, draw: random.Random) -> None:
    request = RunRequest.model_validate({**draw.choice(REQUESTS), "seed": draw.randrange(2**50)})
    run = registry.submit(request)
    declaration = Declaration(run)
    run.join()
    took_ms = declaration.took_ms
    if took_ms is None:
        assert request.guard == "crossed_locks", run.view()
        assert run.view()["status"] == "finished", run.view()
        trials.note("Crossed locks ended without a deadlock, by luck.")
    else:
        trials.took(FIGURE, took_ms, 250, "ms")


CAMPAIGN = Campaign(
    name="declarations",
    about=(
        "Deadlocks at the pace free, with two to eight processes. What is timed runs from the last step that says that "
        "a process waits to the moment at which viewers are told of the deadlock. No step comes after it but `exit`."
    ),
    full=200,
    sample=4,
    carry_out=carry_out,
)
