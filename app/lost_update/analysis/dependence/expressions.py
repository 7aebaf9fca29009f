"""What an expression depends on."""

import ast
import builtins
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from lost_update.analysis.dependence.flow import Flow, Known, Summary, Symbol, Write
from lost_update.analysis.dependence.program import Function
from lost_update.analysis.dependence.values import NOTHING_KNOWN, Atoms, Value, join, numbers_in

BUILTINS: Final = frozenset(dir(builtins))
LIBRARY: Final = sys.stdlib_module_names
ZEROS: Final = (0, "", b"", None)


@dataclass
class State:
    """What is known on a way through a function: the values of its variables, and what it depends on to be here."""

    variables: dict[str, Value] = field(default_factory=dict)
    may: Atoms = 0
    must: Atoms = 0
    read: Atoms = 0
    """The sites that it has come by, in this turn of a loop."""
    before_call: dict[Function, Atoms] = field(default_factory=dict)
    """What of them it had come by where it last called a function."""

    def copy(self) -> "State":
        """A way that goes on from here for itself."""
        return State(dict(self.variables), self.may, self.must, self.read, dict(self.before_call))

    def under(self, condition: Value) -> "State":
        """A way on from here that is taken only under a condition."""
        may, must = self.may | condition.may, self.must | condition.must
        return State(dict(self.variables), may, must, self.read | condition.may, dict(self.before_call))


class Expressions:
    """Follows one function. Expressions first; calls (calls.py) and statements (statements.py) build on it."""

    def __init__(self, flow: Flow, function: Function) -> None:
        self.flow = flow
        self.function = function
        self.summary = Summary()
        self.trace: Atoms = 0

    def evaluate(self, node: ast.expr | None, state: State) -> Value:
        """What the value of an expression depends on."""
        if node is None:
            return NOTHING_KNOWN
        handler: Callable[[Any, State], Value] | None = getattr(self, f"_of_{type(node).__name__.lower()}", None)
        if handler is not None:
            return handler(node, state)
        return self._together(
            [self.evaluate(child, state) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        )

    def site(self, node: ast.AST, *also: ast.AST) -> Value:
        """What is read at that place."""
        bit = self.flow.site(self.function, node, *also)
        self.trace |= bit
        return Value(bit, bit, ((bit.bit_length() - 1, 0),), bit)

    def symbol(self, kind: str, owner: object, name: str = "") -> Value:
        """What a symbol stands for."""
        number = self.flow.symbol(kind, owner, name)
        return Value(1 << number, 1 << number, ((number, 0),), 1 << number)

    def variable(self, owner: Function, name: str) -> Value:
        """A variable of another function, or one that others change."""
        return self.symbol("variable", owner, name)

    @staticmethod
    def _together(values: Iterable[Value]) -> Value:
        may = must = objects = 0
        for value in values:
            may, must, objects = may | value.may, must | value.must, objects | value.objects
        return Value(may, must, (), objects)

    def _of_constant(self, node: ast.Constant, _state: State) -> Value:
        return Value(is_zero=not isinstance(node.value, bool) and node.value in ZEROS)

    def _of_name(self, node: ast.Name, state: State) -> Value:
        return self.named(node.id, state)

    def named(self, name: str, state: State) -> Value:
        """The value of a variable, or of a global, a builtin."""
        owner = self.function.finds(name)
        if owner is None:
            return NOTHING_KNOWN
        known = state.variables.get(name)
        if owner is not self.function and name not in self.function.declared:
            return known or self.variable(owner, name)
        if known is None:
            return self.variable(owner, name)
        if name in self.function.changed_by_others:
            outside = self.variable(owner, name)
            return Value(known.may | outside.may, known.must, known.sums, known.objects | outside.objects)
        return known

    def _of_attribute(self, node: ast.Attribute, state: State) -> Value:
        base = self.evaluate(node.value, state)
        path = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
        return self.loaded_attribute(node, base, node.attr, state.variables.get(path), state)

    def loaded_attribute(self, node: ast.AST, base: Value, name: str, known: Value | None, state: State) -> Value:
        """What is read of an attribute: whatever memory holds, what was put there, or what its property makes."""
        flow = self.flow
        read = self.site(node)
        may, must = read.may | self._as_place(base.may), read.must | self._sites_of(base.must)
        sums, objects = read.sums, read.objects | flow.elements(base.objects)
        if known is not None:
            return Value(may | known.may, must | known.must, (*sums, *known.sums), objects | known.objects)
        for module in self.modules(base):
            if name in module.variables:
                outside = self.variable(module, name)
                return Value(outside.may, outside.must, outside.sums, outside.objects)
        if name in flow.program.heap:
            put = self.symbol("attribute", None, name)
            may, sums, objects = may | put.may, (*sums, *put.sums), objects | put.objects
        for getter in self._properties(base, name, "properties"):
            made = self.call(node, getter, [base], {}, state)
            may, sums, objects = may | made.may, (*sums, *made.sums), objects | made.objects
        return Value(may, must, tuple(sorted(set(sums))), objects)

    def modules(self, base: Value) -> list[Function]:
        """The modules of the program that a value may be."""
        return [
            atom.what
            for atom in self.flow.reach(base.objects)
            if isinstance(atom, Known) and atom.kind == "module" and isinstance(atom.what, Function)
        ]

    def _properties(self, base: Value, name: str, where: str) -> list[Function]:
        program = self.flow.program
        every = program.named(name, where)
        if not every:
            return []
        classes = self.flow.classes(base.objects, "instance")
        own = [method for known in classes for method in program.methods(known, name, where)]
        return own if classes else every

    def _as_place(self, atoms: Atoms) -> Atoms:
        """What tells which object it is of which something is read. Nobody has to know the object as a value."""
        flow = self.flow
        for number in numbers_in(atoms & flow.parameters):
            atom = flow.atomizer.atoms[number]
            if isinstance(atom, Symbol):
                placed = flow.symbol("object", atom.owner, atom.name)
                flow.parameter_of[placed] = number
                atoms = atoms & ~(1 << number) | 1 << placed
        return atoms

    def _sites_of(self, atoms: Atoms) -> Atoms:
        return atoms & self.flow.reading

    def _of_subscript(self, node: ast.Subscript, state: State) -> Value:
        base, index = self.evaluate(node.value, state), self.evaluate(node.slice, state)
        read = self.site(node)
        return Value(
            read.may | self._as_place(base.may) | index.may,
            read.must | self._sites_of(base.must) | index.must,
            read.sums,
            read.objects | self.flow.elements(base.objects),
        )

    def _of_binop(self, node: ast.BinOp, state: State) -> Value:
        left, right = self.evaluate(node.left, state), self.evaluate(node.right, state)
        return self.combined(node.op, left, right)

    def combined(self, op: ast.operator, left: Value, right: Value) -> Value:
        """What an operator makes of two values: what is added to, or taken from, a value leaves it a sum."""
        sums: list[tuple[int, Atoms]] = []
        if isinstance(op, (ast.Add, ast.Sub)):
            sums += [(atom, added | right.may) for atom, added in left.sums]
        if isinstance(op, ast.Add):
            sums += [(atom, added | left.may) for atom, added in right.sums]
        merged: dict[int, Atoms] = {}
        for atom, added in sums:
            merged[atom] = merged.get(atom, 0) | added
        contents = self.flow.contents(left.objects | right.objects) if isinstance(op, (ast.Add, ast.Mult)) else 0
        return Value(left.may | right.may, left.must | right.must, tuple(sorted(merged.items())), contents)

    def _of_boolop(self, node: ast.BoolOp, state: State) -> Value:
        first, *others = [self.evaluate(part, state) for part in node.values]
        value = first
        for other in others:
            value = join(value, other, is_default=True)
        keeps = isinstance(node.op, ast.Or) and all(other.is_zero for other in others)
        return value._replace(must=value.must | first.must, sums=value.sums if keeps else ())

    def _of_unaryop(self, node: ast.UnaryOp, state: State) -> Value:
        value = self.evaluate(node.operand, state)
        read = self.site(node) if isinstance(node.op, ast.Not) else NOTHING_KNOWN
        return Value(value.may | read.may, value.must | read.must, value.sums if isinstance(node.op, ast.UAdd) else ())

    def _of_compare(self, node: ast.Compare, state: State) -> Value:
        parts = self._together([self.evaluate(part, state) for part in (node.left, *node.comparators)])
        read = self.site(node)
        return Value(parts.may | read.may, parts.must | read.must)

    def _of_ifexp(self, node: ast.IfExp, state: State) -> Value:
        test = self.truth(node.test, node, state)
        one = self.evaluate(node.body, state.under(test))
        other = self.evaluate(node.orelse, state.under(test))
        read = state.read, state.read
        return self.chosen(one, other, test, read, is_default=asks_for_absence(node.test))

    def chosen(self, one: Value, other: Value, test: Value, read: tuple[Atoms, Atoms], *, is_default: bool) -> Value:
        """One or the other, as a test tells: then all that can differ depends on the test too.

        `read` is what either way has come by. A site that flowed on one way alone, but was read on both, is doubtful.
        """
        doubtful = one.may & ~other.may & read[1] | other.may & ~one.may & read[0]
        value = join(one, other, is_default=is_default)
        keeps = one.sums == other.sums or (is_default and (one.is_zero or other.is_zero))
        sums = value.sums if keeps else tuple((atom, added | test.may) for atom, added in value.sums)
        return value.under(test.may | self.flow.doubts(doubtful), test.must)._replace(sums=sums)

    def truth(self, node: ast.expr, statement: ast.AST, state: State) -> Value:
        """Whether a condition holds."""
        value = self.evaluate(node, state)
        read = self.site(node, statement)
        return Value(value.may | read.may, value.must | read.must)

    def _of_namedexpr(self, node: ast.NamedExpr, state: State) -> Value:
        value = self.evaluate(node.value, state)
        self.assign(node.target, value, node, state)
        return value

    def _of_list(self, node: ast.List | ast.Tuple | ast.Set, state: State) -> Value:
        return self.container(node, [self.evaluate(part, state) for part in node.elts])

    _of_tuple = _of_set = _of_list

    def _of_dict(self, node: ast.Dict, state: State) -> Value:
        return self.container(node, [self.evaluate(part, state) for part in (*node.keys, *node.values)])

    def container(self, node: ast.AST, parts: Iterable[Value]) -> Value:
        """A new container of the program's own: what is put into it later is collected by its symbol."""
        whole = self._together(parts)
        made = self.symbol("content", (self.function.source, id(node)))
        self.flow.define(made.may.bit_length() - 1, Value(whole.may, whole.must, (), whole.objects))
        return Value(whole.may | made.may, whole.must, (), made.objects)

    def _of_starred(self, node: ast.Starred, state: State) -> Value:
        value = self.evaluate(node.value, state)
        read = self.site(node)
        return value._replace(may=value.may | read.may, must=value.must | read.must, sums=())

    def _of_joinedstr(self, node: ast.JoinedStr, state: State) -> Value:
        parts = self._together([self.evaluate(part, state) for part in node.values])
        return Value(parts.may, parts.must)

    def _of_formattedvalue(self, node: ast.FormattedValue, state: State) -> Value:
        value, form = self.evaluate(node.value, state), self.evaluate(node.format_spec, state)
        read = self.site(node)
        return Value(value.may | form.may | read.may, value.must | form.must | read.must)

    def _of_await(self, node: ast.Await, state: State) -> Value:
        return self.evaluate(node.value, state)

    def _of_yield(self, node: ast.Yield | ast.YieldFrom, state: State) -> Value:
        self.returned(self.evaluate(node.value, state), state)
        return self.site(node)

    _of_yieldfrom = _of_yield

    def _of_lambda(self, node: ast.Lambda, state: State) -> Value:
        self.defaults(node, state)
        return Value(objects=self.flow.known("function", self.function.inner[id(node)]))

    def defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, state: State) -> None:
        """What parameters are where a call does not fill them: worked out where the function is made."""
        inner = self.function.inner[id(node)]
        given = node.args
        with_default = [*given.posonlyargs, *given.args][len(inner.positional) - len(given.defaults) :]
        pairs = [
            *zip(with_default, given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            if default is not None:
                value = self.evaluate(default, state)
                self.flow.define(self.flow.symbol("default", inner, parameter.arg), value)

    def _of_listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, state: State) -> Value:
        before = dict(state.variables)
        inner = state.copy()
        read = self.site(node)
        conditions = NOTHING_KNOWN
        for generator in node.generators:
            elements = self.elements(generator.iter, node, inner)
            self.assign(generator.target, elements, generator.iter, inner)
            tests = self._together([self.truth(test, test, inner) for test in generator.ifs])
            inner = inner.under(tests)
            conditions = conditions.plus(elements).plus(tests)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        made = self.container(node, [self.evaluate(part, inner) for part in parts])
        for name, value in inner.variables.items():  # a walrus inside is a variable of the function
            if name in before or name not in _targets(node):
                state.variables[name] = before.get(name, value) if name in _targets(node) else value
        return made._replace(may=made.may | conditions.may | read.may, must=self._sites_of(conditions.must) | read.must)

    _of_setcomp = _of_generatorexp = _of_dictcomp = _of_listcomp

    def elements(self, iterable: ast.expr, loop: ast.AST, state: State) -> Value:
        """What a loop takes out of something, one after the other."""
        value = self.evaluate(iterable, state)
        read = self.site(loop, iterable)
        return Value(
            value.may | read.may,
            value.must | read.must,
            (),
            read.objects | self.elements_of(value),
        )

    def elements_of(self, value: Value) -> Atoms:
        """The objects that come out of something when it is gone through."""
        return self.flow.elements(value.objects) if self.flow.contents(value.objects) else value.objects

    # What the parts that build on this one do.

    def assign(self, target: ast.expr, value: Value, source: ast.AST, state: State) -> None:
        """Give a value to a name, an attribute, an element, or several."""
        raise NotImplementedError

    def returned(self, value: Value, state: State) -> None:
        """The function hands a value to whoever called it."""
        raise NotImplementedError

    def call(
        self, node: ast.AST, function: Function, given: list[Value], named: dict[str, Value], state: State
    ) -> Value:
        """What a call of a function of the program comes to."""
        raise NotImplementedError

    def wrote(self, node: ast.AST, value: Value, address: Value, base: Value, state: State) -> None:
        """Something may be written there. `address` tells which element, `base` which objects."""
        self.flow.add_write(
            self.flow.site(self.function, node),
            Write(value, state.may | address.may, state.must | address.must, base.may, base.objects, state.may),
        )


def asks_for_absence(test: ast.expr) -> bool:
    """Whether a condition asks only whether there is anything yet: `x is None`, `not x`, `k not in d`, `k in d`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return isinstance(test.operand, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)) or asks_for_absence(
            test.operand
        )
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    if isinstance(test.ops[0], (ast.In, ast.NotIn)):
        return True
    compared = test.comparators[0]
    return (
        isinstance(test.ops[0], (ast.Is, ast.IsNot)) and isinstance(compared, ast.Constant) and compared.value is None
    )


def _targets(node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> set[str]:
    return {
        part.id for generator in node.generators for part in ast.walk(generator.target) if isinstance(part, ast.Name)
    }
