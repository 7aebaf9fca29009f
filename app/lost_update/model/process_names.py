"""What the processes of a run are called: P1, P2, …, in the order in which they are declared. Pure.

A process that is there for another purpose (`main`, `reader`) has a name of its own and takes none of these.
"""

from collections.abc import Collection
from itertools import count


def process_names(processes: int) -> list[str]:
    """The names of the first so many processes."""
    return [_name(number) for number in range(1, processes + 1)]


def next_process_name(taken: Collection[str]) -> str:
    """The first name that no process has."""
    return next(name for number in count(1) if (name := _name(number)) not in taken)


def _name(number: int) -> str:
    return f"P{number}"
