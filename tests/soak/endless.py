"""Runs that last until something ends them: every variant, at every pace that it allows, traced and untraced."""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import ValidationError

from lost_update.scenarios.catalogue import PACES
from lost_update.settings import Settings
from lost_update.sources.request import Refusal, RunRequest, check
from tests.chapters import EVERY, MAY_BLOCK
from tests.checking import (
    View,
    check_it_holds_no_more,
    check_it_is_over,
    check_no_fault_shows,
    everybody_has_a_pid,
    holdings,
)
from tests.serving import END_STATES, RunningServer, serving, until
from tests.soak.campaign import Trials

Request = dict[str, Any]

SETTINGS = Settings()
STEP_MS = 10
BYSTANDER: Request = {"guard": "with", "pace": "slow", "step_ms": 100, "iterations": 100}

MEMORY = 1024 * 1024
"""What the server may keep of ended runs: little, so that it must let go of them."""

MANY = 60
"""From so many trials on it can be said whether the server holds ever more."""


def every_endless_run() -> list[Request]:
    """As many iterations as the limits allow. What may block does so at once, unless it is taken step by step."""
    found = []
    for name, request in EVERY.items():
        for pace in PACES:
            for traced in (True, False):
                wanted = {**request, "pace": pace, "traced": traced, "step_ms": STEP_MS}
                most = _longest(wanted)
                if most and (name not in MAY_BLOCK or pace == "step"):
                    found.append({**wanted, "iterations": most})
    return found


def in_turn(draw: random.Random, count: int) -> list[Request]:
    """That many endless runs: all of them, in some order, before any of them comes again."""
    every = every_endless_run()
    drawn: list[Request] = []
    while len(drawn) < count:
        drawn += draw.sample(every, len(every))
    return drawn


def told(request: Request) -> str:
    """A request, in few words."""
    return " ".join(f"{name}={value}" for name, value in request.items() if value is not None)


def begun(server: RunningServer, request: Request) -> View:
    """Start such a run, and look at it once each of its processes is known. It may be over already."""
    run_id = server.start(**request)
    view: View = until(
        lambda: server.view(run_id), lambda view: view["status"] in END_STATES or everybody_has_a_pid(view)
    )
    return view


def beside_a_bystander(trials: Trials, attempt: Callable[[RunningServer, random.Random, Request], None]) -> None:
    """Make a trial with each of so many endless runs, all on one server.

    A bystander must not notice, no fault may show on the server's terminal, and if there are many, the server must hold
    no more at the end than after the first third of them.
    """
    with TemporaryDirectory() as folder:
        errors = Path(folder) / "stderr"
        with serving(errors=errors, LOST_UPDATE_MEMORY=str(MEMORY)) as server:
            bystander = Bystander(server)
            before = None
            requests = in_turn(trials.draw("order"), trials.count)
            for number, (draw, request) in enumerate(zip(trials, requests, strict=False)):
                if trials.count >= MANY and number == trials.count // 3:
                    bystander.leave()
                    before = holdings(server)
                with trials.trial(told(request)):
                    bystander.check()
                    attempt(server, draw, request)
                    bystander.check()
            bystander.leave()
            if before is not None:
                check_it_holds_no_more(server, before)
        check_no_fault_shows(errors.read_text())


class Bystander:
    """A run to which nothing is done, and that must not notice what is done to others."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self._run_id = ""

    def check(self) -> None:
        """It goes on as if nothing had been. Where there is none, or it has come to its own end, another one begins."""
        if self._run_id:
            status = self._server.view(self._run_id)["status"]
            assert status in ("running", "finished"), "the bystander was touched"
            if status == "running":
                return
            self.leave()
        self._run_id = self._server.start(**BYSTANDER)
        until(lambda: self._server.view(self._run_id)["steps"])

    def leave(self) -> None:
        """End it, and hold its figures against its steps."""
        if self._run_id:
            check_it_is_over(self._server, self._server.stop(self._run_id))
            self._run_id = ""


def _longest(request: Request) -> int:
    """The most iterations that this request may ask for; 0 where it makes no sense at all."""
    least, most = 0, 100_000
    while least < most:
        middle = (least + most + 1) // 2
        if _is_allowed({**request, "iterations": middle}):
            least = middle
        else:
            most = middle - 1
    return least


def _is_allowed(request: Request) -> bool:
    try:
        check(RunRequest(**request), SETTINGS)
    except (Refusal, ValidationError):
        return False
    return True
