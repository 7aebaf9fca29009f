"""What is sent is compressed in transit, and arrives as it was written; streams are left alone."""

import httpx
import pytest

from tests.serving import CLIENT, RunningServer

GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", ["/", "/static/js/pages/race/main.js", "/static/css/base.css", "/openapi.json"])
def test_pages_scripts_styles_and_answers_travel_compressed(server: RunningServer, path: str) -> None:
    compressed = CLIENT.get(server.url + path, headers=GZIP)
    assert compressed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in compressed.headers["vary"].lower()
    plain = CLIENT.get(server.url + path, headers=PLAIN)
    assert "content-encoding" not in plain.headers
    assert compressed.text == plain.text
    assert compressed.num_bytes_downloaded < plain.num_bytes_downloaded / 2


def test_a_browser_that_has_a_script_already_is_not_sent_it_again(server: RunningServer) -> None:
    address = f"{server.url}/static/js/pages/race/main.js"
    first = CLIENT.get(address, headers=GZIP)
    assert first.headers["content-type"].startswith("text/javascript")
    repeated = CLIENT.get(address, headers={**GZIP, "If-None-Match": first.headers["etag"]})
    assert (repeated.status_code, repeated.content) == (304, b"")
    assert CLIENT.get(f"{server.url}/static/js/none.js").status_code == 404


@pytest.mark.parametrize("what", ["events", "steps.ndjson"])
def test_streams_and_whole_logs_are_left_alone(server: RunningServer, what: str) -> None:
    run_id = server.run(iterations=500)["id"]
    with httpx.stream("GET", f"{server.url}/api/runs/{run_id}/{what}", headers=GZIP, timeout=20) as response:
        assert response.status_code == 200
        assert "content-encoding" not in response.headers
        assert next(response.iter_bytes())


def test_a_live_run_is_streamed_step_by_step_to_a_browser_that_takes_gzip(server: RunningServer) -> None:
    run_id = server.start(pace="slow", step_ms=100, iterations=100)
    with httpx.stream("GET", f"{server.url}/api/runs/{run_id}/events", headers=GZIP, timeout=20) as response:
        batches = (line for line in response.iter_lines() if line.startswith("event: steps"))
        next(batches)
        next(batches)
        assert server.view(run_id)["status"] == "running"
    server.stop(run_id)
