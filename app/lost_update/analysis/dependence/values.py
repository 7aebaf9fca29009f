"""What is known of a value in a program that does not run: what it may depend on, and what it depends on in any case.

What a value can depend on are *atoms*: places in the source that may read something, and symbols that stand for what
is not known yet, such as a parameter. A set of atoms is one Python integer, a bit for each: joining two is one `|`.
"""

from collections.abc import Hashable
from typing import Final, NamedTuple

Atoms = int
"""A set of atoms, a bit each."""


class Value(NamedTuple):
    """A value, or several that meet where ways through the program join."""

    may: Atoms = 0
    """What it depends on, on some way."""
    must: Atoms = 0
    """What it depends on, on every way."""
    sums: tuple[tuple[int, Atoms], ...] = ()
    """How it can be seen as a sum: the number of an atom that it is, and what that which was added depends on."""
    objects: Atoms = 0
    """Which objects it may be: where they come from."""
    is_zero: bool = False
    """Whether it is a constant that adds nothing."""

    def under(self, may: Atoms, must: Atoms) -> "Value":
        """The same value, set only under a condition that depends on that."""
        if self.may | may == self.may and self.must | must == self.must:
            return self
        return self._replace(may=self.may | may, must=self.must | must)

    def plus(self, other: "Value") -> "Value":
        """What is computed from both in whatever way."""
        return Value(self.may | other.may, self.must | other.must)


NOTHING_KNOWN: Final = Value()


def join(one: Value, other: Value, *, is_default: bool = False) -> Value:
    """One or the other. `is_default`: one of them stands in only where there is nothing yet, so a zero adds nothing."""
    if one == other:
        return one
    return Value(
        one.may | other.may,
        one.must & other.must,
        _common_sums(one, other, is_default),
        one.objects | other.objects,
        one.is_zero and other.is_zero,
    )


def _common_sums(one: Value, other: Value, is_default: bool) -> tuple[tuple[int, Atoms], ...]:
    """A way that has nothing to do with an atom takes nothing from the sum that the other way makes of it."""
    if one.sums == other.sums:
        return one.sums
    of_one, of_other = dict(one.sums), dict(other.sums)
    common = []
    for atom in of_one.keys() | of_other.keys():
        in_one = atom in of_one or not one.may >> atom & 1 or (is_default and one.is_zero)
        in_other = atom in of_other or not other.may >> atom & 1 or (is_default and other.is_zero)
        if in_one and in_other:
            common.append((atom, of_one.get(atom, 0) | of_other.get(atom, 0)))
    return tuple(sorted(common))


class Atomizer:
    """Gives every atom its number: what is the same has the same."""

    def __init__(self) -> None:
        self._number: dict[Hashable, int] = {}
        self.atoms: list[Hashable] = []

    def number(self, atom: Hashable) -> int:
        """The number of that atom."""
        known = self._number.get(atom)
        if known is None:
            known = self._number[atom] = len(self.atoms)
            self.atoms.append(atom)
        return known

    def bit(self, atom: Hashable) -> Atoms:
        """The set of that atom alone."""
        return 1 << self.number(atom)


def numbers_in(atoms: Atoms) -> list[int]:
    """The numbers of the atoms in a set."""
    found = []
    while atoms:
        low = atoms & -atoms
        found.append(low.bit_length() - 1)
        atoms ^= low
    return found
