"""The `multiprocessing` that a scenario is handed: the plain one, or the same with traced objects."""

from multiprocessing.context import BaseContext
from typing import Any, Protocol

from lost_update.tracing import array, shared
from lost_update.tracing.locks import Lock
from lost_update.tracing.queues import Queue


class SharedObjects(Protocol):
    """What a scenario may make to share between its processes."""

    def Value(self, kind: Any, *initial: Any, lock: Any = True) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Value`."""

    def Array(self, kind: Any, size_or_initial: Any, lock: Any = True) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Array`."""

    def Lock(self) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Lock`."""

    def Queue(self, maxsize: int = 0) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Queue`."""


class TracedObjects:
    """Makes traced objects for processes that `context` starts."""

    def __init__(self, context: BaseContext) -> None:
        self._context = context

    def Value(self, kind: Any, *initial: Any, lock: Any = True) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Value`, traced."""
        return shared.make_value(self._context, kind, *initial, lock=lock)

    def Array(self, kind: Any, size_or_initial: Any, lock: Any = True) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Array`, traced."""
        return array.make_array(self._context, kind, size_or_initial, lock)

    def Lock(self) -> Lock:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Lock`, traced."""
        return Lock(ctx=self._context)

    def Queue(self, maxsize: int = 0) -> Queue:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Queue`, traced."""
        return Queue(maxsize, self._context)
