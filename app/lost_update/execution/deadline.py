"""When a run has to end, and when its remaining processes are killed. Pure: the time is a parameter, in seconds.

    running ── the time limit, or at the pace `step` the idle limit ──▶ ending ── the grace ──▶ killing
       └────── a process died: the grace, if that is sooner ─────────────▲

A run has one deadline at a time, and its own thread waits no longer than that. It needs no timer and no other thread.
"""

from dataclasses import dataclass

from lost_update.settings import Settings


@dataclass(frozen=True)
class Stop:
    """The run is to end early, for that reason."""

    reason: str


@dataclass(frozen=True)
class Kill:
    """The processes that did not end in time are to be killed."""


class Deadline:
    """The next moment at which something happens to a run because of the time alone."""

    def __init__(self, settings: Settings, pace: str, now: float) -> None:
        self._settings = settings
        self._is_idle_limit = pace == "step"
        limit = settings.max_idle_seconds if self._is_idle_limit else settings.max_seconds
        self.at: float | None = now + limit
        self._due: Stop | Kill = Stop(
            f"It was stopped: nobody took a step for {limit:g} s."
            if self._is_idle_limit
            else f"It was stopped after {limit:g} s, the longest that a run may last."
        )

    def step_granted(self, now: float) -> None:
        """A process took a step that it was granted: the idle limit counts from now."""
        if self._is_idle_limit and isinstance(self._due, Stop):
            self.at = now + self._settings.max_idle_seconds

    def someone_died(self, now: float) -> None:
        """The others get no more than the grace to show whether they can go on, whatever is granted to them."""
        self._is_idle_limit = False
        if isinstance(self._due, Stop) and self.at is not None:
            self.at = min(self.at, now + self._settings.grace_seconds)

    def ending(self, now: float) -> None:
        """The processes have been asked to end: from now on there is only the grace."""
        self._due = Kill()
        self.at = now + self._settings.grace_seconds

    def killed(self) -> None:
        """The processes have been killed: there is nothing more to do."""
        self._due = Kill()
        self.at = None

    def due(self, now: float) -> Stop | Kill | None:
        """What is to happen now, if anything. A kill is due once."""
        if self.at is None or now < self.at:
            return None
        if isinstance(self._due, Kill):
            self.at = None
        return self._due
