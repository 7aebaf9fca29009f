"""The base of every write: the version that its writer had read to work out what it wrote.

The code says on which reads a write depends (dependence). The recording says what was read there, when, and which
version it was. So the base is the latest read of that cell, by that thread, at one of those places; a read may be older
than a write of its own that came in between:

    x = v.value          reads version 4
    v.value = 1          blind
    v.value = x + 1      built on version 4

A read that the write depends on only on some ways through the program counts only where it was made since the same
place wrote last: an older one belongs to what was written then. Where it does not count, where it may have been made
on the other ways too, or where the code does not show everything that the write may depend on, the base is assumed.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, NamedTuple

from lost_update.analysis.dependence import Dependences, Place
from lost_update.model.ops import ADDS, ASSUMED, NOTHING

BLIND: Final = NOTHING
"""The base of a write that depends on no read."""

NOT_YET: Final = -2


class Base(NamedTuple):
    """The base of a write, and what else the code shows of it."""

    version: int
    flags: int


class _Rule(NamedTuple):
    """What applies to the writes of one place, as numbers of sites that really read something in this run."""

    always: tuple[int, ...]
    sometimes: tuple[int, ...]
    doubtful: frozenset[int]
    sums: dict[int, tuple[int, ...]]
    is_certain: bool


class _Seen:
    """What one thread has read and written of one cell: the latest version by site."""

    __slots__ = ("newest", "newest_site", "read", "written")

    def __init__(self) -> None:
        self.read: dict[int, int] = {}
        self.written: dict[int, int] = {}
        self.newest = NOT_YET
        self.newest_site = 0


@dataclass
class Bases:
    """Follows reads and writes in log order. `place_of` says where a site is; None where nobody knows."""

    dependences: Dependences
    place_of: Callable[[int], Place | None]

    def __post_init__(self) -> None:
        """Nothing has been read yet."""
        self._seen: dict[tuple[Hashable, Hashable], _Seen] = {}
        self._of_cell: dict[Hashable, list[_Seen]] = {}
        self._rules: dict[int, _Rule] = {}
        self._reading: dict[int, Place | None] = {}

    def know(self, dependences: Dependences) -> None:
        """From here on these hold: another source has come in."""
        self.dependences = dependences
        self._rules.clear()

    def read(self, thread: Hashable, cell: Hashable, site: int, version: int) -> None:
        """The thread has read that version of the cell there."""
        seen = self._seen.get((thread, cell)) or self._first(thread, cell)
        if site not in self._reading:
            self._reading[site] = self.place_of(site)
            self._rules.clear()
        seen.read[site] = version
        seen.newest, seen.newest_site = version, site

    def write(self, thread: Hashable, cell: Hashable, site: int, version: int) -> Base:
        """The thread has written that version of the cell there: on what it was built."""
        seen = self._seen.get((thread, cell)) or self._first(thread, cell)
        rule = self._rules.get(site) or self._rule(site)
        before, base, at = seen.written.get(site, NOT_YET), BLIND, 0
        flags = 0
        seen.written[site] = version
        read = seen.read
        for known in rule.always:
            if read.get(known, NOT_YET) >= base:
                base, at = read[known], known
        for known in rule.sometimes:
            found = read.get(known, NOT_YET)
            if found >= base:
                if found >= before:
                    base, at = found, known
                elif base == BLIND:
                    flags = ASSUMED
        if not rule.is_certain and seen.newest > base:
            base, at, flags = seen.newest, seen.newest_site, ASSUMED
        elif base != BLIND:
            flags = ASSUMED if at in rule.doubtful else 0
        elif not flags and (rule.always or rule.sometimes) and self._others_read(cell, rule):
            flags = ASSUMED
        added = rule.sums.get(at) if base != BLIND else None
        if added is not None and not any(known in read for known in added):
            flags |= ADDS
        return Base(base, flags)

    def follow(self, thread: Hashable, cell: Hashable, is_write: bool, site: int, version: int) -> Base:
        """The next read or write. Of a read only that it counts from now on."""
        if is_write:
            return self.write(thread, cell, site, version)
        self.read(thread, cell, site, version)
        return Base(NOTHING, 0)

    def _first(self, thread: Hashable, cell: Hashable) -> _Seen:
        seen = self._seen[thread, cell] = _Seen()
        self._of_cell.setdefault(cell, []).append(seen)
        return seen

    def _others_read(self, cell: Hashable, rule: _Rule) -> bool:
        """Whether some other thread has read the cell where the write may have its value from."""
        return any(site in seen.read for seen in self._of_cell[cell] for site in (*rule.always, *rule.sometimes))

    def _rule(self, site: int) -> _Rule:
        place = self.place_of(site)
        known = self.dependences.of(place) if place is not None else None
        if known is None:
            rule = _Rule((), (), frozenset(), {}, False)
        else:
            # Of reads of one version the last counts: one that the write adds to comes after one that only decides.
            readable = ((number, where) for number, where in self._reading.items() if where is not None)
            sites = dict(sorted(readable, key=lambda pair: pair[1] in known.sums))
            rule = _Rule(
                tuple(number for number, where in sites.items() if where in known.always),
                tuple(number for number, where in sites.items() if where in known.reads - known.always),
                frozenset(number for number, where in sites.items() if where in known.doubtful),
                {
                    number: tuple(other for other, at in sites.items() if at in known.sums[where])
                    for number, where in sites.items()
                    if where in known.sums
                },
                known.is_certain,
            )
        self._rules[site] = rule
        return rule
