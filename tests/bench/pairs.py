"""Measures alternatives in turn, A B A B, so that whatever else the machine does meets all of them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Spread:
    """What several rounds gave."""

    median: float
    lowest: float
    highest: float


def spread(figures: Sequence[float]) -> Spread:
    """The median of `figures`, and how far they lie apart."""
    return Spread(median(figures), min(figures), max(figures))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours to theirs, compared round by round."""
    return spread([our / their for our, their in zip(ours, theirs, strict=True)])


def in_turn(rounds: int, *measurements: Callable[[], T]) -> list[list[T]]:
    """Take all measurements in turn, `rounds` times after a warm-up that does not count: a list for each."""
    for measure in measurements:
        measure()
    taken = [[measure() for measure in measurements] for _ in range(rounds)]
    return [list(of_one) for of_one in zip(*taken, strict=True)]
