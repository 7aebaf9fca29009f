"""Every limit and default of the server, each to be set by an environment variable: `LOST_UPDATE_MAX_SECONDS=300`."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """What one server allows. Sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="LOST_UPDATE_", frozen=True)

    max_live_workers: Count = 256
    """Worker processes alive at once, over all runs: a class of thirty may start the same runs at the same moment.
    Each takes about 4 MB. At least 9, or the largest run could never start."""

    max_waiting_runs: Count = 128
    """Runs that wait for a place; the next one is answered 429."""

    max_steps: Count = 1_500_000
    """Steps that a run may be expected to take."""

    max_seconds: Seconds = 120.0
    """How long a run may last."""

    max_idle_seconds: Seconds = 300.0
    """How long a run of the pace `step` waits for somebody to let a process go on."""

    explore_states: Count = 200_000
    """States that the explorer may come to know for one answer; each takes about 1 kB meanwhile."""

    explore_seconds: Seconds = 10.0
    """How long the explorer may work on one answer, from the recording of the programs to the last random schedule."""

    max_explorations: Count = 2
    """Explorations that go on at once, each in a process of its own; and as many judgements of a lock's placement."""

    max_waiting_explorations: Count = 32
    """Explorations that wait for their turn, and as many judgements; the next one is answered 429."""

    max_viewers: Count = 1_000
    """Open event streams, over all runs."""

    max_body: Count = 64 * 1024
    """The body of a request."""

    memory: Count = 256 * 1024 * 1024
    """What finished runs may take; beyond it the oldest expire."""

    encoded_memory: Count = 16 * 1024 * 1024
    """Pieces of logs kept as text, so that many viewers cost one encoding."""

    grace_seconds: Seconds = 0.5
    """How long a worker that was asked to end may take before it is killed."""

    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names, beside `localhost` and any address, under which this server may be reached; separated by commas."""

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, names: str | tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(names, str):
            return tuple(name.strip().lower() for name in names.split(",") if name.strip())
        return names
