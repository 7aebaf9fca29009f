"""The life of a script's processes: launched, started, ended, joined, killed.

    parent N                              child
      start():  LAUNCH token ──┬─ fork ─────────▶ inherits the token ──▶ START   (its first step)
                               └─ spawn,
                                  fork server ──▶ preparation data ────▶ START … before the script is imported
      join():   WAIT                              _bootstrap ends, and what is done at exit ─▶ EXIT    (its last step)
      poll():   JOIN, when it first tells the exit code

A process that the script forks by itself (`os.fork`) has a token, too; its parent finds out by `os.wait…` which it was.
"""

import atexit
import os
import sys
from importlib import import_module
from threading import local
from typing import Any, Final

from lost_update.model.ops import NOTHING, PRESENT, Op, wait_ends
from lost_update.tracing.script.patching import instrument, replace
from lost_update.tracing.script.stream import PROCESS, disabled, in_child, note, site_of, target

_KEY: Final = "lost_update"
"""In the preparation data of a process that is started anew. Python itself looks at no key that it does not know."""

_ROLES: Final = {
    ("multiprocessing.managers", "BaseManager._run_server"): "manager",
    ("multiprocessing.pool", "worker"): "pool",
    ("concurrent.futures.process", "_process_worker"): "executor",
}


class _Launching(local):
    """What this thread is about to launch."""

    who: dict[str, Any] | None = None
    number = 0
    polls = 0
    forked: str | None = None


_launching: Final = _Launching()


class _Life:
    def __init__(self) -> None:
        # A process that forks others for `forkserver`: what it forks says itself who it is.
        self.is_fork_server = any(word.startswith("from multiprocessing.forkserver ") for word in sys.orig_argv)
        self.exit_code: int | None = None
        """With which the code of this process has ended, where more is to be done before its last step."""
        self.forks: dict[str, int] = {}
        """The processes that this one has forked by itself and that have not ended, by token: their targets."""


_life: Final = _Life()


def _here() -> int:
    return site_of(sys._getframe(1))


def _launch(token: str, name: str | None) -> int:
    """The step before a process is started. Its number as a target."""
    site = _here()
    number = target(f"process:{token}", "process", process_token=token, made=site, what=name or "os.fork()")
    note(Op.LAUNCH, number, site)
    return number


# Processes of `multiprocessing`.


def _before_start(process: Any) -> None:
    if disabled() or process._popen is not None or process._closed or process._parent_pid != os.getpid():
        return
    token = PROCESS.token()
    _launching.number = _launch(token, process._name)
    _launching.who = {"token": token, "name": process._name, "function": _function_of(process), "role": _role(process)}


def _after_start(_: None, process: Any) -> None:
    if _launching.who is not None:
        _launching.who = None
        if process._popen is not None:
            process._popen._lost_update = _launching.number


def _called_by(process: Any) -> Any:
    function = getattr(process, "_target", None)
    return getattr(function, "func", function) if function is not None else type(process).run


def _function_of(process: Any) -> str:
    function = _called_by(process)
    return str(getattr(function, "__qualname__", type(function).__qualname__))


def _role(process: Any) -> str:
    function = _called_by(process)
    return _ROLES.get((getattr(function, "__module__", ""), getattr(function, "__qualname__", "")), "process")


def _after_preparation_data(_: None, *__: Any) -> None:
    if _launching.who is not None:
        # The data that are about to be returned: only their reader could tell, and that is `_before_prepare`.
        data = sys._getframe(2).f_locals.get("d")
        if isinstance(data, dict):
            data[_KEY] = {**_launching.who, "parent": PROCESS.number}


def _before_prepare(data: Any) -> None:
    who = data.pop(_KEY, None)
    if who is not None:
        PROCESS.parent = who.pop("parent")
        PROCESS.describe(**who, start_method="forkserver" if _life.is_fork_server else "spawn")
        _life.is_fork_server = False
        note(Op.START, 0, 0, PROCESS.pid)


def _after_bootstrap(*_: Any) -> None:
    code = sys._getframe(2).f_locals.get("exitcode")
    _life.exit_code = code if type(code) is int and abs(code) < 1 << 62 else 1
    if _cleans_up_in_bootstrap():
        _after_cleaning_up()


def _cleans_up_in_bootstrap() -> bool:
    """Whether queues are flushed and such by then. From Python 3.13 on they are after that."""
    from multiprocessing import process

    bootstrap: Any = vars(process.BaseProcess)["_bootstrap"]
    return "_exit_function" in bootstrap.__code__.co_names


def _after_cleaning_up(*_: Any) -> None:
    code, _life.exit_code = _life.exit_code, None
    if code is not None:
        note(Op.EXIT, 0, 0, code)


def _before_join(process: Any, timeout: float | None) -> None:
    popen = process._popen
    if disabled() or popen is None or process._closed or process._parent_pid != os.getpid():
        return
    may_wait = timeout is None or timeout > 0
    if may_wait and popen.returncode is None and popen.poll() is None:
        number = getattr(popen, "_lost_update", 0)
        note(Op.WAIT, number, _here(), wait_ends(timeout), Op.JOIN)


def _before_poll(popen: Any, *_: Any) -> bool:
    _launching.polls += 1
    return popen.returncode is None


def _after_poll(was_running: bool | None, popen: Any, *_: Any) -> None:
    _launching.polls -= 1
    if was_running and popen.returncode is not None and hasattr(popen, "_lost_update"):
        note(Op.JOIN, popen._lost_update, _here(), popen.returncode, NOTHING, PRESENT)


def _before_signal(popen: Any, sig: int) -> None:
    if popen.returncode is None and hasattr(popen, "_lost_update"):
        note(Op.KILL, popen._lost_update, _here(), int(sig))


# Processes that the script forks itself.


def _before_fork() -> None:
    if _launching.who is None and not _life.is_fork_server and not disabled():
        token = PROCESS.token()
        _launching.forked = token
        _life.forks[token] = _launch(token, None)


def _after_fork_in_parent() -> None:
    _launching.forked = None


def _begin_in_child() -> None:
    who, token = _launching.who, _launching.forked
    _launching.__dict__.clear()
    _life.forks.clear()
    _life.exit_code = None
    if _life.is_fork_server:
        return
    if who is not None:
        PROCESS.describe(**who, start_method="fork")
    else:
        PROCESS.describe(token=token, role="fork")
    note(Op.START, 0, 0, PROCESS.pid)


def _has_ended(pid: int, status: int) -> None:
    """A child with that pid was waited for, by whomever."""
    if not _life.forks or _launching.polls or pid <= 0 or os.WIFSTOPPED(status) or os.WIFCONTINUED(status):
        return
    number = _life.forks.pop(_token_of(pid), None)
    if number is not None:
        note(Op.JOIN, number, _here(), os.waitstatus_to_exitcode(status), NOTHING, PRESENT)


def _token_of(pid: int) -> str:
    """The token with which a child has declared itself. Its parent has no other way to learn which one it was."""
    for entry in os.scandir(PROCESS.directory):
        if entry.name.endswith(".jsonl"):
            with open(entry.path, encoding="utf-8") as lines:
                first = lines.readline()
            if f'"pid": {pid}, "parent": {PROCESS.number},' in first:
                return first.partition('"token": "')[2].partition('"')[0]
    return ""


def _waiting(plain: Any) -> Any:
    """As that function of `os`, which gives the pid and the status of a child that has ended."""

    def wait(*arguments: Any, **named: Any) -> Any:
        ended = plain(*arguments, **named)
        if _life.forks:
            try:
                _has_ended(ended[0], ended[1])
            except Exception:
                _life.forks.clear()
        return ended

    return wait


def install() -> None:
    """Follow the life of processes that this one forks by itself, and of itself where it is one."""
    for name in ("wait", "waitpid", "wait3", "wait4"):
        replace(os, name, _waiting(getattr(os, name)))
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent)
    in_child(_begin_in_child)


def follow_processes() -> None:
    """Follow what a process of `multiprocessing` does."""
    from multiprocessing import process

    instrument(process.BaseProcess, "start", _before_start, _after_start)
    instrument(process.BaseProcess, "join", _before_join)
    instrument(process.BaseProcess, "_bootstrap", after=_after_bootstrap)


def follow_cleaning_up() -> None:
    """Follow what a process does at its end, where that is after the end of `_bootstrap`."""
    util: Any = import_module("multiprocessing.util")
    if not _cleans_up_in_bootstrap():
        plain = util._exit_function
        instrument(util, "_exit_function", after=_after_cleaning_up)
        atexit.unregister(plain)
        atexit.register(util._exit_function)


def follow_preparation() -> None:
    """Follow what a process that is started anew is told first."""
    from multiprocessing import spawn

    instrument(spawn, "get_preparation_data", after=_after_preparation_data)
    instrument(spawn, "prepare", _before_prepare)


def follow_forked() -> None:
    """Follow the end of forked and spawned processes."""
    from multiprocessing import popen_fork

    instrument(popen_fork.Popen, "poll", _before_poll, _after_poll)
    instrument(popen_fork.Popen, "_send_signal", _before_signal)


def follow_served() -> None:
    """Follow the end of processes that the fork server has forked."""
    from multiprocessing import popen_forkserver

    instrument(popen_forkserver.Popen, "poll", _before_poll, _after_poll)
