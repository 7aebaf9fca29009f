"""Carries out the campaigns, one after the other, and writes down what came of them."""

import argparse
import random
import sys

from tests import ROOT
from tests.documents import HELD, made_by, put
from tests.soak import (
    audiences,
    bad_requests,
    cases,
    deadlocks,
    declarations,
    descriptions,
    explorers,
    floods,
    grants,
    helpers,
    keeping,
    kills,
    launches,
    no_deadlocks,
    replicas,
    rooms,
    runs,
    servers,
    stops,
    variants,
    viewers,
)
from tests.soak.campaign import Campaign, Figure, Outcome

DOCUMENT = ROOT / "docs" / "RELIABILITY.md"

CAMPAIGNS = {
    campaign.name: campaign
    for campaign in (
        *(kills.CAMPAIGN, helpers.CAMPAIGN, stops.STOPS, stops.STUBBORN),
        *(
            deadlocks.CAMPAIGN,
            declarations.CAMPAIGN,
            no_deadlocks.CAMPAIGN,
            servers.CAMPAIGN,
            runs.CAMPAIGN,
            floods.CAMPAIGN,
        ),
        *(viewers.CAMPAIGN, rooms.CAMPAIGN, explorers.CAMPAIGN, grants.CAMPAIGN, launches.CAMPAIGN, keeping.CAMPAIGN),
        *(replicas.CAMPAIGN, audiences.CAMPAIGN),
        *(bad_requests.CAMPAIGN, descriptions.CAMPAIGN),
        *(cases.CASES, cases.CORRECT_PROGRAMS, variants.CAMPAIGN),
    )
}
"""By name, in the order in which they are carried out."""


def run() -> None:
    """Carry out what was asked for. All of it in full is kept as the document; a part is printed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Write docs/RELIABILITY.md.")
    parser.add_argument("--only", action="append", choices=CAMPAIGNS, metavar="NAME", help="this campaign alone")
    parser.add_argument("--share", type=float, default=1.0, help="a part of each full count, such as 0.1")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="to repeat a campaign")
    asked = parser.parse_args()
    done = []
    for name in asked.only or CAMPAIGNS:
        campaign = CAMPAIGNS[name]
        count = max(1, round(campaign.full * asked.share))
        print(f"{name}: {count:,} {campaign.unit}, seed {asked.seed}", file=sys.stderr, flush=True)
        outcome = campaign.run(count, asked.seed, aloud=True)
        print(f"\r{_row(campaign, outcome)}\x1b[K", file=sys.stderr, flush=True)
        done.append((campaign, outcome))
        if not (asked.only or asked.share != 1):
            put(DOCUMENT, "soak", document(done, asked.seed))  # whoever has to break off has what was done
    if asked.only or asked.share != 1:
        print(document(done, asked.seed))
    sys.exit(any(outcome.failed for _, outcome in done))


def document(done: list[tuple[Campaign, Outcome]], seed: int) -> str:
    """All that came of these campaigns, as Markdown."""
    rows = [_row(campaign, outcome) for campaign, outcome in done]
    return f"""{made_by("make soak")}
Everything here comes from that one run; `make soak ARGS="--seed {seed}"` draws the same again.

A campaign tests one promise, again and again, against real servers and real processes. No trial may fail. A figure says
how long it took until the promise was kept, in the middle and at worst.

| campaign | done | failed | figure | median | worst | target | held | took |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

## What was done

{chr(10).join(map(_notes, done))}"""


def _row(campaign: Campaign, outcome: Outcome) -> str:
    """A line for each figure; what is the same for all stands in the first."""
    first = f"{campaign.name} | {outcome.trials:,} {campaign.unit} | {outcome.failed or 'none'}"
    took = f"{outcome.seconds:,.0f} s"
    cells = [_cells(figure) for figure in outcome.figures.values()] or ["– | – | – | – | –"]
    return "\n".join(
        f"| {first if number == 0 else ' | | '} | {each} | {took if number == 0 else ''} |"
        for number, each in enumerate(cells)
    )


def _cells(figure: Figure) -> str:
    median, worst, target = (f"{amount:.2f}" for amount in (figure.median, figure.worst, figure.target))
    unit = figure.unit
    return f"{figure.what} | {median} {unit} | {worst} {unit} | at most {target} {unit} | {HELD[figure.held]}"


def _notes(done: tuple[Campaign, Outcome]) -> str:
    campaign, outcome = done
    notes = [f"**{campaign.name}**: {campaign.about}", *(f"- {note}" for note in outcome.notes)]
    if outcome.failures:
        notes += [f"- Failed: {reason}" for reason in outcome.failures]
    return "\n".join(notes) + "\n"
