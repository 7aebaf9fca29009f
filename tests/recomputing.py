"""An independent reading of a run: every figure worked out again from its steps alone, in the plainest way.

Shares no code with the application, so that the two can be held against each other.
"""

from dataclasses import dataclass
from typing import Any


@dataclass
class Recomputed:
    """What the steps say of one cell."""

    writes: int
    lost: int
    expected: float
    final: float
    lost_versions: set[int]


class Recomputing:
    """Follows the steps of one cell one by one, and fails where they contradict each other."""

    def __init__(self, cell: str = "number", initial: float = 0) -> None:
        self.cell = cell
        self.parents: dict[int, int | None] = {0: None}
        self.value, self.version = initial, 0
        self.expected = initial
        self.register: dict[str, tuple[float, int]] = {}
        self.computed: dict[str, float] = {}
        self.survivors = {0: 0}
        self.updates = 0

    def follow(self, step: dict[str, Any]) -> None:
        """Take the next step."""
        if step.get("target") != self.cell:
            return
        process = step["process"]
        if step["op"] == "read":
            seen = (self.value, self.version)
            assert (step["value"], step["version"]) == seen, f"a read saw something else: {step}"
            self.register[process] = seen
        elif step["op"] == "modify":
            self.computed[process] = step["value"]
        elif step["op"] == "write":
            self._write(step, process)

    def _write(self, step: dict[str, Any], process: str) -> None:
        assert step["version"] == self.version + 1, f"a version is missing: {step}"
        assert step["value"] == self.computed.pop(process), f"something else was computed: {step}"
        self.value, self.version = step["value"], step["version"]
        read = self.register.pop(process, None)
        assert step["base"] == (read and read[1]), f"it was built on something else: {step}"
        self.parents[self.version] = step["base"]
        if read is not None:
            self.expected += self.value - read[0]
            self.survivors[self.version] = self.survivors[read[1]] + 1
            self.updates += 1
        else:  # a reset: what came before it is not lost, and only what comes after it is expected to be added
            self.expected = self.value
            self.survivors[self.version] = self.updates
        assert step["lost"] == self.updates - self.survivors[self.version], f"something else is lost: {step}"

    def so_far(self) -> Recomputed:
        """What the steps up to now say."""
        chain = _chain(self.parents, self.version)
        root = min(chain)
        lost_versions = {each for each, base in self.parents.items() if base is not None and each > root} - chain
        lost = self.updates - self.survivors[self.version]
        assert len(lost_versions) == lost
        return Recomputed(self.version, lost, self.expected, self.value, lost_versions)


def recompute(steps: list[dict[str, Any]], cell: str = "number", initial: float = 0) -> Recomputed:
    """What all these steps say of one cell."""
    following = Recomputing(cell, initial)
    for step in steps:
        following.follow(step)
    return following.so_far()


def _chain(parents: dict[int, int | None], version: int | None) -> set[int]:
    chain = set()
    while version is not None:
        chain.add(version)
        version = parents[version]
    return chain
