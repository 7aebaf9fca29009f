"""How much is measured."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Effort:
    """Sizes of all measurements. `rounds` is how often each pair is measured, after a warm-up.

    Of a room: its `phones`, its presenter's `moves`, and how often each process of a game `plays` its part.
    """

    rounds: int
    iterations: int
    starts: int
    slow_iterations: int
    replays: int
    viewers: int
    crowds: int
    phones: int
    moves: int
    plays: int
    rest_seconds: float


FULL: Final = Effort(
    rounds=9,
    iterations=100_000,
    starts=30,
    slow_iterations=100,
    replays=5,
    viewers=500,
    crowds=3,
    phones=200,
    moves=100,
    plays=3,
    rest_seconds=20,
)
QUICK: Final = Effort(
    rounds=2,
    iterations=10_000,
    starts=3,
    slow_iterations=20,
    replays=1,
    viewers=50,
    crowds=1,
    phones=30,
    moves=5,
    plays=1,
    rest_seconds=2,
)
