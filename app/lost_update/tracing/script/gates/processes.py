"""Gates before processes are started and joined."""

from multiprocessing import process
from sys import _getframe
from typing import Any

from lost_update.model.ops import Op
from lost_update.tracing.script import sites
from lost_update.tracing.script.gates.attempt import Attempt, simple, wrap


class _OfProcess(Attempt):
    __slots__ = ()

    @property
    def key(self) -> str:
        return f"process {self.subject._identity}"

    def can_go(self) -> bool:
        return self.op != Op.JOIN or self.subject._popen is None or self.subject._popen.poll() is not None

    @property
    def ends_by_itself(self) -> bool:
        return self.op == Op.JOIN and self.argument(0, "timeout", None) is not None


def install() -> None:
    """Put the gates there."""

    def followed(each: Any) -> Any:
        return each if sites.is_of_the_person(_getframe(3).f_code) else None

    wrap(process.BaseProcess, "start", simple(_OfProcess, Op.LAUNCH, followed))
    wrap(process.BaseProcess, "join", simple(_OfProcess, Op.JOIN, followed))
