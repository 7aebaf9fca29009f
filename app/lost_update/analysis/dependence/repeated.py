"""Reads that stand in a function which is called more than once on the way to a write, the last time for nothing.

    x = look(v)          what flowed was read here,
    print(look(v))       at the same place in `look` that was read once more here
    v.value = x + 1

A recording knows the place in `look`, not who called it. So the latest read there may not be the one that flowed.
"""

from functools import cache

from lost_update.analysis.dependence.flow import Flow
from lost_update.analysis.dependence.positions import Position
from lost_update.analysis.dependence.program import Function
from lost_update.analysis.dependence.values import Atoms, numbers_in


def read_again(flow: Flow, write: int, known: Atoms) -> Atoms:
    """Of the sites among `known`, on which the write depends, those that may have been read again in between."""
    sites: dict[Function, Atoms] = {}
    for site in numbers_in(known & flow.reading):
        function = flow.function_of[site]
        sites[function] = sites.get(function, 0) | 1 << site
    sites.pop(flow.function_of[write], None)
    again = _Repeated(flow, write, known)
    return sum(of_function for function, of_function in sites.items() if again.is_repeated(function, frozenset()))


class _Repeated:
    """Looks for it on the way from one function after the other up to that of the write."""

    def __init__(self, flow: Flow, write: int, known: Atoms) -> None:
        self._flow, self._write, self._known = flow, write, known
        self._writing = flow.function_of[write]
        self._found: dict[Function, bool] = {}
        self._leading = _leading_to(flow, self._writing)
        self.written_in = cache(self._written_in)

    def is_repeated(self, function: Function, above: frozenset[Function]) -> bool:
        """Whether that function, or one that calls it, is called once more for nothing."""
        if function is self._writing or function in above:
            return False
        if function not in self._found:
            self._found[function] = False
            calls = self._flow.calls.get(function, {})
            flowing = {call: caller for call, caller in calls.items() if self._known >> call & 1}
            self._found[function] = any(
                self._is_between(call, caller, flowing) for call, caller in calls.items() if call not in flowing
            ) or any(self.is_repeated(caller, above | {function}) for caller in set(flowing.values()))
        return self._found[function]

    def _is_between(self, call: int, caller: Function, flowing: dict[int, Function]) -> bool:
        where, end = self._where(call), self.written_in(caller)
        is_before = end is None or where < end
        return is_before and any(self._where(one) < where for one, other in flowing.items() if other is caller)

    def _where(self, site: int) -> Position:
        return self._flow.places[site][0].position

    def _written_in(self, function: Function) -> Position | None:
        """Where that function makes the write, or calls what makes it, the last of these places; None for nowhere."""
        if function is self._writing:
            return self._where(self._write)
        calls = [
            self._where(call)
            for known in self._leading
            for call, caller in self._flow.calls.get(known, {}).items()
            if caller is function
        ]
        return max(calls, default=None)


def _leading_to(flow: Flow, writing: Function) -> set[Function]:
    """That function and all that call it, directly or not."""
    leading: set[Function] = set()
    waiting = [writing]
    while waiting:
        function = waiting.pop()
        if function not in leading:
            leading.add(function)
            waiting += flow.calls.get(function, {}).values()
    return leading
