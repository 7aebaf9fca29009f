"""Small programs that race, hang or are right, under every start method: what is found, and what must not be."""

import random
from typing import TypeVar

from tests.script_cases import (
    CORRECT,
    FAULTY,
    FAULTY_INDEX,
    FOLDER,
    INDEX,
    LONGEST_SECONDS,
    traced,
    wrong_in,
)
from tests.script_streams import START_METHODS
from tests.soak.campaign import Campaign, Trials

Each = TypeVar("Each")


def carry_cases_out(trials: Trials) -> None:
    """Each of them under each start method, in a random order, again and again."""
    programs = [(FOLDER, case) for case in INDEX] + [(FAULTY, case) for case in FAULTY_INDEX]
    every = [(folder, case, method) for folder, case in programs for method in START_METHODS]
    for _, (folder, case, method) in zip(trials, _in_random_order(trials, every), strict=False):
        with trials.trial(f"{case['file']} under {method}"):
            assert wrong_in(folder, case, method) == []


def carry_correct_out(trials: Trials) -> None:
    """Nothing may be found in them, and hardly anything suspected."""
    every = [(script, method) for script in CORRECT for method in START_METHODS]
    suspected = 0
    for _, (script, method) in zip(trials, _in_random_order(trials, every), strict=False):
        with trials.trial(f"{script.name} under {method}"):
            findings = traced(script, timeout=LONGEST_SECONDS, start_method=method).view["findings"]
            certain = [each for each in findings if each["certainty"] != "suspected"]
            assert certain == []
            suspected += bool(findings)
    trials.note(f"Something was suspected in {suspected} of {trials.count} runs.")


def _in_random_order(trials: Trials, every: list[Each]) -> list[Each]:
    order: list[Each] = []
    draw: random.Random = trials.draw("order")
    while len(order) < trials.count:
        order += draw.sample(every, len(every))
    return order


CASES = Campaign(
    name="cases",
    about=(
        "Programs of people who made a mistake, or none, are traced under `fork`, `spawn` and `forkserver`. What is "
        "found is what is wrong: kind, target and lines; nothing else is."
    ),
    full=3 * (len(INDEX) + len(FAULTY_INDEX)),
    sample=3,
    carry_out=carry_cases_out,
)

CORRECT_PROGRAMS = Campaign(
    name="correct programs",
    about="Programs without a fault, in many styles, are traced under every start method. Nothing is found in them.",
    full=3 * len(CORRECT),
    sample=3,
    carry_out=carry_correct_out,
)
