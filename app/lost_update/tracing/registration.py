"""How a process that starts another makes it known to the server, before that one can take a step.

    server                                 P1, the parent                                 P2, the child
      │ ◀─ control of P1: register ─────── start(): a pipe and a pair of sockets for P2
      │    with the server's two ends       │ waits for the answer
      │ declares P2: its watermark is now   │
      │ ── control of P1: its name ───────▶ launch, sent at once
      │                                     Process.start() ─────────────────────────────▶ is handed its two ends
      │                                     closes its copies of them                      │
      │ ◀──────────────────────────────────────── the pipe of P2: start, … exit; end of file

Why watermarks stay exact. The server declares P2 before it answers, P1 stamps the `launch` after the answer, and P2 is
started after that; all read one clock. So P2 has nothing older than its first watermark, and whatever is newer is held
back until P2 sends for the first time or its pipe ends. The pipe always ends, because only P2 keeps its writing end:
P1 closes its copy, whether or not start() succeeds, and launches one process at a time, and a forked process closes
what it inherited of its parent's.

    P2 is killed before it has said anything     end of file, as soon as P1 is back from start()
    P1 is killed before it has the answer        P2 was not started; its ends are closed with the rest of P1
    P1 is killed after it, before it starts P2   end of file: P1 had the only copies
    start() fails                                P1 says so itself on P2's pipe (`NEVER`), then end of file
    the server is gone                           there is no answer: P1 ends
"""

import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Final, NamedTuple

from lost_update.tracing.pace import Pace
from lost_update.tracing.recorder import NEVER, Shown

_ENDS: Final = 2
"""How many descriptors the server is sent: the reading end of the pipe, and its end of the pair."""


@dataclass(frozen=True)
class Options:
    """How the processes that a process starts record. They pass it on to those that they start."""

    shown: Shown
    pace: Pace
    may_fail: bool
    traced: bool


@dataclass(frozen=True)
class Registered:
    """A process that the server knows: its name, its number as a target, its two ends, and how it records."""

    name: str
    target: int
    records: "Connection[Any, Any]"
    control: "Connection[Any, Any]"
    options: Options


@contextlib.contextmanager
def register(control: "Connection[Any, Any]", options: Options) -> Iterator[Registered]:
    """In the parent: register a process, and start it within this. Afterwards only that process has its ends.

    An exception means that it was not started. The server learns so: nothing will ever come from it.
    """
    read, records = Pipe(duplex=False)
    its_control, own_control = Pipe()
    with records, own_control:
        name, target = _asked(control, options, read, its_control)
        try:
            yield Registered(name, target, records, own_control, options)
        except BaseException:
            with contextlib.suppress(OSError):
                records.send_bytes(ForkingPickler.dumps((NEVER, b"")))
            raise


def _asked(control: "Connection[Any, Any]", options: Options, *ends: "Connection[Any, Any]") -> tuple[str, int]:
    """Hand over the server's two ends; the name and the number as a target that it gives the process."""
    with ends[0], ends[1], _carrier(control) as carrier:
        socket.send_fds(carrier, [bytes([options.may_fail])], [end.fileno() for end in ends])
    answer: tuple[str, int] | None = said_by_server(control)
    if answer is None:
        raise OSError(errno.EMFILE, "the server has no room for another process")
    return answer


def said_by_server(control: "Connection[Any, Any]") -> Any:
    """What it sends next. Where it is gone, or never learned of this process, this process ends."""
    try:
        return control.recv()
    except (EOFError, ConnectionError):
        os._exit(1)


class Request(NamedTuple):
    """What the server is sent about a process that is about to be started. Without `ends` it has no room for them."""

    may_fail: bool
    ends: "tuple[Connection[Any, Any], Connection[Any, Any]] | None"


def requested(control: "Connection[Any, Any]") -> Request | None:
    """In the server: the request that has come on the `control` of a process; None at its end."""
    with _carrier(control) as carrier:
        try:
            message, descriptors, _flags, _address = socket.recv_fds(carrier, 1, _ENDS)
        except ConnectionError:
            return None
    if not message:
        return None
    may_fail = bool(message[0])
    if len(descriptors) < _ENDS:
        for descriptor in descriptors:
            os.close(descriptor)
        return Request(may_fail, None)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    return Request(may_fail, (Connection(descriptors[0], writable=False), Connection(descriptors[1])))


def _carrier(control: "Connection[Any, Any]") -> socket.socket:
    """The same pair as a socket, which can send descriptors."""
    return socket.socket(fileno=os.dup(control.fileno()))
