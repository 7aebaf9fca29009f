"""How values flow through a whole program: each function once a round, until nothing new comes of it.

A function is looked at for itself (statements.py): its parameters, globals and the attributes of objects are symbols.
What flows into the symbols is collected from wherever it comes. What a function returns is known by its symbols too:
each call puts its own arguments in their place.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Final, NamedTuple

from lost_update.analysis.dependence.positions import Place, positions_of
from lost_update.analysis.dependence.program import Class, Function, Program
from lost_update.analysis.dependence.values import NOTHING_KNOWN, Atomizer, Atoms, Value, join, numbers_in

MOST_ROUNDS: Final = 12
"""A program that has not come to rest after so many is taken as it is then. Each call in a chain may need one."""


class Site(NamedTuple):
    """An atom: a place that may read. Two nodes of one place are two sites only where one is not known as the other."""

    place: Place
    node: int


class Symbol(NamedTuple):
    """An atom: a value that comes from elsewhere in the program."""

    kind: str
    owner: object
    name: str = ""


class Known(NamedTuple):
    """An atom: a function, a class, an object of a class or a module of the program."""

    kind: str
    what: object


class Doubt(NamedTuple):
    """An atom: that a site was read does not prove that what was read flowed here, for there is a way on which not."""

    site: int


class Unknown(NamedTuple):
    """An atom: what code that nobody can look into makes of what it was handed."""

    node: int
    can_reach_all: bool


@dataclass
class Summary:
    """What a call of a function comes to. In its own symbols."""

    value: Value | None = None
    """What it returns; None as long as no way to its end is known."""
    raises: Atoms = 0
    """What it depends on whether it returns at all."""
    leaves: bool = False
    trace: Atoms = 0
    """Whatever it may read."""


@dataclass
class Write:
    """What is known of a place that may write."""

    value: Value
    may: Atoms
    """What it depends on that it is written at all, and which element."""
    must: Atoms
    place: Atoms
    """What it depends on which object it is that is written."""
    base: Atoms
    """The objects on the way to what is written."""
    control: Atoms

    def joined(self, other: "Write") -> "Write":
        """The same place, come to in another way."""
        return Write(
            join(self.value, other.value),
            self.may | other.may,
            self.must & other.must,
            self.place | other.place,
            self.base | other.base,
            self.control | other.control,
        )


@dataclass
class Flow:
    """What flows where in a program."""

    program: Program
    look_into: "Callable[[Flow, Function], Summary]"
    """Follows one function for itself."""
    atomizer: Atomizer = field(default_factory=Atomizer)
    numbers: dict[Place, int] = field(default_factory=dict)
    """The site at a place."""
    places: dict[int, list[Place]] = field(default_factory=dict)
    """All places of a site."""
    definitions: dict[int, Value] = field(default_factory=dict)
    """What flows into a symbol, by its number."""
    writes: dict[int, Write] = field(default_factory=dict)
    """By the number of the site."""
    parameter_of: dict[int, int] = field(default_factory=dict)
    """Of a symbol for the place where a parameter is: that of the parameter."""
    function_of: dict[int, Function] = field(default_factory=dict)
    """Of a site: where it stands."""
    calls: dict[Function, dict[int, Function]] = field(default_factory=dict)
    """The sites of the calls of each function, and where they stand."""
    handed: dict[int, Atoms] = field(default_factory=dict)
    """The objects that were handed to code that nobody can look into, by the number of what came of it."""

    def __post_init__(self) -> None:
        """Work it all out."""
        self._before: dict[int, Value] = {}
        self._containers: Atoms = 0
        self._doubts: dict[Atoms, Atoms] = {}
        self._missing: dict[int, Atoms] = {}
        """Of a symbol: the sites that something had come by that flows into it without them."""
        self.symbols: Atoms = 0
        """All of them: what else there is comes from nowhere."""
        self.parameters: Atoms = 0
        """Those symbols that are parameters."""
        self.reading: Atoms = 0
        """All sites."""
        self._sites: dict[int, Atoms] = {}
        self.summaries: dict[Function, Summary] = {}
        self._earlier: dict[Function, Summary] = {}
        self._at_work: set[Function] = set()
        for _ in range(MOST_ROUNDS):
            self._before, self._earlier = self.definitions, self.summaries
            self.definitions, self.summaries, self.writes, self._missing = {}, {}, {}, {}
            for function in self.program.functions:
                self.summary(function)
            if self._before == self.definitions and self._earlier == self.summaries:
                break

    def summary(self, function: Function) -> Summary:
        """What a call of that function comes to, as far as it is known."""
        known = self.summaries.get(function)
        if known is not None:
            return known
        if function in self._at_work:
            return self._earlier.get(function, Summary())
        self._at_work.add(function)
        try:
            self.summaries[function] = self.look_into(self, function)
        except RecursionError:
            self.summaries[function] = Summary(NOTHING_KNOWN)
        self._at_work.discard(function)
        return self.summaries[function]

    def site(self, function: Function, node: ast.AST, *also: ast.AST) -> Atoms:
        """The atom of a place that may read. `also`: other nodes whose instructions are those of this one."""
        known = self._sites.get(id(node))
        if known is None:
            places = [Place(function.source, position) for part in (node, *also) for position in positions_of(part)]
            number = next((self.numbers[place] for place in places[:1] if place in self.numbers), None)
            if number is None:
                number = self.atomizer.number(Site(places[0], id(node)))
                self.reading |= 1 << number
                self.function_of[number] = function
            for place in places:
                self.numbers.setdefault(place, number)
            kept = self.places.setdefault(number, [])
            kept += [place for place in places if place not in kept]
            known = self._sites[id(node)] = 1 << number
        return known

    def symbol(self, kind: str, owner: object, name: str = "") -> int:
        """The number of a symbol."""
        number = self.atomizer.number(Symbol(kind, owner, name))
        if not self.symbols >> number & 1:
            self.symbols |= 1 << number
            self._containers |= (kind == "content") << number
            self.parameters |= (kind == "parameter") << number
        return number

    def known(self, kind: str, what: object) -> Atoms:
        """The atom of something in the program."""
        return self.atomizer.bit(Known(kind, what))

    def unknown(self, node: ast.AST, handed: Atoms, *, can_reach_all: bool = False) -> Atoms:
        """The atom of what comes of code that nobody can look into."""
        number = self.atomizer.number(Unknown(id(node), can_reach_all))
        self.handed[number] = self.handed.get(number, 0) | handed
        return 1 << number

    def doubts(self, sites: Atoms) -> Atoms:
        """The atoms that say so of sites."""
        sites &= self.reading
        known = self._doubts.get(sites)
        if known is None:
            known = reduce(int.__or__, (self.atomizer.bit(Doubt(site)) for site in numbers_in(sites)), 0)
            self._doubts[sites] = known
        return known

    def define(self, number: int, value: Value, read: Atoms = 0) -> None:
        """That value flows into a symbol, on a way that has come by those sites."""
        before = self.definitions.get(number)
        missing = self._missing[number] = self._missing.get(number, 0) | read & ~value.may
        joined = value if before is None else join(before, value)
        doubtful = joined.may & missing
        self.definitions[number] = joined.under(self.doubts(doubtful), 0) if doubtful else joined

    def add_write(self, node: Atoms, write: Write) -> None:
        """The place may write that."""
        number = node.bit_length() - 1
        before = self.writes.get(number)
        self.writes[number] = write if before is None else before.joined(write)

    def reach(self, objects: Atoms) -> list[object]:
        """All atoms that objects may come from, symbols followed as far as they are known."""
        return [self.atomizer.atoms[number] for number in numbers_in(self.reached(objects))]

    def reached(self, objects: Atoms, *, inside: bool = False) -> Atoms:
        """The same as a set. `inside`: with what is in containers."""
        followed = self.symbols if inside else self.symbols & ~self._containers
        done, waiting = objects & ~followed, objects & followed
        while waiting:
            number = (waiting & -waiting).bit_length() - 1
            found = self._objects_in(number)
            done |= 1 << number | found & ~followed
            waiting = (waiting | found & followed) & ~done
        return done

    def _objects_in(self, number: int) -> Atoms:
        objects = 0
        for table in (self.definitions, self._before):
            if number in table:
                objects |= table[number].objects
        return objects

    def is_content(self, number: int) -> bool:
        """Whether that is the symbol of what is in a container."""
        return bool(self._containers >> number & 1)

    def contents(self, objects: Atoms) -> Atoms:
        """The containers of the program that objects may be."""
        return self.reached(objects) & self._containers

    def elements(self, objects: Atoms) -> Atoms:
        """What is in the containers that objects may be."""
        return reduce(int.__or__, map(self._objects_in, numbers_in(self.contents(objects))), 0)

    def callables(self, objects: Atoms) -> list[Function]:
        """The functions that objects may be."""
        return [
            atom.what
            for atom in self.reach(objects)
            if isinstance(atom, Known) and isinstance(atom.what, Function) and atom.kind == "function"
        ]

    def classes(self, objects: Atoms, kind: str) -> list[Class]:
        """The classes that objects may be (`class`), or may be of (`instance`)."""
        return [
            atom.what
            for atom in self.reach(objects)
            if isinstance(atom, Known) and isinstance(atom.what, Class) and atom.kind == kind
        ]

    def substituted(self, value: Value, given: dict[int, Value]) -> Value:
        """A value in a function's own symbols, with what a call gives in their place."""
        touched = reduce(lambda atoms, number: atoms | 1 << number, given, 0)
        if not (value.may | value.must | value.objects) & touched and not value.sums:
            return value
        may, must, objects = value.may & ~touched, value.must & ~touched, value.objects & ~touched
        for number in numbers_in(touched & (value.may | value.must | value.objects)):
            bit, instead = 1 << number, given[number]
            may |= instead.may if value.may & bit else 0
            must |= instead.must if value.must & bit else 0
            objects |= instead.objects if value.objects & bit else 0
        sums = []
        for atom, added in value.sums:
            offset = self.replaced(added, given)
            if atom in given:
                sums += [(other, more | offset) for other, more in given[atom].sums]
            else:
                sums.append((atom, offset))
        return Value(may, must, tuple(sorted(set(sums))), objects, value.is_zero)

    def replaced(self, atoms: Atoms, given: dict[int, Value]) -> Atoms:
        """A set of atoms, with what a call gives in the place of the function's symbols."""
        for number in numbers_in(atoms & self.symbols):
            if number in given:
                atoms = atoms & ~(1 << number) | given[number].may
        return atoms
