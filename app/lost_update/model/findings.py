"""The shape of a finding: a fault that was found in a recording, with its evidence and its advice. Pure.

Analysis finds the evidence; the words are made of it in one place (analysis.findings.advice).
"""

from typing import Final, Literal, NotRequired

from typing_extensions import TypedDict

FindingKind = Literal[
    "lost_update",
    "atomicity",
    "torn_read",
    "deadlock",
    "lost_signal",
    "hang",
    "left_over",
    "lock_not_shared",
    "not_shared",
]

KIND_TITLES: Final = {
    "lost_update": "Lost update",
    "atomicity": "Decided outside the lock",
    "torn_read": "Torn read",
    "deadlock": "Deadlock",
    "lost_signal": "Lost signal",
    "hang": "Hang",
    "left_over": "Left over",
    "lock_not_shared": "Lock not shared",
    "not_shared": "Not shared",
}
"""What people call each of them."""

Certainty = Literal["happened", "shown", "suspected"]


class FindingLine(TypedDict):
    """A line that a finding is about, and a process that was there. Lines count within the file, from 1."""

    file: str
    line: int
    process: str


class Finding(TypedDict):
    """A fault, worst first in a list of them.

    `happened`: in this recording, and `steps` is the evidence. `shown`: made to happen by holding a process; `run`
    names that recording, and `score` says in how many of how many tries. `suspected`: the order of this run does not
    rule it out; `tried` says what was done to bring it about, where that failed. `count` says how often, such as how
    many updates were lost. `target` is named as in the script, where it was made.
    """

    kind: FindingKind
    certainty: Certainty
    target: str
    count: int
    lines: list[FindingLine]
    steps: list[int]
    message: str
    advice: str
    run: NotRequired[str]
    score: NotRequired[str]
    tried: NotRequired[str]
