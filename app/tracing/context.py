"""The `multiprocessing` that a scenario is handed: the plain one, or the same with traced objects."""

from multiprocessing.context import BaseContext
from typing import Any, Protocol

from app.tracing import shared
from app.tracing.locks import Lock


class SharedObjects(Protocol):
    """What a scenario may make to share between its processes."""

    def Value(self, kind: Any, *initial: Any, lock: Any = True) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Value`."""

    def Lock(self) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Lock`."""


class TracedObjects:
    """Makes traced objects for workers that `context` starts."""

    def __init__(self, context: BaseContext) -> None:
        self._context = context

    def Value(self, kind: Any, *initial: Any, lock: Any = True) -> Any:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Value`, traced."""
        return shared.make_value(self._context, kind, *initial, lock=lock)

    def Lock(self) -> Lock:  # noqa: N802 - multiprocessing's name
        """As `multiprocessing.Lock`, traced."""
        return Lock(ctx=self._context)
