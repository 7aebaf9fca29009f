"""Every limit on what people may ask for, on what is sent, and on how long things may take.

The first ones are fixed: the descriptions of requests are made from them, and the pages get them too. The others say
how much one server allows. Each can be set by an environment variable: `LOST_UPDATE_MAX_SECONDS=300`.
"""

import re
from ipaddress import ip_network
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LogForm = Literal["text", "json"]

Count = Annotated[int, Field(ge=1)]
Seconds = Annotated[float, Field(gt=0)]

MAX_PROCESSES: Final = 32
"""Processes of a run. Most scenarios allow fewer; where one more is needed, a scenario adds it itself."""

MAX_ITERATIONS: Final = 100_000
"""Iterations of each process. A scenario may allow fewer."""

MIN_STEP_MS: Final = 1
MAX_STEP_MS: Final = 2_000
"""The mean pause before a step at the pace `slow`, in milliseconds."""

MAX_SEED: Final = 2**53 - 1
"""The largest integer that every JSON reader reads exactly."""

MAX_SCHEDULE: Final = 10_000
"""Steps in a schedule."""

MAX_EXPLORED_PROCESSES: Final = 8
MAX_EXPLORED_ITERATIONS: Final = 1_000
"""Processes, and iterations of each, that the explorer takes. More could not be explored within any budget."""

MAX_GRAPH_STATES: Final = 150
"""States in the graph that belongs to an answer of the explorer. The picture of a larger one would be unreadable."""

MAX_SAMPLES: Final = 2_000
"""Random schedules of an estimate."""

MAX_SAMPLED_STEPS: Final = 200_000
"""Steps of all these schedules together: sampling must not take longer than counting could have taken."""

OVERTIME_SECONDS: Final = 1.0
"""How long after its deadline the process of a computation is killed. It looks at the clock, but not all the time."""

LEAST_SAMPLES: Final = 200
"""Schedules drawn at random: from fewer of them no share is told, only how many ended so."""

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

MAX_WATCHED_RUNS: Final = 256
"""Runs in one event stream: of all tabs of a browser together."""

MAX_WATCHED_ROOMS: Final = 8
"""Rooms in one event stream: of all tabs of a browser together."""

BEAT_SECONDS: Final = 5.0
"""A browser that watches several runs hears something at least so often. The page knows that: `SILENCE` in
`static/js/core/event-hub.js` is longer."""

VIEW_SECONDS: Final = 0.05
"""How long at least lies between two views of one run in a stream. Its steps wait for nothing."""

MAX_NAME: Final = 200
"""Characters of the name that people give a recording."""

MAX_SEARCH: Final = 200
"""Characters of what is looked for among recordings."""

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


SERVER_DESCRIPTORS: Final = 96
PROCESS_DESCRIPTORS: Final = 6
VIEWER_DESCRIPTORS: Final = 1
"""What the server takes for itself and the requests that it is answering; for a process of a run, with its share of
what the run has; and for a viewer."""

PREFIX: Final = r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~%@:+,=-]+)*"
"""A path under which the server may lie: empty, or `/user/ada/proxy/8123`."""

_NAME: Final = r"[a-z0-9_-]+(\.[a-z0-9_-]+)*"
_HOST: Final = rf"(\*?\.)?{_NAME}"
_ADDRESS: Final = rf"(https?://[A-Za-z0-9._\[\]:-]+{PREFIX})?"
_FRAME_HOST: Final = rf"(https?://)?(\*\.)?{_NAME}(:(\d+|\*))?"


class Settings(BaseSettings):
    """What one server allows. Sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="LOST_UPDATE_", frozen=True)

    max_live_processes: Count = 256
    """Processes alive at the same time, over all runs: a class of thirty may start the same runs at the same moment.
    Each takes about 4 MB. With less than 32, the largest run could never start."""

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
    """States that the explorer may visit for one answer, and five times as many merged ones to count the distinct ones.
    Each of the first takes up to half a kB until the answer is there; of the others two layers are kept."""

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

    max_import: Count = 32 * 1024 * 1024
    """A recording that somebody brings along, as it travels."""

    max_import_unpacked: Count = 256 * 1024 * 1024
    """The same as lines of JSON."""

    memory: Count = 256 * 1024 * 1024
    """What runs may take, live ones too. When they take more, some that have ended expire: the largest and oldest of
    the visitor who holds the most."""

    encoded_memory: Count = 16 * 1024 * 1024
    """Pieces of logs kept as text, so that many viewers cost one encoding; and as many for downloads."""

    data_dir: str = ""
    """The directory in which recordings are kept; by default one of the user's own. `:memory:` for none: then what was
    recorded is gone when the server ends."""

    keep_days: Count | None = None
    """After so many days a recording that nobody has pinned is removed. By default none is because of its age."""

    keep_bytes: Count = 1024 * 1024 * 1024
    """What all recordings in that directory may take. When they take more, the oldest ones are removed that nobody has
    pinned, those of the visitor who keeps the most first. Half of it may be pinned."""

    max_rooms: Count = 64
    """Rooms that are open at the same time. A visitor may have eight of them."""

    max_phones: Count = 256
    """Phones in one room."""

    presses_per_second: Seconds = 8.0
    """How often one phone may press or answer, on average; a few more at once are let through."""

    room_hours: Seconds = 4.0
    """After so many hours in which nobody was there, a room ends."""

    redis_url: Annotated[str, Field(pattern=r"^(redis|rediss|unix)://")] | None = None
    """Where several servers meet that are one service: `redis://redis:6379/0`, with `rediss` encrypted, or `unix:///…`
    for a socket. All that have the same are one, behind whatever shares out requests. It needs the extra `redis`."""

    address: str = ""
    """Where phones reach this server, such as `http://10.0.0.12:8000`, where it cannot find that out by itself."""

    grace_seconds: Seconds = 0.5
    """How long a process may take to end after it was asked to, before it is killed."""

    connections_grace_seconds: Count = 1
    """How long connections may take to finish when the server stops and its runs are over."""

    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names, besides `localhost` and any IP address, under which this server may be reached; separated by commas.
    `*.example` and `.example` stand for all names below that one."""

    frame_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts whose pages may show ours in a frame, such as `https://moodle.example`, `*.school.example` or
    `localhost:8888`; separated by commas. Without any, nobody may: a page around ours could make people press what
    they do not see."""

    access_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,}$")] | None = None
    """A secret without which nothing is answered. Its address, with `?key=…`, lets a browser in once and for all."""

    root_path: str = ""
    """The path under which a proxy offers this server, such as `/user/ada/proxy/8123`."""

    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.0/8", "::1", "::ffff:127.0.0.0/104")
    """Addresses and networks, separated by commas, of proxies whose `X-Forwarded-Proto`, `-For` and `-Prefix` are
    believed; `*` for every address; empty for none. A notebook server, an editor in the browser and an nginx on the
    same machine come from its loopback addresses, where no other machine can be. From anywhere else a client could
    write these headers itself, and pass for another one's address, which owns runs. A web page cannot write them."""

    log: LogForm = "text"
    """What the server writes to standard error: `text`, what goes wrong, for people; or `json`, a line for each request
    that matters, each run, each room and whatever goes wrong, for a program that collects them."""

    @property
    def room_seconds(self) -> float:
        """The same as `room_hours`."""
        return self.room_hours * 3600

    def within(self, descriptors: int) -> "Settings":
        """These settings, with so many processes and viewers at most that the descriptors are enough for all."""
        wanted = self.max_live_processes * PROCESS_DESCRIPTORS + self.max_viewers * VIEWER_DESCRIPTORS
        share = max(descriptors - SERVER_DESCRIPTORS, 0) / wanted
        if share >= 1:
            return self
        fewer = {name: max(1, int(getattr(self, name) * share)) for name in ("max_live_processes", "max_viewers")}
        return _Within(**{**self.model_dump(), **fewer}, descriptors=descriptors)

    def named(self, limit: str) -> str:
        """A limit as people can raise it."""
        return f"LOST_UPDATE_{limit.upper()}"

    @field_validator("allowed_hosts", "frame_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, names: str | tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(names, str):
            return tuple(name.strip().lower() for name in names.split(",") if name.strip())
        return names

    @field_validator("allowed_hosts")
    @classmethod
    def _check_names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return _each(names, _HOST, "a name such as workshop.example or *.app.github.dev")

    @field_validator("frame_hosts")
    @classmethod
    def _check_frames(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return _each(hosts, _FRAME_HOST, "a host such as https://moodle.example or *.school.example")

    @field_validator("root_path")
    @classmethod
    def _check_path(cls, path: str) -> str:
        (checked,) = _each((path.rstrip("/"),), PREFIX, "a path such as /user/ada/proxy/8123")
        return checked

    @field_validator("address")
    @classmethod
    def _check_own_address(cls, address: str) -> str:
        (checked,) = _each((address.rstrip("/"),), _ADDRESS, "an address such as http://10.0.0.12:8000")
        return checked

    @field_validator("trusted_proxies")
    @classmethod
    def _check_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if address != "*":
                ip_network(address)  # raises ValueError, which says what is wrong
        return addresses


class _Within(Settings):
    """Settings with fewer processes and viewers than were asked for."""

    descriptors: Count

    def named(self, limit: str) -> str:
        """Of both it is the descriptors that set the limit."""
        if limit in ("max_live_processes", "max_viewers"):
            return f"the limit of open files, which is {self.descriptors:,} (ulimit -n)"
        return super().named(limit)


def _each(given: tuple[str, ...], pattern: str, wanted: str) -> tuple[str, ...]:
    """The same, where each is as the pattern has it."""
    for one in given:
        if not re.fullmatch(pattern, one):
            raise ValueError(f"{one!a} is not {wanted}")
    return given
