"""What the pages offer, as plain data: the catalogue, the paces, the limits; and the table of ops to read runs by."""

from collections.abc import Sequence
from typing import Any, Final

from lost_update.model.ops import table
from lost_update.scenarios.catalogue import PACES, SCENARIOS
from lost_update.scenarios.scenario import Amount, Scenario
from lost_update.settings import (
    MAX_ITERATIONS,
    MAX_PROCESSES,
    MAX_RUNS_SIDE_BY_SIDE,
    MAX_STEP_MS,
    MIN_STEP_MS,
    Settings,
)

DEMONSTRATION: Final = {
    "scenario": "value",
    "processes": 2,
    "iterations": 10,
    "guard": "with",
    "pace": "slow",
    "step_ms": 120,
}
"""What the page starts with: a run that teaches something on any machine."""


def catalogue_view(settings: Settings) -> dict[str, Any]:
    """Everything that the pages offer."""
    return {
        "scenarios": [_scenario(each, settings) for each in SCENARIOS.values()],
        "paces": [vars(pace) for pace in PACES.values()],
        "ops": table(),
        "demonstration": DEMONSTRATION,
        "limits": {
            "processes": most_processes(settings),
            "iterations": MAX_ITERATIONS,
            "steps": settings.max_steps,
            "seconds": settings.max_seconds,
            "step_ms": [MIN_STEP_MS, MAX_STEP_MS],
            "runs_side_by_side": MAX_RUNS_SIDE_BY_SIDE,
        },
    }


def one_scenario_view(settings: Settings, name: str, panels: Sequence[str] = ()) -> dict[str, Any]:
    """The same for a page that is about one scenario alone, with some of the panels below its run."""
    offered = catalogue_view(settings)
    [scenario] = [each for each in offered["scenarios"] if each["name"] == name]
    return {**offered, "scenarios": [{**scenario, "panels": [each for each in panels if each in scenario["panels"]]}]}


def recorded_view(name: str, without: Sequence[str]) -> dict[str, Any]:
    """The same for a page that shows a recording, wherever that is opened: no limit of a server counts there."""
    everywhere = Settings.model_construct()
    return one_scenario_view(everywhere, name, [each for each in SCENARIOS[name].panels if each not in without])


def most_processes(settings: Settings) -> int:
    """The most processes of a run on this server."""
    return min(MAX_PROCESSES, settings.max_live_processes)


def _amount(amount: Amount, limit: int) -> dict[str, int]:
    return {"least": amount.least, "usual": amount.usual, "most": amount.at_most(limit)}


def _scenario(scenario: Scenario, settings: Settings) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "about": scenario.about,
        "field": scenario.field,
        "variants": [
            {name: getattr(each, name) for name in ("name", "title", "about", "kind", "stage", "locks", "own_locks")}
            for each in scenario.variants.values()
        ],
        "cells": [{"name": name, "initial": initial} for name, initial in scenario.cells],
        "lineup": scenario.lineup,
        "chosen": scenario.chosen,
        "processes": _amount(scenario.processes, most_processes(settings)),
        "iterations": {**_amount(scenario.iterations, MAX_ITERATIONS), "label": scenario.iterations_label},
        "paces": [name for name in PACES if name != "step"],
        "usual": scenario.page,
        "chunks": scenario.takes_chunks,
        "panels": list(scenario.panels),
        "listed": scenario.listed,
        "sentence": scenario.sentence,
        "beside": scenario.beside,
        "asks": scenario.asks,
    }
