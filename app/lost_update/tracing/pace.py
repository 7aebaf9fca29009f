"""When a process may take its next step: the one place where that is decided.

Every traced object calls the recorder's gate, where there is one, before each step; the step happens when the
gate returns. At the paces `free` and `tutorial` there is no gate at all. At `slow` it sleeps; at `step` it says what
would come next, and waits for a grant.
"""

import random
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter_ns, sleep
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.tracing.recorder import RECORDER, Gate

_caller = sys._getframe

TUTORIAL_PAUSE_SECONDS: Final = 0.01
"""The pause before each increment that tutorials write into their code."""

SHORTEST: Final = 0.5
LONGEST: Final = 1.5
"""A slow pause is drawn evenly between these, times `step_ms`."""


@dataclass(frozen=True)
class Pace:
    """How one run is paced. `step_ms`: the mean pause before a step, in milliseconds, at the pace `slow`."""

    name: str
    step_ms: int
    seed: int

    @property
    def code_pause(self) -> float:
        """Seconds that the scenario's own code sleeps before each increment."""
        return TUTORIAL_PAUSE_SECONDS if self.name == "tutorial" else 0.0

    def gate_of(self, process: str, control: "Connection[Any, Any] | None" = None) -> Gate | None:
        """The gate for one process, or None if it never waits.

        At `step` it opens once for each message on `control`.
        """
        if self.name == "step":
            assert control is not None
            wait_for_grant = control.recv

            def announce_and_wait(op: Op, target: int) -> None:
                RECORDER.announce(op, target, RECORDER.nearest_line(_caller(1)))
                RECORDER.is_at_gate = True
                try:
                    wait_for_grant()
                finally:
                    RECORDER.is_at_gate = False

            return announce_and_wait
        if self.name != "slow":
            return None
        draw = random.Random(f"{self.seed} {process}").uniform
        mean = self.step_ms / 1000

        def pause(_op: Op, _target: int) -> None:
            seconds = mean * draw(SHORTEST, LONGEST)
            RECORDER.promise(perf_counter_ns() + int(seconds * 1e9))
            sleep(seconds)

        return pause
