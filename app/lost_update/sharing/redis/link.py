"""The way to Redis: its clients, how it stands, and what is said of it. One for a server.

    lost    by any thread that it breaks for: said once, tried again and again, refused meanwhile
    found   by the publisher, when it has seen what is there

The reader waits in Redis all the time, so it notices at once that Redis is gone; the publisher says when it is back. A
connection that has lain idle may be closed without a word: the event loop's client tries once more where one breaks, so
whatever it sends may arrive twice.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as RetryThere
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry

from lost_update.execution.failures import LOG
from lost_update.sharing.replicas import Away

ANSWER_SECONDS: Final = 2.0
"""How long Redis may take to answer: a network that is cut says nothing."""

ASKED_SECONDS: Final = 5.0
"""The same for what the event loop asks, which may have much else to do before it sees the answer."""

MOST_CONNECTIONS: Final = 16
TURN_SECONDS: Final = 10.0
"""Of the event loop to Redis, and how long one who asks waits for one of them."""

SETTLING_SECONDS: Final = 4.0
"""When Redis is back, all have noticed it and have told of their runs again after so long."""

FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 0.5
"""Between two tries to reach it."""

TROUBLE: Final = (redis.RedisError, OSError)
"""What clients raise. Whatever it is, it is tried again."""


class BadAddress(Exception):
    """The address is none of a Redis. The message says what is wrong, without the password that may be in it."""


class Link:
    """Safe to use from any thread, but for `asked`, which is the event loop's."""

    def __init__(self, url: str, tell: Callable[[str], object] = LOG.warning) -> None:
        """Raises `BadAddress`. Reaches for nothing yet."""
        self._url = url
        self._tell = tell
        self._lock = threading.Lock()
        self._lost_at: float | None = None
        self._found_at = 0.0
        self._was_lost = False
        try:
            self.where = _where(parse_url(url))  # type: ignore[no-untyped-call]
            self.asked: Any = redis.asyncio.Redis.from_pool(_few_connections(url))
        except (ValueError, redis.RedisError) as error:
            raise BadAddress(str(error)) from None

    def client(self) -> Any:
        """A client for a thread of its own; whoever asks for it closes it."""
        return redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0), **_timeouts())

    @property
    def is_away(self) -> bool:
        """Whether Redis does not answer now."""
        return self._lost_at is not None

    @property
    def just_came_back(self) -> bool:
        """Whether it was away a moment ago. It may have come back empty, and others are about to tell all again."""
        return self._was_lost and monotonic() - self._found_at < SETTLING_SECONDS

    def lost(self, error: BaseException) -> None:
        """It did not answer, or not as it should. Said once, until it is back."""
        with self._lock:
            is_new = self._lost_at is None
            if is_new:
                self._lost_at = monotonic()
                self._was_lost = True
        if is_new:
            said = " ".join(str(error).split()) or type(error).__name__
            self._tell(f"Redis at {self.where} does not answer ({said}). It is tried again; runs of this server go on.")

    def found(self) -> None:
        """It answers."""
        if self._lost_at is None:
            return
        with self._lock:
            lost_at, self._lost_at = self._lost_at, None
            self._found_at = monotonic()
        if lost_at is not None:
            self._tell(f"Redis at {self.where} answers again, after {monotonic() - lost_at:.1f} s.")

    @contextmanager
    def asking(self) -> Iterator[Any]:
        """The event loop's client. Raises `Away` at once where Redis does not answer, and where it stops answering."""
        if self.is_away:
            raise Away
        try:
            yield self.asked
        except TROUBLE as error:
            raise Away from error


def pauses() -> Iterator[float]:
    """Between one try and the next, ever longer."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


def _timeouts(seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
    return {"socket_timeout": seconds, "socket_connect_timeout": seconds, "protocol": 2}


def _few_connections(url: str) -> Any:
    """A crowd that comes at once takes turns."""
    once_more = RetryThere(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return redis.asyncio.BlockingConnectionPool.from_url(
        url, max_connections=MOST_CONNECTIONS, timeout=TURN_SECONDS, retry=once_more, **_timeouts(ASKED_SECONDS)
    )


def _where(options: Any) -> str:
    """Where it is, without the password."""
    return (
        str(options["path"]) if "path" in options else f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
    )
