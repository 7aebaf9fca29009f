"""Pipes of a person's own: what is sent and received, and who waits for it.

    conn.send(x) ─▶ Connection._send_bytes ─▶ PUT, stamped before the first byte goes; if the pipe has no room for it
                                              WAIT (purpose FLUSH), and FLUSH when the last byte has gone; FAIL if it
                                              could not be sent
    conn.recv()  ─▶ Connection._recv_bytes ─▶ WAIT if nothing is there; GET, stamped when the message is complete
    conn.poll(t) ─▶ Connection._poll ───────▶ WAIT if nothing is there, then CHECK: whether something came

Both ends are one target. `second` of a PUT or GET is the number of the end, 0 or 1, that the message was sent from.
Only what `Pipe()` gives a person is marked: the pipes inside queues, pools and managers stay silent, and so do
connections of a Listener or a Client. The marks of a queue's ends are put on by `queues`.

A process that starts afresh knows an end by its inode, the same in every process.
"""

import fcntl
import io
import os
import pickle
import select
import socket
import struct
import termios
from multiprocessing import connection, reduction
from sys import _getframe
from time import perf_counter_ns
from types import FrameType
from typing import Any, Final

from lost_update.model.ops import ENDS_BY_ITSELF, FOR_EVER, NOTHING, PRESENT, Op, wait_ends
from lost_update.model.steps import kind_of
from lost_update.tracing.script.stream import here, is_of_the_person, site_of
from lost_update.tracing.script.things import (
    MARK,
    Thing,
    leave,
    made,
    mark_of,
    pass_on,
    received,
    shown,
    stand_in,
    told,
)

LONGEST_LOOK: Final = 512
"""Of how many bytes a message may be for its content to be looked at before it is taken."""


class End:
    """One end of a pipe, or of a queue: what is recorded of its messages."""

    __slots__ = ("is_of_a_queue", "number", "thing")

    def __init__(self, thing: Thing, number: int, is_of_a_queue: bool = False) -> None:
        self.thing = thing
        self.number = NOTHING if is_of_a_queue else number
        self.is_of_a_queue = is_of_a_queue

    def receive(self, plain: Any, conn: Any, most: int | None, frame: FrameType) -> Any:
        """A message, as `plain` reads it."""
        if not bytes_there(conn._handle):
            here().note(Op.WAIT, self.thing.number, site_of(frame), FOR_EVER, Op.GET)
        message = plain(conn, most)
        if message is not None:
            now = perf_counter_ns()
            value, presence = _look(message.getbuffer(), self.is_of_a_queue or frame.f_code is _RECV)
            sender = NOTHING if self.is_of_a_queue else 1 - self.number
            kind = kind_of(Op.GET, self.thing.number)
            here().add(kind, site_of(frame), now, NOTHING, value, sender, presence)
        return message

    def send(self, plain: Any, conn: Any, message: Any, frame: FrameType) -> None:
        """Send a message, as `plain` does."""
        site, number, stream = site_of(frame), self.thing.number, here()
        value, presence = _look(message, self.is_of_a_queue or frame.f_code is _SEND)
        stream.note(Op.PUT, number, site, value, self.number, presence)
        is_long = not has_room(conn._handle, len(message) + 4)
        if is_long:
            stream.note(Op.WAIT, number, site, FOR_EVER, Op.FLUSH)
        try:
            plain(conn, message)
        except BaseException:
            here().note(Op.FAIL, number, site)
            raise
        if is_long:
            here().note(Op.FLUSH, number, site)

    def poll(self, plain: Any, conn: Any, timeout: float | None, frame: FrameType) -> bool:
        """Whether something is there, as `plain` finds it; it may wait."""
        if (timeout is not None and timeout <= 0) or bytes_there(conn._handle):
            return bool(plain(conn, timeout))
        site, number = site_of(frame), self.thing.number
        here().note(Op.WAIT, number, site, wait_ends(timeout), Op.GET)
        found = bool(plain(conn, timeout))
        here().note(Op.CHECK, number, site, int(found), NOTHING, PRESENT)
        return found


_RECV: Final = connection._ConnectionBase.recv.__code__
_SEND: Final = connection._ConnectionBase.send.__code__


# What is in a pipe.


def key_of(conn: Any, kind: str = "pipe") -> str:
    """What every process knows this end by."""
    there = os.fstat(conn._handle)
    return f"{kind}-{there.st_dev}-{there.st_ino}"


ALWAYS_FITS: Final = 16 * 1024
"""Of how many bytes a pipe has room for certain, however they came."""

_COUNT: Final = struct.Struct("i")
_NO_COUNT: Final = bytes(_COUNT.size)


def bytes_there(descriptor: int) -> int:
    """How many bytes can be read at once."""
    return _ask(descriptor, termios.FIONREAD)


def _ask(descriptor: int, question: int) -> int:
    try:
        return int(_COUNT.unpack(fcntl.ioctl(descriptor, question, _NO_COUNT))[0])
    except (OSError, ValueError, TypeError):
        return 0


def has_room(descriptor: int, size: int) -> bool:
    """Whether so many bytes can be written without waiting for a reader, as far as can be told."""
    try:
        # Of a socket one learns what its other end has not read yet; a pipe knows of no direction.
        try:
            unread = int(_COUNT.unpack(fcntl.ioctl(descriptor, termios.TIOCOUTQ, _NO_COUNT))[0])
            room = None
        except OSError:
            unread = bytes_there(descriptor)
            room = fcntl.F_GETPIPE_SZ
        if unread + size <= ALWAYS_FITS:
            return True
        most = _room_of_socket(descriptor) if room is None else fcntl.fcntl(descriptor, room) - select.PIPE_BUF
        return unread + size <= most
    except (OSError, ValueError, TypeError, AttributeError):
        return True


def _room_of_socket(descriptor: int) -> int:
    copy = socket.socket(fileno=os.dup(descriptor))
    try:
        return copy.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) - ALWAYS_FITS
    finally:
        copy.close()


class _Plain(pickle.Unpickler):
    """Makes nothing but plain values: a look at a message must run nobody's code."""

    first = ""

    def find_class(self, module: str, name: str, /) -> Any:
        self.first = self.first or name
        raise pickle.UnpicklingError(module)


def _look(message: Any, is_pickled: bool) -> tuple[int, int]:
    """What a message holds, as the slots of a step have it. An object that is no plain value is told by its class."""
    if len(message) > LONGEST_LOOK:
        return told(f"<{len(message)} bytes>")
    if not is_pickled:
        return shown(bytes(message))
    look = _Plain(io.BytesIO(message))
    try:
        return shown(look.load())
    except Exception:
        return told(f"<{look.first}>" if look.first else f"<{len(message)} bytes>")


# What stands in for what.


def install() -> None:
    """Follow pipes."""
    plain: Any = connection.Connection
    stand_in(plain, "_recv_bytes", _receiving)
    stand_in(plain, "_send_bytes", _sending)
    stand_in(plain, "_poll", _polling)
    for name, make in (("Pipe", _making), ("wait", _waiting), ("rebuild_connection", _arriving)):
        stand_in(connection, name, make)
    stand_in(connection, "reduce_connection", _leaving)
    reduction.register(connection.Connection, connection.reduce_connection)  # type: ignore[attr-defined]


def _receiving(plain: Any) -> Any:
    def _recv_bytes(self: Any, maxsize: int | None = None) -> Any:
        mark = self.__dict__.get(MARK)
        try:
            return plain(self, maxsize) if mark is None else mark.receive(plain, self, maxsize, _getframe(1))
        except BaseException as error:
            leave(error)
            raise

    return _recv_bytes


def _sending(plain: Any) -> Any:
    def _send_bytes(self: Any, buf: Any) -> None:
        mark = self.__dict__.get(MARK)
        try:
            if mark is None:
                plain(self, buf)
            else:
                mark.send(plain, self, buf, _getframe(1))
        except BaseException as error:
            leave(error)
            raise

    return _send_bytes


def _polling(plain: Any) -> Any:
    def _poll(self: Any, timeout: float | None) -> bool:
        mark = self.__dict__.get(MARK)
        try:
            return bool(plain(self, timeout)) if mark is None else mark.poll(plain, self, timeout, _getframe(1))
        except BaseException as error:
            leave(error)
            raise

    return _poll


def _making(plain: Any) -> Any:
    def Pipe(duplex: bool = True) -> Any:  # noqa: N802
        try:
            ends = plain(duplex)
        except BaseException as error:
            leave(error)
            raise
        thing = made(_getframe(), key_of(ends[0]), "pipe", what="Pipe")
        if thing is not None:
            for number, end in enumerate(ends):
                setattr(end, MARK, End(thing, number))
        return ends

    return Pipe


def _leaving(plain: Any) -> Any:
    def reduce_connection(conn: Any) -> Any:
        try:
            reduced = plain(conn)
        except BaseException as error:
            leave(error)
            raise
        mark = mark_of(conn)
        if mark is not None and not mark.is_of_a_queue:
            pass_on(_name_of_end(conn), mark.thing, mark.number)
        return reduced

    return reduce_connection


def _arriving(plain: Any) -> Any:
    def rebuild_connection(df: Any, readable: bool, writable: bool) -> Any:
        try:
            conn = plain(df, readable, writable)
        except BaseException as error:
            leave(error)
            raise
        found = received(_name_of_end(conn))
        if found is not None:
            setattr(conn, MARK, End(found[0], found[1]))
        return conn

    return rebuild_connection


def _name_of_end(conn: Any) -> str:
    """The two ends of a pipe of one direction have the same inode."""
    return f"{key_of(conn)}-{'r' if conn.readable else ''}{'w' if conn.writable else ''}"


def _waiting(plain: Any) -> Any:
    def wait(object_list: Any, timeout: float | None = None) -> Any:
        try:
            caller = _getframe(1)
            if not is_of_the_person(caller.f_code) or (timeout is not None and timeout <= 0):
                return plain(object_list, timeout)
            awaited = list(object_list)
            ends = [each for each in awaited if isinstance(each, connection.Connection) and mark_of(each) is not None]
            ready = plain(awaited, 0) if ends else None
            if not ends or ready:
                return ready or plain(awaited, timeout)
            site, number = site_of(caller), mark_of(ends[0]).thing.number
            here().note(Op.WAIT, number, site, ENDS_BY_ITSELF, Op.GET)
            ready = plain(awaited, timeout)
            here().note(Op.CHECK, number, site, int(ends[0] in ready), NOTHING, PRESENT)
            return ready
        except BaseException as error:
            leave(error)
            raise

    return wait
