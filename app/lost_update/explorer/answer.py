"""What the explorer is asked for and what it answers, as shapes. Pure, and light: the server knows these alone.

The work itself is in `explore`, which brings numpy. Only the process that does the work imports that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NotRequired

from typing_extensions import TypedDict

from lost_update.explorer.graph import Graph


@dataclass(frozen=True)
class Limits:
    """How much to explore: states that are visited, and states of a graph.

    Where not everything can be counted: random schedules, and the steps of all of them together. And the steps of the
    longest schedule that is named.
    """

    states: int
    graph_states: int
    samples: int
    sampled_steps: int
    schedule_steps: int


@dataclass(frozen=True)
class Budget:
    """How far to go. `may_continue` gets the number of visited states, returns whether there is time to count more.

    `may_sample` returns whether there is time for more random schedules. They are drawn where counting did not finish.
    A schedule with more than `limits.schedule_steps` is not named: no run could follow it.
    """

    limits: Limits
    may_continue: Callable[[int], bool] = lambda _states: True
    may_sample: Callable[[], bool] = lambda: True


class Outcome(TypedDict):
    """One final value. `interleavings` is a text because it may be longer than numbers are elsewhere.

    `probability` is the nearest number to the exact `fraction`, which is a text such as `3/4`. `switches` counts the
    context switches of `schedule`, which is None where it is too long for a run to follow.
    """

    final: int
    interleavings: str
    probability: float
    fraction: str
    schedule: list[str] | None
    switches: int


class Deadlock(TypedDict):
    """Interleavings that end with every process waiting."""

    interleavings: str
    probability: float
    fraction: str
    schedule: list[str] | None
    switches: int


class EstimatedOutcome(TypedDict):
    """Which share of the random schedules ended at `final`; None is a deadlock."""

    final: int | None
    share: float


class Estimate(TypedDict):
    """Where random schedules ended, and how often."""

    samples: int
    outcomes: list[EstimatedOutcome]


class Known(TypedDict):
    """A final value that is possible in theory, with a schedule that leads to it, if a run can follow one so long."""

    final: int
    schedule: list[str] | None


class Exploration(TypedDict):
    """All outcomes; or, where `exhausted` is false, what was covered, what is known anyway, and an estimate.

    `states` are all distinct ones, without any reduction, and None where they are more than JSON can tell exactly, or
    than could be counted. Where not everything was worked out, they are those that were visited. Where not all distinct
    ones could be counted, `known_states` were, and there are about `estimated_states`. The graph is there where it is
    small.
    """

    exhausted: bool
    interleavings: str | None
    states: int | None
    outcomes: list[Outcome]
    deadlocks: list[Deadlock]
    known_states: NotRequired[int]
    estimated_states: NotRequired[float]
    known: NotRequired[list[Known]]
    estimate: NotRequired[Estimate]
    graph: NotRequired[Graph]
