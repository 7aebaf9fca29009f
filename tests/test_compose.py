"""`compose.yaml`: what it says holds together, and what it would carry out is carried out here, without containers."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
import yaml  # type: ignore[import-untyped]

from lost_update.settings import Settings
from tests import ROOT
from tests.balancer import DEPLOY
from tests.browser.nginx import free_port, listens
from tests.leash import on_a_leash
from tests.redis_server import ADVICE, find
from tests.serving import CLIENT, WAIT_SECONDS, serving, until

TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def filled_in(text: str, **given: str) -> str:
    """With the variables as Compose puts them in: those given, else what stands behind `:-`."""
    return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: given.get(found[1], found[2]), text)


def environment(**given: str) -> dict[str, str]:
    """What a replica is given."""
    return {name: filled_in(value, **given) for name, value in SERVICES["server"]["environment"].items()}


# What it says


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "pid", "ipc", "devices"} & set(service)
    assert service["restart"] == "unless-stopped"
    runs_as = service.get("user") or re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1]
    assert runs_as.partition(":")[0] not in ("0", "root")


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_asked_whether_it_is_well_before_others_need_it(name: str) -> None:
    assert "healthcheck" in SERVICES[name] or (SERVICES[name].get("build") and "\nHEALTHCHECK " in DOCKERFILE)
    for needed in SERVICES[name].get("depends_on", {}).values():
        assert needed == {"condition": "service_healthy"}


def test_only_the_balancer_can_be_reached_and_only_it_reaches_out() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["balancer"]
    assert COMPOSE["networks"]["inside"]["internal"]
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"balancer"}
    assert all("inside" in service["networks"] for service in SERVICES.values())


def test_there_are_three_replicas_and_each_keeps_its_recordings_for_itself() -> None:
    server = SERVICES["server"]
    assert server["deploy"]["replicas"] == 3
    assert "container_name" not in server
    assert server["volumes"] == ["/data"], "a volume without a name is another one for each replica"
    assert "VOLUME /data" in DOCKERFILE


def test_only_the_balancer_is_believed_to_be_a_proxy() -> None:
    [network] = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert environment()["LOST_UPDATE_TRUSTED_PROXIES"] == filled_in(network["subnet"])
    other = {"LOST_UPDATE_SUBNET": "10.9.8.0/24"}
    assert environment(**other)["LOST_UPDATE_TRUSTED_PROXIES"] == filled_in(network["subnet"], **other) == "10.9.8.0/24"


def test_a_replica_is_given_settings_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(LOST_UPDATE_HOST="race.example").items():
        assert name.removeprefix("LOST_UPDATE_").lower() in Settings.model_fields, name
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.allowed_hosts == ("race.example",)
    assert (settings.log, settings.address) == ("json", "")
    assert urlsplit(settings.redis_url or "").hostname in SERVICES


def test_what_it_mounts_and_starts_is_there() -> None:
    balancer = SERVICES["balancer"]
    mounted = [filled_in(volume).split(":") for volume in balancer["volumes"]]
    assert all((ROOT / place).is_dir() and mode == "ro" for place, _, mode in mounted)
    script = Path(balancer["entrypoint"][-1])
    assert (DEPLOY / script.relative_to("/deploy")).is_file()


def test_the_balancer_finds_the_replicas_where_they_listen() -> None:
    assert "server server:8000 resolve " in (DEPLOY / "replicas.conf").read_text()
    assert '"--port", "8000"' in DOCKERFILE
    for port in SERVICES["balancer"]["ports"]:
        inside = filled_in(port).rpartition(":")[2]
        assert re.search(rf"listen {inside}\b", (DEPLOY / "nginx.conf").read_text())


def test_the_balancer_lets_through_as_much_as_the_servers_take() -> None:
    sizes = re.findall(r"client_max_body_size (\d+)([km]);.*# LOST_UPDATE_(\w+)", (DEPLOY / "nginx.conf").read_text())
    bytes_of = {name.lower(): int(size) << {"k": 10, "m": 20}[unit] for size, unit, name in sizes}
    usual = Settings()
    assert bytes_of == {"max_body": usual.max_body, "max_import": usual.max_import}


def test_every_variable_that_it_takes_is_in_the_operators_manual() -> None:
    manual = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    variables = set(re.findall(r"\$\{(\w+)", TEXT))
    assert variables
    assert {name for name in variables if f"`{name}`" not in manual} == set()


# What it carries out


@pytest.mark.processes
def test_a_replica_starts_as_it_is_given_and_is_reached_by_the_name_of_the_service() -> None:
    given: dict[str, Any] = environment(LOST_UPDATE_HOST="race.example")
    answers = {"race.example": 200, "race.example:8443": 200, "10.1.2.3": 200, "evil.example": 400}
    with serving(**{**given, "LOST_UPDATE_REDIS_URL": "redis://127.0.0.1:1/0"}) as server:
        for host, status in answers.items():
            assert CLIENT.get(f"{server.url}/healthz", headers={"Host": host}).status_code == status
        # This test's own address is not the balancer's: what it says of others is not believed.
        page = CLIENT.get(f"{server.url}/", headers={"X-Forwarded-Proto": "https", "Host": "race.example"})
        assert "Secure" not in page.headers["set-cookie"]


@pytest.mark.processes
def test_redis_takes_its_options_and_keeps_nothing_on_a_disk(tmp_path: Path) -> None:
    path = find()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    program, *options = SERVICES["redis"]["command"]
    assert program == "redis-server"
    port = free_port()
    place = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path))
    process = on_a_leash([str(path), *options, *place])
    try:
        until(lambda: process.poll() is not None or listens(port))
        with redis.Redis(port=port) as client:
            client.set("a", "b")
            said = client.config_get("save", "appendonly", "maxmemory", "maxmemory-policy")
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)
        assert process.stdin is not None
        process.stdin.close()
    assert said == {"save": "", "appendonly": "no", "maxmemory": str(1 << 30), "maxmemory-policy": "volatile-lru"}
    assert list(tmp_path.iterdir()) == []
