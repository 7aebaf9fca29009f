"""The socket on which the server listens. It is light: whoever connects waits while the server is still imported."""

import socket

from lost_update.settings import MAX_PENDING_CONNECTIONS


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises OSError where that cannot be."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(MAX_PENDING_CONNECTIONS)
    except OSError:
        listener.close()
        raise
    return listener
