"""Gates before queues and pipes."""

from multiprocessing import connection, queues
from typing import Any

from lost_update.model.ops import Op
from lost_update.tracing.script.gates.attempt import Attempt, is_free, simple, wrap
from lost_update.tracing.script.pipes import bytes_there, has_room
from lost_update.tracing.script.things import mark_of


class _OfQueue(Attempt):
    __slots__ = ()

    def can_go(self) -> bool:
        queue = self.subject
        if self.op == Op.PUT:
            return isinstance(queue, queues.SimpleQueue) or not queue._sem._semlock._is_zero()
        if self.op == Op.GET:
            return bool(bytes_there(queue._reader._handle)) and is_free(queue._rlock)
        return self.op != Op.JOIN or queue._unfinished_tasks._semlock._is_zero()

    @property
    def ends_by_itself(self) -> bool:
        if self.op not in (Op.PUT, Op.GET) or isinstance(self.subject, queues.SimpleQueue):
            return False
        place = 1 if self.op == Op.PUT else 0
        return not self.argument(place, "block", True) or self.argument(place + 1, "timeout", None) is not None

    def hurry(self) -> Any:
        if self.op == Op.GET:
            return (self.argument(0, "block", True), 0), {}
        return (self.argument(0, "obj", None), self.argument(1, "block", True), 0), {}

    def version(self) -> int:
        return bytes_there(self.subject._reader._handle)


class _OfEnd(Attempt):
    """Of an end of a pipe."""

    __slots__ = ()

    @property
    def part(self) -> tuple[int, int]:
        number = mark_of(self.subject).number
        direction = number if self.op == Op.PUT else 1 - number
        return direction, direction

    def can_go(self) -> bool:
        if self.op == Op.PUT:
            return has_room(self.subject._handle, len(self.arguments[0]) + 4)
        return bool(connection.wait([self.subject], 0))

    @property
    def ends_by_itself(self) -> bool:
        return self.op == Op.CHECK and self.argument(0, "timeout", 0.0) is not None

    def hurry(self) -> Any:
        return (0,), {}

    def version(self) -> int:
        return bytes_there(self.subject._handle)


def _install_queues() -> None:
    def followed(each: Any) -> Any:
        thing = mark_of(each)
        return thing if getattr(thing, "kind", None) == "queue" else None

    for owner, names in (
        (queues.Queue, {"put": Op.PUT, "get": Op.GET, "empty": Op.CHECK, "full": Op.CHECK, "qsize": Op.CHECK}),
        (queues.JoinableQueue, {"put": Op.PUT, "task_done": Op.TASK_DONE, "join": Op.JOIN}),
        (queues.SimpleQueue, {"put": Op.PUT, "get": Op.GET, "empty": Op.CHECK}),
    ):
        for name, op in names.items():
            wrap(owner, name, simple(_OfQueue, op, followed))


def _install_pipes() -> None:
    def followed(each: Any) -> Any:
        mark = mark_of(each)
        return None if getattr(mark, "is_of_a_queue", True) else mark

    end: Any = connection.Connection
    for name, op in (("_send_bytes", Op.PUT), ("_recv_bytes", Op.GET), ("_poll", Op.CHECK)):
        wrap(end, name, simple(_OfEnd, op, followed))


def install() -> None:
    """Put the gates there."""
    _install_queues()
    _install_pipes()
