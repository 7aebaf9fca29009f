"""Whether a server is alone or one of several: what its settings say, and what is loaded for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import WAIT_SECONDS, serving

pytestmark = pytest.mark.processes

WITHOUT_REDIS = """
import sys
class NoRedis:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "redis":
            raise ModuleNotFoundError("No module named 'redis'", name="redis")
sys.meta_path.insert(0, NoRedis())
sys.argv = ["lost-update", "serve", "--port", "0", "--no-open"]
from lost_update.__main__ import main
main()
"""
"""A server where the extra is not installed."""

WHAT_IS_LOADED = """
import sys
from lost_update.web import server
from lost_update.execution.registry import Registry
from lost_update.settings import Settings
from lost_update.sharing.joining import replicas_of
registry = Registry(Settings())
replicas_of(Settings(), registry, lambda run_id: None)
registry.close()
print([name for name in sys.modules if name.partition(".")[0] == "redis" or ".sharing.redis" in name])
"""


def executed(program: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
        check=False,
    )


def test_without_the_variable_nothing_of_redis_is_loaded() -> None:
    done = executed(WHAT_IS_LOADED)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_missing_package_is_one_clear_line_and_exit_status_2() -> None:
    done = executed(WITHOUT_REDIS, LOST_UPDATE_REDIS_URL="redis://127.0.0.1:6379/0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "LOST_UPDATE_REDIS_URL is set, and the package redis is missing: pip install 'lost-update[redis]'\n"
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1", "127.0.0.1:6379", "redis://127.0.0.1:port", "redis://h:1/0?db=x"])
def test_an_address_that_is_none_is_one_clear_line_and_exit_status_2(url: str) -> None:
    command = "import sys; sys.argv = ['', 'serve']; from lost_update.__main__ import main; main()"
    done = executed(command, LOST_UPDATE_REDIS_URL=url)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "LOST_UPDATE_REDIS_URL" in done.stderr


def test_a_redis_that_is_not_there_yet_is_said_without_its_password_and_the_server_serves(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    url = "redis://:a-secret@127.0.0.1:1/0"
    with serving(errors=errors, on_one_core=False, LOST_UPDATE_REDIS_URL=url) as server:
        assert server.run(iterations=2)["status"] == "finished"
        assert [view["status"] for view in server.ask("GET", "/api/runs").json()] == ["finished"]
        assert server.ask("GET", "/api/runs/another").json()["error"]["code"] == "replicas_away"
        assert server.ask("POST", "/api/rooms", json={}).json()["error"]["code"] == "replicas_away"
        assert server.ask("GET", "/healthz").json() == {"status": "ok"}
    said = errors.read_text()
    assert said.count("Redis at 127.0.0.1:1 does not answer") == said.count("\n") == 1
    assert "a-secret" not in said
