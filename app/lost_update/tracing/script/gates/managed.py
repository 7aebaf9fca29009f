"""Gates before calls of what a manager holds."""

from multiprocessing import managers
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import Op
from lost_update.tracing.script.gates.attempt import STANDING, Attempt, wrap

proxies: Any = managers


class _Call(Attempt):
    """A call of something that a manager holds."""

    __slots__ = ()

    @property
    def key(self) -> str:
        token = self.subject._token
        return f"managed-{token.address!r}-{token.id}"

    def can_go(self) -> bool:
        """It is tried, or asked for: nothing but this process goes on meanwhile, except where all begin."""
        if self.op == Op.ACQUIRE:
            got = _ask(self.subject, "acquire", False)
            if got:
                _ask(self.subject, "release")
            return bool(got)
        if self.op == Op.WAKE and isinstance(self.subject, proxies.EventProxy):
            return bool(_ask(self.subject, "is_set"))
        if self.op in (Op.GET, Op.PUT):
            return not _ask(self.subject, "empty" if self.op == Op.GET else "full")
        return True

    @property
    def ends_by_itself(self) -> bool:
        return bool(self.patience) and not (self.patience[0] is True and self.patience[1] is None)

    @property
    def patience(self) -> tuple[Any, Any]:
        """Whether it blocks, and for how long at most."""
        place = {Op.ACQUIRE: 0, Op.GET: 0, Op.PUT: 1, Op.WAKE: -1}.get(self.op)
        given, named = self._given()
        if place is None or self.arguments[0].endswith("_nowait"):
            return self.op not in (Op.GET, Op.PUT), None
        block = given[place] if 0 <= place < len(given) else named.get("block", named.get("blocking", True))
        timeout = given[place + 1] if place + 1 < len(given) else named.get("timeout")
        return block, timeout

    def hurry(self) -> Any:
        given, _ = self._given()
        if self.op in (Op.ACQUIRE, Op.GET):
            hurried: tuple[Any, ...] = (False,)
        elif self.op == Op.PUT:
            hurried = (given[0], False) if given else ()
        else:
            hurried = (0,)
        return (self.arguments[0], hurried), {}

    def _given(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return self.argument(1, "args", ()), self.argument(2, "kwds", {})


def _ask(proxy: Any, method: str, *arguments: Any) -> Any:
    """A call with no gate before it."""
    gate, STANDING.gate = STANDING.gate, None
    try:
        return proxy._callmethod(method, arguments)
    finally:
        STANDING.gate = gate


_READERS: Final = frozenset(
    {"__getitem__", "get", "__contains__", "__len__", "keys", "values", "items", "copy", "index", "count", "is_set"}
    | {"__getattribute__", "__iter__", "__repr__", "__str__", "#GETVALUE", "qsize", "empty", "full", "__reversed__"}
)


def _calls(self: Any, frame: FrameType, arguments: Any, named: Any) -> Attempt | None:
    method = arguments[0]
    holder = type(self)
    if holder in _OPS_OF_PROXY:
        op = _OPS_OF_PROXY[holder].get(method, Op.CHECK)
    elif self._token.typeid in ("Queue", "JoinableQueue"):
        op = _OPS_OF_QUEUE.get(method, Op.CHECK)
    else:
        op = Op.READ if method in _READERS else Op.WRITE
        if holder is managers.ValueProxy:
            op = Op.READ if method == "get" else Op.WRITE
    return _Call(op, frame, self, arguments, named)


_OPS_OF_LOCK: Final = {"acquire": Op.ACQUIRE, "release": Op.RELEASE}
_OPS_OF_QUEUE: Final = {
    "put": Op.PUT,
    "put_nowait": Op.PUT,
    "get": Op.GET,
    "get_nowait": Op.GET,
    "task_done": Op.TASK_DONE,
    "join": Op.JOIN,
}
_OPS_OF_PROXY: Final[dict[Any, dict[str, Op]]] = {
    proxies.AcquirerProxy: _OPS_OF_LOCK,
    proxies.ConditionProxy: {**_OPS_OF_LOCK, "wait": Op.WAKE, "notify": Op.NOTIFY, "notify_all": Op.NOTIFY},
    proxies.EventProxy: {"set": Op.SET, "clear": Op.CLEAR, "is_set": Op.CHECK, "wait": Op.WAKE},
    proxies.BarrierProxy: {"wait": Op.WAKE, "abort": Op.CLOSE, "reset": Op.CLEAR},
}


def install() -> None:
    """Put a gate before every call."""
    wrap(managers.BaseProxy, "_callmethod", _calls)
