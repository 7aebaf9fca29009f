"""The load balancer of `compose.yaml` as a plain process: the same script, the same configuration, real servers.

deploy/balancer.sh ─▶ openssl, nginx ── deploy/nginx.conf, as it stands but for ports and places
                                     ── replicas.conf: the servers of a test, in place of Docker's names
"""

import os
import re
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import ROOT
from tests.browser import nginx
from tests.browser.nginx import free_port
from tests.leash import on_a_leash
from tests.serving import WAIT_SECONDS, until

DEPLOY = ROOT / "deploy"

OLDEST_WITH_HTTP2_ON = (1, 25, 1)
"""nginx has HTTP/2 as a directive of its own since; Debian's may be older."""


@dataclass
class Balancer:
    """One that listens, and where."""

    url: str
    plain_url: str
    log: Path
    certificate: Path
    process: "subprocess.Popen[str]"

    def client(self, address: str = "127.0.0.1", **more: Any) -> httpx.Client:
        """Somebody at that address, who trusts this balancer's certificate alone."""
        trust = ssl.create_default_context(cafile=self.certificate)
        transport = httpx.HTTPTransport(verify=trust, local_address=address)
        return httpx.Client(base_url=self.url, transport=transport, timeout=WAIT_SECONDS, **more)


@contextmanager
def balanced(
    folder: Path, servers: Sequence[str], *, given: Path | None = None, in_turn: bool = False
) -> Iterator[Balancer]:
    """The balancer before these servers, each `HOST:PORT`. `given` is the folder of a certificate that somebody has.

    `in_turn`: they are asked one after the other, from the first on, whoever asks.
    """
    path = nginx.find()
    if path is None:
        pytest.fail(nginx.ADVICE, pytrace=False)
    secure, plain = free_port(), free_port()
    kept = folder / "kept"
    kept.mkdir()
    (folder / "balancer.sh").write_text((DEPLOY / "balancer.sh").read_text())
    (folder / "nginx.conf").write_text(_configuration(path, kept, secure, plain))
    (folder / "replicas.conf").write_text(_replicas(servers, in_turn=in_turn))
    environment = {
        **os.environ,
        "PATH": f"{path.parent}:{os.environ['PATH']}",
        "CERTIFICATE_GIVEN": str(given or folder / "none-is-given"),
        "CERTIFICATE_KEPT": str(kept / "certificate"),
    }
    log = folder / "balancer.stderr"
    with log.open("w") as stderr:
        process = on_a_leash(["/bin/sh", str(folder / "balancer.sh")], stderr=stderr, env=environment)
    try:
        until(lambda: process.poll() is not None or nginx.listens(secure))
        assert process.poll() is None, log.read_text()
        certificate = kept / "certificate" / "fullchain.pem"
        yield Balancer(f"https://localhost:{secure}", f"http://localhost:{plain}", log, certificate, process)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)
        assert process.stdin is not None
        process.stdin.close()


def replaced(text: str, what: str, by: str) -> str:
    """The text with something else in that place, which is there."""
    assert what in text, f"{what!r} is not in the file that is tested"
    return text.replace(what, by)


def _configuration(path: Path, kept: Path, secure: int, plain: int) -> str:
    text = (DEPLOY / "nginx.conf").read_text()
    text = replaced(text, "listen 8080;", f"listen 127.0.0.1:{plain};")
    is_older = _version(path) < OLDEST_WITH_HTTP2_ON
    text = replaced(text, "listen 8443 ssl;", f"listen 127.0.0.1:{secure} ssl{' http2' if is_older else ''};")
    if is_older:
        text = replaced(text, "http2 on;", "")
    text = replaced(text, " /tmp/", f" {kept}/")
    # What root starts would otherwise work as somebody who may not look into this test's folder.
    return text if os.geteuid() else f"user root;\n{text}"


def _replicas(servers: Sequence[str], *, in_turn: bool) -> str:
    text = (DEPLOY / "replicas.conf").read_text()
    if in_turn:
        text = replaced(text, "hash $visitor consistent;", "")
    text = replaced(text, "resolver 127.0.0.11 valid=5s ipv6=off;\n", "")
    [line] = re.findall(r"^.*server server:8000 resolve.*\n", text, re.MULTILINE)
    return text.replace(line, "".join(line.replace("server:8000 resolve", each) for each in servers))


def _version(path: Path) -> tuple[int, ...]:
    said = subprocess.run([path, "-v"], capture_output=True, text=True, timeout=20, check=True).stderr
    [version] = re.findall(r"nginx/([\d.]+)", said)
    return tuple(map(int, version.split(".")))
