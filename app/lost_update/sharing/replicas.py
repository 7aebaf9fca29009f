"""The other servers of one service, its *replicas*, as the web asks them. Without any, a server is alone.

    a run lives where it was admitted ── its steps ──▶ all replicas: each serves viewers of its own
    stop, grant, from any replica     ────────────────▶ the one where the run lives

Over Redis they are in `sharing.redis`. Used by the event loop's thread alone.
"""

from typing import NotRequired, Protocol

from typing_extensions import TypedDict

from lost_update.model.encoding import Step
from lost_update.model.recording import Recording
from lost_update.model.view import RunView
from lost_update.settings import Settings
from lost_update.sharing.board import Board, LocalBoard
from lost_update.sources.request import Refusal


class Granted(TypedDict):
    """The step that a process was granted, and the run after it."""

    step: Step
    run: RunView


class Refused(TypedDict):
    """A refusal of another replica, to be raised where it was asked."""

    code: str
    message: str
    hint: str
    retry_after: NotRequired[int]


class Away(Refusal):
    """What the replicas share cannot be reached."""

    def __init__(self) -> None:
        super().__init__(
            "replicas_away",
            "This server cannot reach the others of its service now: Redis does not answer.",
            "Try again in a moment. Runs that were started at this server go on.",
        )


class Silent(Refusal):
    """The replica where a run lives has not answered."""

    def __init__(self) -> None:
        super().__init__(
            "replica_silent",
            "The server where this run lives has not answered in time. What was asked may have been done all the same.",
            "Look at the run before you try again.",
        )


class OfAnotherReplica(Refusal):
    """What another replica has refused."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused["code"], refused["message"], refused["hint"])
        self.retry_after_seconds = refused.get("retry_after")


def refused(refusal: Refusal) -> Refused:
    """A refusal, to be sent to the replica that asked."""
    said = Refused(code=refusal.code, message=refusal.message, hint=refusal.hint)
    if refusal.retry_after_seconds is not None:
        said["retry_after"] = refusal.retry_after_seconds
    return said


class Replicas(Protocol):
    """All others, and what this one shares with them. What asks them raises `Away` where they cannot be reached."""

    name: str
    """What this replica is called among them."""

    board: Board
    """Where the rooms of the service are kept."""

    @property
    def is_away(self) -> bool:
        """Whether they cannot be reached now."""

    async def open(self) -> None:
        """Begin, when the server begins to serve."""

    async def leave(self) -> None:
        """Tell them how all runs ended. Who watches a run of theirs is sent away."""

    async def close(self) -> None:
        """End, when nobody asks any more."""

    async def tell(self) -> None:
        """Wait until they know how the runs of this server stand now; not for long, and not where they are away."""

    async def whole(self, run_id: str) -> Recording | None:
        """The recording of a run of theirs, which grows with it; None where they know none of that id.

        Where they are away, one that is over and was looked at here before.
        """

    async def outline(self, run_id: str) -> Recording | None:
        """The same, perhaps without its steps."""

    async def listed(self) -> list[Recording]:
        """Outlines of the runs that anybody remembers, those of this server included, newest first."""

    async def owner_of(self, run_id: str) -> str | None:
        """The visitor who started a run of theirs; empty where nobody did; None where they know none of that id."""

    async def forget(self, run_id: str) -> None:
        """Have them know nothing any more of a run that is forgotten here, as soon as they can be reached."""

    async def grant(self, run_id: str, process: str) -> Granted | None:
        """Let a process take its next step; None where they know no such run. Raises what its replica has refused."""

    async def stop(self, run_id: str) -> Recording | None:
        """Stop a run, and return its outline; None where they know none of that id."""


class Alone:
    """There are no others."""

    name = "here"
    is_away = False

    def __init__(self, settings: Settings) -> None:
        self.board: Board = LocalBoard(settings.room_seconds)

    async def open(self) -> None:
        """See `Replicas`."""

    async def leave(self) -> None:
        """See `Replicas`."""

    async def close(self) -> None:
        """See `Replicas`."""

    async def tell(self) -> None:
        """See `Replicas`."""

    async def whole(self, _run_id: str) -> Recording | None:
        """See `Replicas`."""
        return None

    async def outline(self, _run_id: str) -> Recording | None:
        """See `Replicas`."""
        return None

    async def listed(self) -> list[Recording]:
        """See `Replicas`."""
        return []

    async def owner_of(self, _run_id: str) -> str | None:
        """See `Replicas`."""
        return None

    async def forget(self, _run_id: str) -> None:
        """See `Replicas`."""

    async def grant(self, _run_id: str, _process: str) -> Granted | None:
        """See `Replicas`."""
        return None

    async def stop(self, _run_id: str) -> Recording | None:
        """See `Replicas`."""
        return None
