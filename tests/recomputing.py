"""An independent reading of a run: every figure worked out again from its steps alone, in the plainest way.

Shares no code with the application, so that the two can be held against each other.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Recomputed:
    """What the steps say of one cell."""

    writes: int = 0
    lost: int = 0
    expected: float = 0
    final: float = 0
    lost_versions: set[int] = field(default_factory=set)


def recompute(steps: list[dict[str, Any]], cell: str = "number", initial: float = 0) -> Recomputed:
    """Follow the steps of one cell, and fail where they contradict each other."""
    result = Recomputed(expected=initial, final=initial)
    parents: dict[int, int | None] = {0: None}
    value, version = initial, 0
    register: dict[str, tuple[float, int]] = {}
    computed: dict[str, float] = {}
    survivors = {0: 0}
    updates = 0
    for step in steps:
        if step.get("target") != cell:
            continue
        process = step["process"]
        if step["op"] == "read":
            assert (step["value"], step["version"]) == (value, version), f"a read saw something else: {step}"
            register[process] = (value, version)
        elif step["op"] == "modify":
            computed[process] = step["value"]
        elif step["op"] == "write":
            assert step["version"] == version + 1, f"a version is missing: {step}"
            assert step["value"] == computed.pop(process), f"something else was computed: {step}"
            value, version = step["value"], step["version"]
            read = register.pop(process, None)
            assert step["base"] == (read and read[1]), f"it was built on something else: {step}"
            parents[version] = step["base"]
            if read is not None:
                result.expected += value - read[0]
            survivors[version] = 0 if read is None else survivors[read[1]] + 1
            updates += read is not None
            result.lost = updates - survivors[version]
            assert step["lost"] == result.lost, f"something else is lost: {step}"
    result.lost_versions = {each for each, base in parents.items() if base is not None} - _chain(parents, version)
    assert len(result.lost_versions) == result.lost
    result.writes, result.final = version, value
    return result


def _chain(parents: dict[int, int | None], version: int | None) -> set[int]:
    chain = set()
    while version is not None:
        chain.add(version)
        version = parents[version]
    return chain
