"""What a run request may contain, and what is refused before anything is started."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from lost_update.model.process_names import process_names
from lost_update.scenarios.catalogue import GUARDS, PACES, SCENARIOS
from lost_update.scenarios.lock_placement import InsertionPoint
from lost_update.scenarios.scenario import Amount, Scenario, Variant
from lost_update.settings import (
    MAX_ITERATIONS,
    MAX_PROCESSES,
    MAX_SCHEDULE,
    MAX_SEED,
    MAX_STEP_MS,
    MIN_STEP_MS,
    Settings,
)
from lost_update.tracing.pace import Pace
from lost_update.wording import number

USUAL_CHUNKSIZE: Final = 2

OPTIONAL: Final = ("start_method", "call", "chunksize", "schedule", "acquire", "release")
"""Fields that only some scenarios have; for others they are None, in requests and in views."""


@dataclass(frozen=True)
class OneOf:
    """Marks a field that holds one of these names: others are refused, and `/openapi.json` lists them."""

    known: Iterable[str]

    def _check(self, name: str) -> str:
        if name not in self.known:
            raise ValueError(f"{name[:40]!r} is unknown. Choose one of these: {', '.join(self.known)}")
        return name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.known)}


class FromJSON(BaseModel):
    """What a request in JSON is made of: just these fields, of just these types. In JSON `2.0` is an integer, too."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, fields: Any) -> Any:
        if not isinstance(fields, dict):
            return fields
        return {
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in fields.items()
        }


def _usual(schema: dict[str, Any]) -> None:
    """What is taken for a field that is left out depends on the scenario."""
    del schema["default"]
    schema["description"] = "Left out, it is what is usual for the scenario."


def _usual_up_to_most(schema: dict[str, Any]) -> None:
    """The same. What a scenario takes may be less than what any takes."""
    _usual(schema)
    schema["maximum"] = MAX_PROCESSES


def _or_as_text(schema: dict[str, Any]) -> None:
    schema["anyOf"].append({"type": "string", "description": "The same as a text: `P1 P2 P2 P1`."})


class RunRequest(FromJSON):
    """What is to run. `seed` is drawn where none is given.

    `processes` and `iterations` are filled in with what is usual for the scenario, and so are `start_method`, `call`
    and `chunksize` for a scenario that has them; for others they stay None.
    """

    scenario: Annotated[str, OneOf(SCENARIOS)] = "value"
    processes: int = Field(2, ge=1, json_schema_extra=_usual_up_to_most)
    iterations: int = Field(100, ge=1, le=MAX_ITERATIONS, json_schema_extra=_usual)
    guard: Annotated[str, OneOf(GUARDS)] = Field("none", json_schema_extra=_usual)
    start_method: Literal["fork", "forkserver", "spawn"] | None = None
    call: Literal["map", "apply", "map_async", "apply_async"] | None = None
    chunksize: int | None = Field(None, ge=1, le=MAX_ITERATIONS)
    pace: Annotated[str, OneOf(PACES)] = "free"
    step_ms: int = Field(20, ge=MIN_STEP_MS, le=MAX_STEP_MS)
    seed: int | None = Field(None, ge=0, le=MAX_SEED)
    schedule: list[str] | None = Field(None, max_length=MAX_SCHEDULE, json_schema_extra=_or_as_text)
    acquire: InsertionPoint | None = None
    release: InsertionPoint | None = None
    traced: bool = True

    @field_validator("processes")
    @classmethod
    def _known_limit(cls, processes: int, given: ValidationInfo) -> int:
        """What no scenario takes. Who asks for it is told what this one takes."""
        if processes > MAX_PROCESSES:
            scenario = SCENARIOS.get(given.data.get("scenario", ""))
            most = MAX_PROCESSES if scenario is None else scenario.processes.at_most(MAX_PROCESSES)
            raise PydanticCustomError("less_than_equal", "Input should be less than or equal to {le}", {"le": most})
        return processes

    @field_validator("schedule", mode="before")
    @classmethod
    def _split(cls, schedule: object) -> object:
        """A schedule may also be a text: `P1 P2 P2 P1`."""
        return schedule.split() if isinstance(schedule, str) else schedule

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: object) -> object:
        """What is usual for the scenario, where nothing was said."""
        scenario = SCENARIOS.get(str(given.get("scenario", "value"))) if isinstance(given, dict) else None
        if scenario is None or not isinstance(given, dict):
            return given
        usual = {
            "processes": scenario.processes.usual,
            "iterations": scenario.iterations.usual,
            scenario.field: scenario.default,
        }
        if scenario.takes_chunks:
            usual["chunksize"] = USUAL_CHUNKSIZE
        return {**usual, **{name: value for name, value in given.items() if value is not None or name not in OPTIONAL}}

    @property
    def program(self) -> Scenario:
        """The scenario that it names."""
        return SCENARIOS[self.scenario]

    @property
    def variant_name(self) -> str:
        """The name of the variant; `check` refuses one that does not exist."""
        return str(getattr(self, self.program.field))

    @property
    def variant(self) -> Variant:
        """The variant of the scenario that it names, or whose lock it places."""
        if self.program.place_lock:
            return self.program.place_lock(self.acquire, self.release)
        return self.program.variants[self.variant_name]

    @property
    def process_names(self) -> list[str]:
        """The names of the processes that were asked for, without an extra one."""
        return process_names(self.processes)

    @property
    def total_processes(self) -> int:
        """How many processes it needs, an extra one included."""
        return self.processes + (1 if self.variant.extra else 0)

    @property
    def pacing(self) -> Pace:
        """How its processes are paced. Needs a seed."""
        return Pace(self.pace, self.step_ms, self.seed or 0)

    @property
    def expected_steps(self) -> int:
        """How many steps the run will take, not counting those that depend on chance."""
        return self.variant.steps(self.processes, self.iterations) if self.traced else 0

    @property
    def expected_seconds(self) -> float:
        """How long its pauses will take."""
        if self.pace == "tutorial":
            return self.iterations * self.pacing.code_pause * (self.processes if self.program.pauses_queue else 1)
        if self.pace in ("free", "step"):
            return 0.0
        return self.variant.pauses(self.processes, self.iterations) * self.step_ms / 1000


class GrantRequest(FromJSON):
    """Which process may take its next step, at the pace `step`."""

    process: str


class Refusal(Exception):
    """Why something is not done: `code` for programs, `message` and `hint` (what to do) for people."""

    retry_after_seconds: int | None = None
    """When to ask again, where there is only no room now."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.code = code
        self.message = message
        self.hint = hint


def check(request: RunRequest, settings: Settings) -> None:
    """Raise `Refusal` for a request that makes no sense, or that cannot end within the limits."""
    scenario = request.program
    if request.variant_name not in scenario.variants:
        raise Refusal(
            f"unknown_{scenario.field}",
            f"The scenario {request.scenario} has no {scenario.field.replace('_', ' ')} called {request.variant_name}.",
            f"Choose one of these: {', '.join(scenario.variants)}.",
        )
    _check_unused(request, scenario)
    _check_steps_taken_by_hand(request)
    _check_amount(request, "processes", scenario.processes, MAX_PROCESSES)
    _check_amount(request, "iterations", scenario.iterations, MAX_ITERATIONS)
    if not request.traced and request.variant.may_block:
        raise Refusal(
            "untraced_deadlock",
            "This code can deadlock, so its run must be recorded: without steps it would not be known that it waits.",
            "Record the run, or choose another guard.",
        )
    if not request.traced and request.pace == "slow":
        raise Refusal(
            "untraced_slow",
            "A run without our recording cannot be slowed down: nothing in it could pause.",
            "Choose the pace free or tutorial, or record the run.",
        )
    if request.expected_steps > settings.max_steps:
        raise Refusal(
            "too_many_steps",
            f"This run would take {number(request.expected_steps)} steps. The limit is {number(settings.max_steps)}.",
            "Ask for fewer iterations or processes, or raise LOST_UPDATE_MAX_STEPS.",
        )
    if request.expected_seconds > settings.max_seconds:
        seconds = number(round(request.expected_seconds))
        raise Refusal(
            "too_long",
            f"This run would last about {seconds} s. The limit is {settings.max_seconds:g} s.",
            "Ask for fewer iterations, a shorter step_ms or a faster pace, or raise LOST_UPDATE_MAX_SECONDS.",
        )
    if request.total_processes > settings.max_live_processes:
        raise Refusal(
            "too_many_processes",
            f"This run needs {request.total_processes} processes, and this server starts at most "
            f"{settings.max_live_processes}.",
            f"Ask for fewer processes, or raise {settings.named('max_live_processes')}.",
        )


def _check_unused(request: RunRequest, scenario: Scenario) -> None:
    """Refuse a field that would have no effect: a person who sets it expects one."""
    unused = {
        "guard": scenario.field != "guard" and request.guard != "none",
        "start_method": scenario.field != "start_method" and request.start_method is not None,
        "call": scenario.field != "call" and request.call is not None,
        "chunksize": not scenario.takes_chunks and request.chunksize is not None,
        "acquire": not scenario.place_lock and request.acquire is not None,
        "release": not scenario.place_lock and request.release is not None,
    }
    for name, is_given in unused.items():
        if is_given:
            raise Refusal(
                f"unused_{name}", f"The scenario {request.scenario} does not use {name}.", f"Leave {name} out."
            )


def _check_steps_taken_by_hand(request: RunRequest) -> None:
    """What the pace `step` asks for."""
    if request.pace != "step":
        if request.schedule is not None:
            raise Refusal("unused_schedule", "Only a run at the pace step follows a schedule.", "Choose the pace step.")
        return
    if request.variant.stage != "cells":
        raise Refusal(
            "not_steppable",
            f"The scenario {request.scenario} cannot be taken step by step here.",
            "Choose value, crowd, array, tutorial, raising or fix-it, or another pace.",
        )
    if not request.traced:
        raise Refusal(
            "untraced_step",
            "A run without our recording cannot be taken step by step: nothing in it could wait for you.",
            "Choose the pace free or tutorial, or record the run.",
        )
    names = request.process_names
    unknown = set(request.schedule or []) - set(names)
    if unknown:
        raise Refusal(
            "bad_schedule",
            f"The schedule names {min(unknown)[:20]}, which is not a process of this run.",
            f"Its processes are {', '.join(names)}.",
        )


def _check_amount(request: RunRequest, name: str, allowed: Amount, limit: int) -> None:
    amount, least, most = getattr(request, name), allowed.least, allowed.at_most(limit)
    if least <= amount <= most:
        return
    takes = f"exactly {least}" if least == most else f"{least} to {number(most)}"
    message = f"The scenario {request.scenario} takes {takes} {name}, not {number(amount)}."
    raise Refusal(f"bad_{name}", message, f"Ask for {takes}.")
