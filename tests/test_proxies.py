"""What the application is told of a request that came through a proxy. A real one is in tests/browser/test_proxy.py."""

import asyncio
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.types import Message, Receive, Scope, Send

from lost_update.settings import Settings
from lost_update.web.proxies import Proxies, to_root

PREFIX = "/user/ada/proxy/8123"
LOOPBACK = "127.0.0.1"
STRANGER = "192.168.1.20"


def seen(sent: str, *, client: str = LOOPBACK, headers: dict[str, str] | None = None, **settings: Any) -> Scope:
    """The scope that the application gets."""
    found: list[Scope] = []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        found.append(scope)

    asyncio.run(Proxies(application, Settings(**settings))(scope_of(sent, client, headers or {}), never, ignore))
    (scope,) = found
    return scope


def redirected(sent: str, query: str = "", **settings: Any) -> str:
    """Where a redirect leads, as the browser is told."""
    told: list[Message] = []

    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"location", b"http://backend:8000/somewhere")]
        await send({"type": "http.response.start", "status": 307, "headers": headers})

    async def send(message: Message) -> None:
        told.append(message)

    scope = {**scope_of(sent, LOOPBACK, {}), "query_string": query.encode()}
    asyncio.run(Proxies(application, Settings(**settings))(scope, never, send))
    [(_, location)] = told[0]["headers"]
    return str(location.decode())


def scope_of(sent: str, client: str, headers: dict[str, str]) -> Scope:
    """As uvicorn has it."""
    return {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": unquote(sent),
        "raw_path": sent.encode(),
        "query_string": b"",
        "root_path": "",
        "client": (client, 50_000),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }


async def never() -> Message:
    raise AssertionError("nothing is received")


async def ignore(_message: Message) -> None: ...


@pytest.mark.parametrize("root_path", ["", PREFIX])
@pytest.mark.parametrize(
    ("path", "way"),
    [("/", "./"), ("/walkthrough", "./"), ("/runs/abc", "../"), ("/a/b/c/d", "../../../"), ("/runs/a%2Fb", "../")],
)
def test_a_path_is_the_same_whether_the_proxy_leaves_the_prefix_or_takes_it_away(
    root_path: str, path: str, way: str
) -> None:
    for sent in (path, root_path + path):
        scope = seen(sent, root_path=root_path)
        assert (scope["root_path"], scope["path"]) == (root_path, root_path + unquote(path))
        assert to_root(scope) == way


def test_a_path_that_only_begins_like_the_prefix_is_another() -> None:
    assert seen(f"{PREFIX}4/runs", root_path=PREFIX)["path"] == f"{PREFIX}{PREFIX}4/runs"


def test_a_prefix_may_be_quoted_in_more_than_one_way() -> None:
    for sent in ("/user/ada%40school/runs/abc", "/user/ada@school/runs/abc"):
        assert to_root(seen(sent, root_path="/user/ada%40school")) == "../"


@pytest.mark.parametrize(
    ("root_path", "sent", "query", "location"),
    [
        ("", "/walkthrough/", "", "../walkthrough"),
        ("", "/walkthrough//", "a=1&b=%20", "../../walkthrough?a=1&b=%20"),
        (PREFIX, f"{PREFIX}/walkthrough/", "", "../walkthrough"),
        (PREFIX, PREFIX, "", "./8123/"),
    ],
)
def test_a_redirect_is_relative(root_path: str, sent: str, query: str, location: str) -> None:
    assert redirected(sent, query, root_path=root_path) == location


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Prefix": f"{PREFIX}/"}


@pytest.mark.parametrize(
    ("client", "trusted"),
    [
        (LOOPBACK, None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        (STRANGER, "192.168.0.0/16"),
        (STRANGER, f"10.0.0.1, {STRANGER}"),
        (STRANGER, "*"),
    ],
)
def test_a_trusted_proxy_is_believed(client: str, trusted: str | None) -> None:
    settings = {} if trusted is None else {"trusted_proxies": trusted}
    scope = seen("/runs/abc", client=client, headers=FORWARDED, **settings)
    assert scope["scheme"] == "https"
    assert scope["client"][0] == "203.0.113.9"
    assert (scope["root_path"], scope["path"]) == (PREFIX, f"{PREFIX}/runs/abc")


@pytest.mark.parametrize(("client", "trusted"), [(STRANGER, None), (LOOPBACK, ""), (LOOPBACK, STRANGER)])
def test_nobody_else_is(client: str, trusted: str | None) -> None:
    settings = {} if trusted is None else {"trusted_proxies": trusted}
    scope = seen("/runs/abc", client=client, headers=FORWARDED, **settings)
    assert scope["scheme"] == "http"
    assert scope["client"][0] == client
    assert (scope["root_path"], scope["path"]) == ("", "/runs/abc")


def test_of_several_forwarded_addresses_the_last_that_is_no_proxy_is_the_client() -> None:
    headers = {"X-Forwarded-For": f"203.0.113.9, {STRANGER}, 127.0.0.5"}
    assert seen("/", headers=headers)["client"][0] == STRANGER


@pytest.mark.parametrize(
    "said", ["//evil.example", "/a/../b", "race", "/a b", '/"><script>', "/", "/a, /b", "https://x"]
)
def test_a_prefix_that_is_no_path_is_not_believed(said: str) -> None:
    scope = seen("/runs/abc", headers={"X-Forwarded-Prefix": said})
    assert (scope["root_path"], scope["path"]) == ("", "/runs/abc")


def test_what_the_proxy_says_comes_before_what_the_server_was_told() -> None:
    assert seen("/", headers={"X-Forwarded-Prefix": "/race"}, root_path=PREFIX)["root_path"] == "/race"
