"""What a campaign is made of: trials, each with a random source of its own, the failures, and the figures.

Everything that varies is drawn from the seed of the campaign and the number of the trial, so that a campaign can be
repeated. What the machine does meanwhile cannot: a moment that is drawn is met as well as the machine allows.
"""

import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Final

MOST_SAID: Final = 1_000
"""Of a failure, in characters: how it begins, and how it ends."""

SHOWN_FAILURES: Final = 20
"""How many are reported in full. More of them would hardly differ."""


@dataclass
class Figure:
    """Something that was measured in each trial, and what it should be at most."""

    what: str
    unit: str
    target: float
    taken: list[float] = field(default_factory=list)

    @property
    def worst(self) -> float:
        """The largest."""
        return max(self.taken)

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.taken)

    @property
    def held(self) -> bool:
        """Whether it was never more than it should be."""
        return self.worst <= self.target


@dataclass
class Outcome:
    """What came of a campaign."""

    seed: int
    trials: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Trials:
    """The trials of one campaign, while it is carried out. Used by one thread at a time."""

    def __init__(self, count: int, seed: int, *, aloud: bool = False) -> None:
        self.count = count
        self.outcome = Outcome(seed)
        self._aloud = aloud
        self._now = ""

    def __iter__(self) -> Iterator[random.Random]:
        """A random source for each trial."""
        for number in range(self.count):
            self._now = f"trial {number}"
            self._tell(number)
            yield self.draw(number)
        self._tell(self.count)

    def draw(self, what: object) -> random.Random:
        """A random source that is the same whenever the seed is."""
        return random.Random(f"{self.outcome.seed} {what}")

    @contextmanager
    def trial(self, what: object, *, of: int = 1) -> Iterator[None]:
        """One trial, or `of` them that are made together. What is raised in it is a failure; the next one follows."""
        self.outcome.trials += of
        try:
            yield
        except Exception as error:
            self.fail(f"{what}: {_told(error)}")

    def fail(self, reason: str) -> None:
        """A promise was broken."""
        self.outcome.failed += 1
        if len(self.outcome.failures) < SHOWN_FAILURES:
            self.outcome.failures.append(f"{self._now}, {reason}" if self._now else reason)
        if self._aloud:
            print(f"\n  failed: {reason}", file=sys.stderr, flush=True)

    def took(self, what: str, amount: float, target: float, unit: str = "s") -> None:
        """Note a figure."""
        self.outcome.figures.setdefault(what, Figure(what, unit, target)).taken.append(amount)

    def note(self, note: str) -> None:
        """Something that a reader of the table should know. Once is enough."""
        if note not in self.outcome.notes:
            self.outcome.notes.append(note)

    def _tell(self, done: int) -> None:
        if self._aloud:
            print(f"\r  {done} of {self.count}\x1b[K", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Campaign:
    """One promise, put to the test `full` times, or as a `sample`. A test makes do with a sample."""

    name: str
    about: str
    full: int
    sample: int
    carry_out: Callable[[Trials], None]
    unit: str = "trials"

    def run(self, count: int, seed: int, *, aloud: bool = False) -> Outcome:
        """Carry it out `count` times. What goes wrong outside any trial, such as at the server's end, fails too."""
        began = time.perf_counter()
        trials = Trials(count, seed, aloud=aloud)
        try:
            self.carry_out(trials)
        except Exception as error:
            trials.fail(f"outside the trials: {_told(error)}")
        trials.outcome.seconds = time.perf_counter() - began
        return trials.outcome


def _told(error: Exception) -> str:
    """Where it was raised, and what it says, on one line."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    ours = [each for each in traceback.extract_tb(error.__traceback__) if "/tests/" in each.filename]
    place = ours[-1] if ours else place
    said = " ".join(str(error).split())
    if len(said) > MOST_SAID:
        said = f"{said[: MOST_SAID // 2]} … {said[-MOST_SAID // 2 :]}"
    return f"{type(error).__name__} in {place.name}, line {place.lineno}: {said}"
