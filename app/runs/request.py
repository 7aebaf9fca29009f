"""What a run may be asked to be, and what is refused before anything is started."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.scenarios.catalogue import GUARDS, PACES, SCENARIOS, Round, Scenario
from app.settings import Settings
from app.tracing.pace import Pace

MAX_PROCESSES: Final = 8
MAX_ITERATIONS: Final = 100_000
MIN_STEP_MS: Final = 1
MAX_STEP_MS: Final = 2_000
MAX_SEED: Final = 2**53 - 1
"""The largest integer that every reader of JSON takes for what it is."""

LIFE_STEPS: Final = 2
"""Each process starts and exits."""


def _one_of(known: Mapping[str, Any]) -> AfterValidator:
    def check_name(name: str) -> str:
        if name not in known:
            raise ValueError(f"{name[:40]!r} is unknown; there are {', '.join(known)}")
        return name

    return AfterValidator(check_name)


class RunRequest(BaseModel):
    """A run request, as in the interface. `seed` is drawn by whoever starts the run, where none was given."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    scenario: Annotated[str, _one_of(SCENARIOS)] = "value"
    processes: int = Field(2, ge=1, le=MAX_PROCESSES)
    iterations: int = Field(100, ge=1, le=MAX_ITERATIONS)
    guard: Annotated[str, _one_of(GUARDS)] = "none"
    pace: Annotated[str, _one_of(PACES)] = "free"
    step_ms: int = Field(20, ge=MIN_STEP_MS, le=MAX_STEP_MS)
    seed: int | None = Field(None, ge=0, le=MAX_SEED)
    traced: bool = True

    @property
    def program(self) -> Scenario:
        """The scenario that it names."""
        return SCENARIOS[self.scenario]

    @property
    def round(self) -> Round:
        """What every worker repeats."""
        return self.program.rounds[self.guard]

    @property
    def pacing(self) -> Pace:
        """How its workers are paced. Needs a seed."""
        return Pace(self.pace, self.step_ms, self.seed or 0)

    @property
    def expected_steps(self) -> int:
        """How many steps the run will take, those aside that depend on luck."""
        return self.processes * (self.iterations * self.round.steps + LIFE_STEPS) if self.traced else 0

    @property
    def expected_seconds(self) -> float:
        """How long its pauses will take: each process's own, or, where a lock makes them queue, all of those."""
        if self.pace == "tutorial":
            return self.iterations * self.pacing.code_pause
        if self.pace == "free":
            return 0.0
        alone = self.iterations * self.round.steps
        queued = self.iterations * self.processes * len(self.round.held)
        return max(alone, queued) * self.step_ms / 1000


class Refusal(Exception):
    """Why something is not done: `code` for programs, `message` and `hint` (what to do) for people."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.code = code
        self.message = message
        self.hint = hint


def check(request: RunRequest, settings: Settings) -> None:
    """Raise `Refusal` for a request that makes no sense, or that cannot end within the limits."""
    if request.guard not in request.program.rounds:
        raise Refusal(
            "unknown_guard",
            f"The scenario {request.scenario} has no guard {request.guard}.",
            f"It has {', '.join(request.program.rounds)}.",
        )
    if not request.traced and request.pace == "slow":
        raise Refusal(
            "untraced_slow",
            "A run that is not traced cannot be slowed down: nothing of ours is there to pause it.",
            "Choose the pace free or tutorial, or trace the run.",
        )
    if request.expected_steps > settings.max_steps:
        raise Refusal(
            "too_many_steps",
            f"This run would take {request.expected_steps:,} steps; the limit is {settings.max_steps:,}.",
            "Ask for fewer iterations or processes, or raise LOST_UPDATE_MAX_STEPS.",
        )
    if request.expected_seconds > settings.max_seconds:
        raise Refusal(
            "too_long",
            f"This run would last about {request.expected_seconds:,.0f} s; the limit is {settings.max_seconds:g} s.",
            "Ask for fewer iterations, a shorter step_ms or a faster pace, or raise LOST_UPDATE_MAX_SECONDS.",
        )
    if request.processes > settings.max_live_workers:
        raise Refusal(
            "too_many_processes",
            f"This run needs {request.processes} processes; this server starts at most {settings.max_live_workers}.",
            "Ask for fewer processes, or raise LOST_UPDATE_MAX_LIVE_WORKERS.",
        )
