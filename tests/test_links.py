"""An address of the server as a QR code: only of this server, as whoever asks has reached it."""

import io
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import pytest
import segno

from tests.serving import RunningServer

pytestmark = pytest.mark.processes

PATH = "/runs/abc?at=7&panel=map"


def asked(server: RunningServer, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}/api/qr.svg?address={quote(path, safe='')}", headers=headers)


def lines_of(svg: bytes) -> list[str]:
    return [each.attrib["d"] for each in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path")]


def code_of(address: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(address, micro=False, error="m").save(drawn, kind="svg", border=4, light="#fff")
    return drawn.getvalue()


def test_it_is_the_whole_address_by_which_the_server_was_asked(server: RunningServer) -> None:
    answer = asked(server, PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert lines_of(answer.content) == lines_of(code_of(server.url + PATH))
    port = server.url.rpartition(":")[2]
    other = asked(server, PATH, Host=f"192.168.7.7:{port}")
    assert lines_of(other.content) == lines_of(code_of(f"http://192.168.7.7:{port}{PATH}"))


def test_behind_a_proxy_it_is_the_address_of_the_proxy(server: RunningServer) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/race"}
    answer = asked(server, PATH, Host="10.0.0.1", **forwarded)
    assert lines_of(answer.content) == lines_of(code_of(f"https://10.0.0.1/race{PATH}"))


@pytest.mark.parametrize(
    "path", ["", "runs/abc", "https://elsewhere.example/", "//elsewhere.example/", "/" + "x" * 1600]
)
def test_no_other_address_is_drawn(server: RunningServer, path: str) -> None:
    answer = asked(server, path)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "bad_request"
