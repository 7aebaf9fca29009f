"""What came of an exploration: plain data, which travels from the helper to the test. Imports little."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    """One way in which it can end. Two executions have the same if all that they leave behind is the same."""

    values: dict[str, Any]
    """What the shared things among the arguments hold in the end, by their names."""
    schedule: str
    """The order of steps that it came of first: `P1 P2 P2 P1`."""
    executions: int = 1
    """How many of those that were run ended like this."""
    deadlock: tuple[str, ...] = ()
    """Where nobody could go on: who waits for what."""
    failures: tuple[str, ...] = ()
    """What went wrong: exceptions of the workers, and of the invariant."""

    @property
    def has_failed(self) -> bool:
        """Whether it is one that must not be."""
        return bool(self.deadlock or self.failures)

    @property
    def words(self) -> str:
        """In a line."""
        values = ", ".join(f"{name} = {value}" for name, value in self.values.items())
        if self.deadlock:
            return "deadlock" + (f" with {values}" if values else "")
        return values or "all have ended"


@dataclass
class Exploration:
    """What was found out, and how far it came."""

    outcomes: list[Outcome] = field(default_factory=list)
    executions: int = 0
    """How many came to an end. Where the reduction is on, each stands for all that differ in independent steps only."""
    redundant: int = 0
    """How many more were begun, and left where they came to nothing new."""
    exhausted: bool = False
    """Whether every interleaving of the traced steps has been run, or one that must end like it."""
    stopped: str = ""
    """Why not, if not."""
    seconds: float = 0.0
    reduction: bool = True

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes that must not be."""
        return [outcome for outcome in self.outcomes if outcome.has_failed]

    def __str__(self) -> str:
        outcomes = f"{len(self.outcomes)} outcome{'s' if len(self.outcomes) != 1 else ''}"
        executions = f"{self.executions:,} execution{'s' if self.executions != 1 else ''} in {self.seconds:.2f} s"
        if self.exhausted:
            kept = ", one for each order of dependent steps" if self.reduction else ""
            return f"every interleaving: {executions}{kept}, {outcomes}"
        return f"not every interleaving: {executions}, {outcomes}. {self.stopped}"


@dataclass
class Request:
    """What the helper is asked to do."""

    where: Any
    workers: list[Any]
    share: Any
    invariant: Any
    executions: int
    seconds: float
    reduction: bool
    schedule: list[int] | None
    keep_going: bool


@dataclass
class Failure:
    """The first outcome that must not be, with what led to it."""

    outcome: Outcome
    steps: list[Any]
    output: str


@dataclass
class Answer:
    """What the helper found, or why it could not."""

    exploration: Exploration
    failure: Failure | None = None
    error: str = ""
