"""On which reads a write depends, as the code shows: through data or through a condition.

    x = v.value            read A
    if x < limit:
        log(v.value)       read B
        v.value = x + 1    depends on A, not on B, whichever came later

Worked out from the texts of a program's sources, once. A read is known by where it stands: what really was read there,
and when, the recording says (bases.py puts the two together). So a place counts as a read wherever something may be
read: an attribute, an element, a call, a comparison.

How far it goes: values in variables, containers and attributes, through conditions and calls of functions whose text is
there, with the arguments of that very call. The attributes that methods give to their objects, and what is in a list or
a dictionary, are each taken as one, whenever they were set. What cannot be seen is not guessed: where a value may have
come from code without a text that could reach the cell, or from a parameter of a function that nobody here calls, the
dependence is not certain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from lost_update.analysis.dependence.flow import Doubt, Flow, Symbol, Unknown, Write
from lost_update.analysis.dependence.positions import Place, Position
from lost_update.analysis.dependence.program import Program, Source
from lost_update.analysis.dependence.repeated import read_again
from lost_update.analysis.dependence.statements import Frame
from lost_update.analysis.dependence.values import Atoms, numbers_in

__all__ = ["Dependence", "Dependences", "Place", "Position", "Source"]


@dataclass(frozen=True)
class Dependence:
    """On which reads a write depends."""

    reads: frozenset[Place] = frozenset()
    """On these, on some way through the program."""
    always: frozenset[Place] = frozenset()
    """On these of them on every way."""
    doubtful: frozenset[Place] = frozenset()
    """On these perhaps not, though they were read: they may be read on ways on which it does not depend on them."""
    is_certain: bool = True
    """Whether there is nothing else on which it may depend."""
    sums: Mapping[Place, frozenset[Place]] = field(default_factory=lambda: MappingProxyType({}))
    """The reads to which it adds something, each with the reads on which depends what it adds."""


UNKNOWN: Final = Dependence(is_certain=False)
"""Of a place that stands in no source, or that nothing comes to."""


class Dependences:
    """The dependences of all places in a program that may write. Worked out when the first of them is asked for."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = tuple(sources)
        self._found: dict[int, Dependence] = {}
        self._must: dict[int, Atoms] | None = None

    @cached_property
    def _flow(self) -> Flow:
        return Flow(Program(self._sources), lambda flow, function: Frame(flow, function).run())

    @classmethod
    def of_text(cls, text: str, path: str = "script.py") -> "Dependences":
        """Those of a single source. Its number is 1."""
        return cls([Source(1, path, text)])

    def of(self, place: Place) -> Dependence:
        """On what a write at that place depends."""
        number = self._flow.numbers.get(place)
        write = self._flow.writes.get(number) if number is not None else None
        if number is None or write is None:
            return UNKNOWN
        if number not in self._found:
            self._found[number] = self._dependence(number, write)
        return self._found[number]

    def _dependence(self, number: int, write: Write) -> Dependence:
        value = self._followed(write.value.may)
        known = value | self._followed(write.may) | self._followed(write.place, inside=False)
        reads = self._places(known)
        always = self._places(self._surely(write.value.must | write.must))
        doubtful = self._places(sum(1 << site for site in self._doubted(known)))
        again = self._places(read_again(self._flow, number, known))
        sums = {
            place: self._places(added)
            for number, added in self._sums(write).items()
            for place in self._flow.places.get(number, ())
        }
        return Dependence(reads, always & reads, doubtful - always | again, self._is_certain(value, write), sums)

    def _doubted(self, atoms: Atoms) -> set[int]:
        flow = self._flow
        every = (flow.atomizer.atoms[number] for number in numbers_in(atoms & ~flow.reading & ~flow.symbols))
        return {atom.site for atom in every if isinstance(atom, Doubt)}

    def _followed(self, atoms: Atoms, *, inside: bool = True) -> Atoms:
        """These atoms, and all that flows into them. `inside`: with what is in containers."""
        flow = self._flow
        done, waiting = atoms & ~flow.symbols, atoms & flow.symbols
        while waiting:
            symbol = (waiting & -waiting).bit_length() - 1
            number = flow.parameter_of.get(symbol, symbol)
            is_followed = number in flow.definitions and (inside or not flow.is_content(number))
            found = flow.definitions[number].may if is_followed else 0
            done |= 1 << symbol | found & ~flow.symbols
            waiting = (waiting | found & flow.symbols) & ~done
        return done

    def _surely(self, atoms: Atoms) -> Atoms:
        """These atoms, and all that flows into them on every way: the greatest solution, cycles counted as all."""
        definitions = self._flow.definitions
        if self._must is None:
            everything = (1 << len(self._flow.atomizer.atoms)) - 1
            self._must = dict.fromkeys(definitions, everything)
            while True:
                turn = {number: self._expanded(value.must) for number, value in definitions.items()}
                if turn == self._must:
                    break
                self._must = turn
        return self._expanded(atoms)

    def _expanded(self, atoms: Atoms) -> Atoms:
        assert self._must is not None
        result = atoms
        for number in numbers_in(atoms & self._flow.symbols):
            result |= self._must.get(number, 0)
        return result

    def _sums(self, write: Write) -> dict[int, Atoms]:
        """The sites to which the write adds something, each with what that depends on; the condition to write aside."""
        aside = self._followed(write.control)
        found: dict[int, Atoms] = {}
        waiting = list(write.value.sums)
        seen = set()
        while waiting:
            number, added = waiting.pop()
            if (number, added) in seen:
                continue
            seen.add((number, added))
            if number in self._flow.places:
                found[number] = found.get(number, 0) | self._followed(added) & ~aside
            elif number in self._flow.definitions:
                waiting += [(inner, more | added) for inner, more in self._flow.definitions[number].sums]
        return found

    def _places(self, atoms: Atoms) -> frozenset[Place]:
        places = self._flow.places
        return frozenset(place for number in numbers_in(atoms & self._flow.reading) for place in places[number])

    def _is_certain(self, value: Atoms, write: Write) -> bool:
        flow = self._flow
        for number in numbers_in(value & ~flow.reading):
            atom = flow.atomizer.atoms[number]
            if isinstance(atom, Symbol) and atom.kind == "parameter" and number not in flow.definitions:
                return False
            if isinstance(atom, Unknown) and (
                atom.can_reach_all or flow.reached(flow.handed[number], inside=True) & flow.reached(write.base)
            ):
                return False
        return True
