"""How far to go: states, and whoever asked may say at any moment that it is enough. Pure."""

from collections.abc import Callable, Iterator
from typing import Final

Progress = Callable[[int], bool]
"""Gets the number of visited states; returns whether to continue."""

PIECE: Final = 8_192
"""So many states at most are worked on at once, so that the work ends soon after its time is up."""


class OutOfBudget(Exception):
    """There are more states than were allowed, or time was up. `states` is how many had been visited by then."""

    def __init__(self, states: int) -> None:
        super().__init__(f"the budget ended after {states} states")
        self.states = states


class Watch:
    """Counts the states that are visited, and stops the work when there are too many, or time is up."""

    def __init__(self, max_states: int, may_continue: Progress, visited: int = 0) -> None:
        self.states = 0
        self._max_states = max_states
        self._may_continue = may_continue
        self._visited = visited
        """What had been visited before this work began: it counts for the progress, not for the limit."""

    def go_on(self) -> None:
        """Between two pieces of work. Raises `OutOfBudget`."""
        if not self._may_continue(self._visited + self.states):
            raise OutOfBudget(self.states)

    def visit(self, states: int) -> None:
        """So many states more are known. Raises `OutOfBudget`."""
        self.expect(states)
        self.states += states

    def expect(self, states: int) -> None:
        """At least so many states more will be visited. Raises `OutOfBudget`."""
        if self.states + states > self._max_states:
            raise OutOfBudget(self.states)


def pieces(count: int) -> Iterator[slice]:
    """So many states, piece by piece."""
    for begin in range(0, count, PIECE):
        yield slice(begin, min(begin + PIECE, count))
