"""The dev container: what it would carry out is carried out here, but for the image, which needs a container engine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests import ROOT
from tests.browser.nginx import free_port
from tests.serving import CLIENT, WAIT_SECONDS, is_healthy, until
from tests.variants import FULL

pytestmark = pytest.mark.processes

DESCRIBED: dict[str, Any] = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
PUBLIC = {
    "Host": "fuzzy-space-8000.app.github.dev",
    "Origin": "https://fuzzy-space-8000.app.github.dev",
    "X-Forwarded-Proto": "https",
}
"""What the forwarded port adds to a request."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The server that it starts, on a port that is free here."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "lost-update").symlink_to(Path(sys.executable).parent / "lost-update")
    port = free_port()
    [forwarded] = DESCRIBED["forwardPorts"]
    command = DESCRIBED["postStartCommand"]
    assert f"--port {forwarded} " in command
    environment = {**os.environ, **DESCRIBED["containerEnv"]}
    # It must end at once, and leave the server behind.
    started = command.replace(f"--port {forwarded} ", f"--port {port} ")
    subprocess.run(started, shell=True, cwd=tmp_path, env=environment, check=True, timeout=WAIT_SECONDS)
    try:
        until(lambda: is_healthy(f"http://127.0.0.1:{port}"))
        yield f"http://127.0.0.1:{port}"
    finally:
        [server] = [each for each in psutil.process_iter(["cmdline"]) if _serves(each, port)]
        server.terminate()
        server.wait(WAIT_SECONDS)


def _serves(process: psutil.Process, port: int) -> bool:
    words = process.info["cmdline"] or []
    return words[-4:] == ["serve", "--port", str(port), "--no-open"]


@FULL
def test_it_starts_a_server_that_the_forwarded_port_reaches_by_its_public_name(url: str) -> None:
    page = CLIENT.get(url, headers={**PUBLIC, "Accept": "text/html"})
    assert page.status_code == 200
    run = CLIENT.post(f"{url}/api/runs", json={"iterations": 1}, headers=PUBLIC)
    assert run.status_code == 201
    # Some forwarders say that they are localhost instead.
    local = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    assert CLIENT.post(f"{url}/api/runs", json={"iterations": 1}, headers=local).status_code == 201


def test_what_it_installs_is_what_make_serve_installs() -> None:
    program, target = DESCRIBED["postCreateCommand"].split()
    assert program == "make"
    makefile = (ROOT / "Makefile").read_text()
    assert "\nserve: $(serving)\n" in makefile
    [name] = re.findall(r"^serving := \$\(VENV\)(/.*)$", makefile, re.MULTILINE)
    assert target == f".venv{name}"
