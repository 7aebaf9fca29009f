"""Where phones reach this server, and what to do where they cannot.

A presenter often opens the page as `localhost`, which means another machine on every phone. So where the page was asked
for like that, the address of this machine in its network is told, if the server listens there at all.
"""

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from fastapi import Request

from lost_update.settings import Settings

ONLY_HERE: Final = (
    "This server answers this machine alone, so no phone can join. Start it for the network: "
    "lost-update serve --host 0.0.0.0"
)
IN_A_CONTAINER: Final = (
    "Phones need the address of this machine in its network, which a server in a container cannot know. "
    "Open this page by that address instead of localhost, or set LOST_UPDATE_ADDRESS."
)
NO_NETWORK: Final = "This machine has no address in a network, so no phone can join. Connect it to one."

ANYWHERE: Final = "192.0.2.1"
"""An address kept for examples (RFC 5737). Nothing is sent there: the system only says from where it would be."""


@dataclass(frozen=True)
class Reach:
    """The root addresses for phones, the best first; and what to do, where that is not enough."""

    roots: list[str]
    hint: str | None = None


def reach(asked: Request, settings: Settings, listens_on: str) -> Reach:
    """How phones reach the server that was asked this, and that listens on that address."""
    if settings.address:
        return Reach([f"{settings.address}/"])
    root = str(asked.base_url)
    if not _is_own(asked.url.hostname or ""):
        return Reach([root])
    if listens_on and _is_own(listens_on):
        return Reach([root], ONLY_HERE)
    if is_container():
        return Reach([root], IN_A_CONTAINER)
    address = in_the_network()
    if address is None:
        return Reach([root], NO_NETWORK)
    return Reach([str(asked.base_url.replace(hostname=address)), root])


def in_the_network() -> str | None:
    """The address of this machine where it is connected; None where it is not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((ANYWHERE, 9))
        except OSError:
            return None
        own: str = asking.getsockname()[0]
    return None if _is_own(own) else own


def is_container() -> bool:
    """Whether this is a container of Docker or Podman."""
    return any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv"))


def _is_own(host: str) -> bool:
    """Whether this means, on every machine, that machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
