"""Starting a run: from the request to the first read of the Value, as a viewer of the event stream sees it.

Against the real server, in a process of its own, over HTTP: a POST, its answer, the GET of the stream on the same
connection, and the first batch with a `read` in it. Two new processes have been started meanwhile.
"""

import http.client
import json
from time import perf_counter
from urllib.parse import urlsplit

from lost_update.execution.supervisor import Context
from tests.bench.effort import Effort
from tests.bench.pairs import spread
from tests.bench.report import Row
from tests.bench.viewer import WAIT_SECONDS
from tests.serving import serving

MOST_MS = 150


def rows(_context: Context, effort: Effort) -> list[Row]:
    """Measure."""
    with serving() as server:
        address = urlsplit(server.url).netloc
        _first_read_ms(address)
        took = spread([_first_read_ms(address) for _ in range(effort.starts)])
    return [
        Row(
            f"From the request to the first read at a viewer, median and worst of {effort.starts}",
            f"{took.median:.0f} ms, worst {took.highest:.0f} ms",
            target=f"within {MOST_MS} ms",
            held=took.highest <= MOST_MS,
        )
    ]


def _first_read_ms(address: str) -> float:
    connection = http.client.HTTPConnection(address, timeout=WAIT_SECONDS)
    connection.connect()
    try:
        began = perf_counter()
        connection.request("POST", "/api/runs", json.dumps({"pace": "free"}), {"Content-Type": "application/json"})
        run_id = json.load(connection.getresponse())["id"]
        connection.request("GET", f"/api/runs/{run_id}/events")
        response = connection.getresponse()
        for line in response:
            if line.startswith(b"data: ") and b'"read"' in line:
                return (perf_counter() - began) * 1000
    finally:
        connection.close()
    raise AssertionError("the stream ended early")
