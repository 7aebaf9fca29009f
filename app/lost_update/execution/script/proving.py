"""Brings about what was suspected: runs the script again, and holds a process where another must come in between.

    suspected ──▶ plan: where to hold, until what ──▶ a run that is steered ──▶ happened there? ──▶ shown, with a score
                                                                         └──▶ still suspected, and what was tried

What is shown so is a real run: nothing was done to the script but to let one of its processes wait a little. The idea
of steering towards a race that was only predicted is Sen's ("Race directed random testing", 2008).
"""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from lost_update.analysis.findings.plans import Plan, plan_for
from lost_update.execution.script.script_run import ScriptRun
from lost_update.model.findings import Finding
from lost_update.model.recording import Recording

TRIES: Final = 3
"""Runs in which a fault may come about before it is left a suspicion."""

REPEATS: Final = 5
"""Runs of which is counted in how many it comes about, once it has."""

LONGEST_SECONDS: Final = 60.0
"""A steered run that takes longer is ended, where no other time was asked for."""

Say = Callable[[str], None]


def prove(run: ScriptRun, timeout: float | None, say: Say, show: Callable[[Recording], None] | None = None) -> None:
    """Try to bring about each suspicion of a run that is over. Its recording has the findings as they stand then.

    `show` is handed each recording in which one was shown.
    """
    suspected = [finding for finding in run.recording.snapshot.findings or () if finding["certainty"] == "suspected"]
    if not suspected:
        say("Nothing is suspected that could be brought about.")
        return
    say("Running the script again to bring about what is suspected. What it does outside happens again, too.")
    for finding in suspected:
        plan = plan_for(finding, run.recording)
        if plan is None:
            _replace(run, finding, {**finding, "tried": "There is no way to bring this about by holding a process."})
            continue
        say(f"Trying to bring about {finding['kind'].replace('_', ' ')} of {finding['target']}: {plan.words}")
        proved, recording = _tried(run, finding, plan, timeout)
        _replace(run, finding, proved)
        if recording is not None and show is not None:
            show(recording)
        say(_outcome(proved))


def _tried(run: ScriptRun, finding: Finding, plan: Plan, timeout: float | None) -> tuple[Finding, Recording | None]:
    for _ in range(TRIES):
        recording, happened = _steered(run, finding, plan, timeout)
        if happened is not None:
            again = sum(_steered(run, finding, plan, timeout)[1] is not None for _ in range(REPEATS - 1))
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
    tried = f"Tried {TRIES} times, in vain: {plan.words}"
    return {**finding, "tried": tried}, None


def _steered(run: ScriptRun, finding: Finding, plan: Plan, timeout: float | None) -> tuple[Recording, Finding | None]:
    """One run in which processes are held; and what came about of that finding."""
    steered = ScriptRun(
        run.script,
        output=subprocess.DEVNULL,
        timeout=timeout or LONGEST_SECONDS,
        holds=[dict(hold) for hold in plan.holds],
    )
    steered.run()
    for one in steered.recording.snapshot.findings or ():
        if one["certainty"] == "happened" and _is_the_same(one, finding):
            return steered.recording, one
    return steered.recording, None


def _is_the_same(one: Finding, other: Finding) -> bool:
    """Of the same kind, at one of its lines: a cell may have another name in another run."""
    if one["kind"] != other["kind"]:
        return False
    lines = {(line["file"], line["line"]) for line in one["lines"]}
    return one["target"] == other["target"] or any((line["file"], line["line"]) in lines for line in other["lines"])


def _replace(run: ScriptRun, before: Finding, after: Finding) -> None:
    snapshot = run.recording.snapshot
    findings = tuple(after if finding is before else finding for finding in snapshot.findings or ())
    run.recording.publish(replace(snapshot, findings=findings))


def _outcome(finding: Finding) -> str:
    if finding["certainty"] == "shown":
        return f"  Shown: it came about in {finding['score']} runs."
    return f"  {finding.get('tried', 'It did not come about.')}"
