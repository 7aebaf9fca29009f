"""Brings about what was suspected: runs the script again, and holds a process where another must come in between.

    suspected ──▶ plan: where to hold, until what ──▶ a run that is steered ──▶ happened there? ──▶ shown, with a score
                                                                         └──▶ still suspected, and what was tried

What is shown so is a real run: nothing was done to the script but to let one of its processes wait a little. The idea
of steering towards a race that was only predicted is Sen's ("Race directed random testing", 2008).
"""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from lost_update.analysis.findings import find_with_plans
from lost_update.analysis.findings.plans import Hold, Plan
from lost_update.execution.script.script_run import ScriptRun
from lost_update.model.findings import Finding
from lost_update.model.recording import Recording

TRIES: Final = 3
"""Runs in which a fault may come about before it is left a suspicion."""

LONGEST_HOLD_SECONDS: Final = 5.0
"""A process that was held for so long goes on: what was to come in between does not come."""

BLIND_HOLD_SECONDS: Final = 2.0
"""A process is held for so long where nobody can tell when another has come in between."""

REPEATS: Final = 5
"""Runs of which is counted in how many it comes about, once it has."""

LONGEST_SECONDS: Final = 60.0
"""A steered run that takes longer is ended, where no other time was asked for."""

Say = Callable[[str], None]


def prove(run: ScriptRun, timeout: float | None, say: Say, show: Callable[[Recording], None] | None = None) -> None:
    """Try to bring about each suspicion of a run that is over. Its recording has the findings as they stand then.

    `show` is handed each recording in which one was shown.
    """
    suspected = [pair for pair in find_with_plans(run.recording) if pair[0]["certainty"] == "suspected"]
    if not suspected:
        say("Nothing is suspected that could be brought about.")
        return
    say("Running the script again to bring about what is suspected. What it does outside happens again, too.")
    for finding, plan in suspected:
        if plan is None:
            _replace(run, finding, {**finding, "tried": "Nobody knows how to bring this about by holding a process."})
            continue
        say(f"Trying to bring about {finding['kind'].replace('_', ' ')} of {finding['target']}: {_words(plan)}")
        proved, recording = _tried(run, finding, plan, timeout)
        _replace(run, finding, proved)
        if recording is not None and show is not None:
            show(recording)
        say(_outcome(proved))


def _tried(run: ScriptRun, finding: Finding, plan: Plan, timeout: float | None) -> tuple[Finding, Recording | None]:
    ways = [plan["holds"]] if plan["kind"] == "deadlock" else [[hold] for hold in plan["holds"]]
    for way in ways * TRIES:
        recording, happened = _steered(run, finding, way, timeout)
        if happened is not None:
            again = sum(_steered(run, finding, way, timeout)[1] is not None for _ in range(REPEATS - 1))
            shown: Finding = {
                **finding,
                "certainty": "shown",
                "run": recording.id,
                "score": f"{again + 1} of {REPEATS}",
                "count": happened["count"],
                "steps": happened["steps"],
                "message": happened["message"],
            }
            return shown, recording
    return {**finding, "tried": f"Tried {len(ways) * TRIES} times, in vain: {_words(plan)}"}, None


def _steered(
    run: ScriptRun, finding: Finding, holds: Sequence[Hold], timeout: float | None
) -> tuple[Recording, Finding | None]:
    """One run in which processes are held; and what came about of that finding."""
    steered = ScriptRun(
        run.script,
        output=subprocess.DEVNULL,
        timeout=timeout or LONGEST_SECONDS,
        holds=[_planned(run, finding["kind"], hold) for hold in holds],
    )
    steered.run()
    for one in steered.recording.snapshot.findings or ():
        if one["certainty"] == "happened" and _is_the_same(one, finding):
            return steered.recording, one
    return steered.recording, None


def _planned(run: ScriptRun, kind: str, hold: Hold) -> dict[str, Any]:
    """The hold as the traced processes read it (tracing.script.holding)."""
    op, until, after = {
        ("lost_update", "version"): ("write", "version", None),
        ("atomicity", "version"): ("acquire", "last_version", "read"),
        ("torn_read", "version"): ("read", "next_version", "read"),
        ("torn_read", "time"): ("write", "time", "write"),
        ("deadlock", "acquired"): ("acquire", "taken", None),
    }[kind, hold["until"]]
    return {
        "op": op,
        "file": str(run.script.directory / hold["before"]["file"]),
        "line": hold["before"]["line"],
        "until": until,
        "after": after and [after, str(run.script.directory / hold["after"]["file"]), hold["after"]["line"]],
        "at_most_s": BLIND_HOLD_SECONDS if until == "time" else LONGEST_HOLD_SECONDS,
        "times": 1,
    }


def _words(plan: Plan) -> str:
    """What is done, in a sentence."""
    told = []
    for hold in plan["holds"]:
        until = {"version": "until another has written", "acquired": "until another has acquired"}.get(hold["until"])
        place = f"hold one process before line {hold['before']['line']}"
        told.append(f"{place} {until} {hold['target']}" if until else f"{place} for a while, having written the other")
    joint = "; and " if plan["kind"] == "deadlock" else "; or "
    return joint.join(dict.fromkeys(told)) + "."


def _is_the_same(one: Finding, other: Finding) -> bool:
    """Of the same kind, at one of its lines: a cell may have another name in another run."""
    if one["kind"] != other["kind"]:
        return False
    lines = {(line["file"], line["line"]) for line in one["lines"]}
    return one["target"] == other["target"] or any((line["file"], line["line"]) in lines for line in other["lines"])


def _replace(run: ScriptRun, before: Finding, after: Finding) -> None:
    snapshot = run.recording.snapshot
    findings = tuple(after if finding == before else finding for finding in snapshot.findings or ())
    run.recording.publish(replace(snapshot, findings=findings))


def _outcome(finding: Finding) -> str:
    if finding["certainty"] == "shown":
        return f"  Shown: it came about in {finding['score']} runs."
    return f"  {finding.get('tried', 'It did not come about.')}"
