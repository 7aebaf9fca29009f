"""Every limit on what people may ask for, on what is sent, and on how long things may take.

The first ones are fixed: the descriptions of requests are made from them, and the pages get them too. The others say
how much one server allows. Each can be set by an environment variable: `LOST_UPDATE_MAX_SECONDS=300`.
"""

from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]

MAX_PROCESSES: Final = 8
"""Processes of a run. Where more are needed, a scenario adds one itself, and a scenario may allow fewer."""

MAX_ITERATIONS: Final = 100_000
"""Iterations of each process. A scenario may allow fewer."""

MIN_STEP_MS: Final = 1
MAX_STEP_MS: Final = 2_000
"""The mean pause before a step at the pace `slow`, in milliseconds."""

MAX_SEED: Final = 2**53 - 1
"""The largest integer that every JSON reader reads exactly."""

MAX_SCHEDULE: Final = 10_000
"""Steps in a schedule."""

MAX_EXPLORED_ITERATIONS: Final = 1_000
"""Iterations of each process that the explorer takes. More could not be explored within any budget."""

MAX_GRAPH_STATES: Final = 150
"""States in the graph that belongs to an answer of the explorer. The picture of a larger one would be unreadable."""

MAX_SAMPLES: Final = 2_000
"""Random schedules of an estimate."""

MAX_SAMPLED_STEPS: Final = 200_000
"""Steps of all these schedules together: sampling must not take longer than counting could have taken."""

OVERTIME_SECONDS: Final = 1.0
"""How long after its deadline the process of a computation is killed. It looks at the clock, but not all the time."""

MAX_PUZZLE_PROCESSES: Final = 3
MAX_PUZZLE_ITERATIONS: Final = 3
"""The size of the puzzle Fix it: so small that its interleavings can always be explored completely."""

MAX_SCHEDULER_ITERATIONS: Final = 20
"""Iterations of each process on the page Scheduler, where every one of them takes three key presses or more."""

MAX_RUNS_SIDE_BY_SIDE: Final = 3
"""Runs next to each other on a page. More could not be read on a projector."""

MAX_REPEATS: Final = 20
"""How often a step of the walkthrough may repeat its run."""

MAX_SENT_AT_ONCE: Final = 256 * 1024
"""Bytes of steps that are sent together to a viewer who lags behind, so that few sends are enough to catch up."""

MAX_PENDING_CONNECTIONS: Final = 2048
"""Connections that may wait to be accepted: a whole class may open the page at the same moment."""

SWITCH_SECONDS: Final = 0.001
"""How long a thread of the server keeps the interpreter while the event loop waits for it: a fifth of what is usual."""

MIN_SILENT_SECONDS: Final = 1.0
"""How long any connection may say nothing, however many there are."""

GRANT_SECONDS: Final = 10.0
"""How long a grant waits for the process that is taking a step: longer than any step takes."""

MAX_WAITING_GRANTS: Final = 64
"""Grants of one run that wait to be answered. One more is refused with 429."""

SHORTEST_RETRY_SECONDS: Final = 1
"""When to try again, at the soonest, as a refusal with 429 says."""


class Settings(BaseSettings):
    """What one server allows. Sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="LOST_UPDATE_", frozen=True)

    max_live_processes: Count = 256
    """Processes alive at the same time, over all runs: a class of thirty may start the same runs at the same moment.
    Each takes about 4 MB. With less than 9, the largest run could never start."""

    max_waiting_runs: Count = 128
    """Runs that wait until there is room for them. One more is refused with 429, or else the visitor who has the most
    of them loses the last."""

    max_steps: Count = 1_500_000
    """Steps that a run may be expected to take."""

    max_seconds: Seconds = 120.0
    """How long a run may last."""

    max_idle_seconds: Seconds = 300.0
    """How long a run at the pace `step` waits for the next grant."""

    explore_states: Count = 200_000
    """States that the explorer may visit for one answer. Each takes about 1 kB until the answer is there."""

    explore_seconds: Seconds = 10.0
    """How long the explorer may work on one answer, from the recording of the programs to the last random schedule."""

    max_explorations: Count = 2
    """Explorations that run at the same time, each in its own process; and as many checks of a lock placement."""

    max_waiting_explorations: Count = 32
    """Explorations that wait for their turn, and as many checks of a lock placement. One more is refused with 429."""

    remembered_answers: Count = 64
    """Answers of the explorer that are kept for the next who asks; the largest take half a megabyte. And as many
    checks of a lock placement."""

    max_viewers: Count = 1_000
    """Open event streams, over all runs."""

    viewer_seconds: Count = 30
    """A client that reads nothing of its answer for this long is disconnected, such as a viewer."""

    max_downloads: Count = 16
    """Recordings that are taken away at the same time; a visitor may take half as many."""

    max_silent_connections: Count = 512
    """Connections whose clients have not sent a whole request, over all clients. A browser opens a few in advance. With
    one more, the address that has the most of them loses the oldest."""

    request_seconds: Seconds = 10.0
    """How long a client may take to send a whole request."""

    max_head: Count = 32 * 1024
    """The first line and the headers of a request. The address alone may take half of it."""

    max_body: Count = 64 * 1024
    """The body of a request."""

    memory: Count = 256 * 1024 * 1024
    """What runs may take, live ones too. When they take more, some that have ended expire: the largest and oldest of
    the visitor who holds the most."""

    encoded_memory: Count = 16 * 1024 * 1024
    """Pieces of logs kept as text, so that many viewers cost one encoding; and as many for downloads."""

    grace_seconds: Seconds = 0.5
    """How long a process may take to end after it was asked to, before it is killed."""

    connections_grace_seconds: Count = 1
    """How long connections may take to finish when the server stops and its runs are over."""

    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names, besides `localhost` and any IP address, under which this server may be reached; separated by commas."""

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, names: str | tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(names, str):
            return tuple(name.strip().lower() for name in names.split(",") if name.strip())
        return names
