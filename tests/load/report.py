"""Applies every kind of client, measures what everybody else notices, and writes it down."""

import argparse
import math
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from tests import ROOT
from tests.documents import HELD, made_by, put
from tests.load.kind import Answers, Size
from tests.load.pressing import KINDS, pressing
from tests.serving import CLIENT, RunningServer, serving, until

DOCUMENT = ROOT / "docs" / "RELIABILITY.md"

SECONDS = 15.0
"""How long each kind presses while it is measured."""

TOGETHER = "all together"

PROBE_SECONDS = 0.04
HEALTH_SECONDS = 0.250
START_SECONDS = 2.0


@dataclass(frozen=True)
class Noticed:
    """What everybody else notices, in seconds."""

    health: list[float]
    starts: list[float]

    @property
    def health_of_99(self) -> float:
        """Within which 99 of 100 answers came."""
        return sorted(self.health)[math.ceil(0.99 * len(self.health)) - 1]

    @property
    def held(self) -> bool:
        """Whether both promises were kept."""
        return self.health_of_99 <= HEALTH_SECONDS and max(self.starts) <= START_SECONDS


def run() -> None:
    """Apply what was asked for. All of it is kept in the document; a part is printed."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description="Write a part of docs/RELIABILITY.md.")
    parser.add_argument("--only", action="append", choices=KINDS, metavar="KIND", help="this kind alone")
    only = parser.parse_args().only
    sizes = {name: KINDS[name].full for name in only or KINDS}
    rounds = [("nobody", dict[str, Size]()), *((name, {name: size}) for name, size in sizes.items())]
    if len(sizes) > 1:
        rounds.append((TOGETHER, sizes))
    rows = []
    held = True
    load = os.getloadavg()[0]
    for name, applied in rounds:
        with (
            serving(errors=Path(os.devnull), LOST_UPDATE_VIEWER_SECONDS="5", LOST_UPDATE_REQUEST_SECONDS="5") as server,
            pressing(server, applied) as pressed,
        ):
            noticed = notice(server, SECONDS)
        held = held and noticed.held
        rows.append(_row(name, applied, pressed.answers, noticed))
        print(rows[-1], file=sys.stderr, flush=True)
    if only:
        print(_table(rows, load))
    else:
        put(DOCUMENT, "load", _table(rows, load))
    sys.exit(not held)


def notice(server: RunningServer, seconds: float) -> Noticed:
    """Ask for its health and start runs, for so long."""
    health, starts = list[float](), list[float]()
    is_over = threading.Event()

    def probe() -> None:
        while not is_over.wait(PROBE_SECONDS):
            began = time.perf_counter()
            try:
                is_well = CLIENT.get(f"{server.url}/healthz").status_code == 200
            except httpx.TransportError:
                is_well = False
            health.append(time.perf_counter() - began if is_well else math.inf)

    probing = threading.Thread(target=probe)
    probing.start()
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            starts.append(_start_a_run(server))
    finally:
        is_over.set()
        probing.join()
    return Noticed(health, starts)


def _start_a_run(server: RunningServer) -> float:
    """Seconds from the request until the run has taken steps."""
    began = time.perf_counter()
    run_id = CLIENT.post(f"{server.url}/api/runs", json={"iterations": 10}).json()["id"]
    until(lambda: CLIENT.get(f"{server.url}/api/runs/{run_id}").json(), lambda view: view["steps"] > 0)
    return time.perf_counter() - began


def _table(rows: list[str], load: float) -> str:
    return f"""## Load

{made_by("python -m tests.load")}

The clients below press a real server from another process of the same machine. Each comes again about a second after
it was answered or hung up on. Once every kind has been answered, somebody at another address asks for `/healthz`, and
starts a run of two processes, again and again for {SECONDS:g} s.

- 99 of 100 answers of `/healthz` are to come within {HEALTH_SECONDS * 1000:.0f} ms.
- A run is to have taken steps within {START_SECONDS:g} s after it was asked for.

A client that sends or reads nothing is given up after 5 s here. What else the machine had to do: its load average was
{load:.1f} before the first client came.

| clients | what they were answered | `/healthz`: median | 99 of 100 | worst | a run begins: median | worst | held |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}"""


def _row(name: str, applied: dict[str, Size], answers: dict[str, Answers], noticed: Noticed) -> str:
    who = f"{applied[name].clients:,} × {KINDS[name].about}" if name in applied else name
    told = "; ".join(_told(each) for each in answers.values()) if name in applied else "–"
    figures = (
        median(noticed.health),
        noticed.health_of_99,
        max(noticed.health),
        median(noticed.starts),
        max(noticed.starts),
    )
    cells = " | ".join(f"{figure * 1000:,.0f} ms" for figure in figures)
    return f"| {who} | {told} | {cells} | {HELD[noticed.held]} |"


def _told(answers: Answers) -> str:
    return ", ".join(f"{count:,} × {what}" for what, count in answers.most_common()) or "nothing yet"
