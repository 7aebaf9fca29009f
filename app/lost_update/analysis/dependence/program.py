"""The functions, classes and names of a program, from the texts of its sources: who is defined where, who sees what."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import NamedTuple

from lost_update.analysis.parsed import tree_of

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Block = Definition | ast.Module


class Source(NamedTuple):
    """A file of the person's own: its number in the run, its path and its text."""

    number: int
    path: str
    text: str


@dataclass(eq=False)
class Class:
    """A class of the program."""

    name: str
    node: ast.ClassDef
    module: "Function"
    methods: dict[str, "Function"] = field(default_factory=dict)
    properties: dict[str, "Function"] = field(default_factory=dict)
    setters: dict[str, "Function"] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)

    @cached_property
    def bases(self) -> list[str]:
        """The names of the classes that it is made from, as they are written."""
        return [ast.unparse(base).rpartition(".")[2] for base in self.node.bases]


@dataclass(eq=False)
class Function:
    """A function or method, a lambda, or the body of a module. Variables of a module are its globals."""

    name: str
    node: Block
    source: int
    parent: "Function | None" = None
    owner: Class | None = None
    """The class that it is a method of."""
    variables: set[str] = field(default_factory=set)
    declared: dict[str, "Function"] = field(default_factory=dict)
    """Names that it declares global or nonlocal, and whose variables they are."""
    seen_by_others: set[str] = field(default_factory=set)
    """Variables that functions inside of it read or write."""
    changed_by_others: set[str] = field(default_factory=set)
    inner: dict[int, "Function"] = field(default_factory=dict)
    """The functions that are defined directly in it, by the `id` of their nodes."""
    classes: dict[int, Class] = field(default_factory=dict)

    @cached_property
    def module(self) -> "Function":
        """The module that it stands in."""
        return self.parent.module if self.parent else self

    @cached_property
    def parameters(self) -> list[str]:
        """The names of all its parameters: first those that may be filled by position."""
        if isinstance(self.node, ast.Module):
            return []
        given = self.node.args
        rest = [argument.arg for argument in (given.vararg, given.kwarg) if argument]
        return [*self.positional, *(argument.arg for argument in given.kwonlyargs), *rest]

    @cached_property
    def positional(self) -> list[str]:
        """The names of the parameters that may be filled by position."""
        if isinstance(self.node, ast.Module):
            return []
        return [argument.arg for argument in (*self.node.args.posonlyargs, *self.node.args.args)]

    @cached_property
    def is_static(self) -> bool:
        """Whether it is a method that is not handed its object or its class."""
        return "staticmethod" in self.decorators

    @cached_property
    def decorators(self) -> list[str]:
        """What stands behind its `@`s, as written."""
        nodes = getattr(self.node, "decorator_list", [])
        return [ast.unparse(node).rpartition(".")[2] if "(" not in ast.unparse(node) else "" for node in nodes]

    @cached_property
    def itself(self) -> str | None:
        """The name of the parameter that is the object whose method it is."""
        return self.positional[0] if self.owner and self.positional and not self.is_static else None

    @cached_property
    def imported(self) -> dict[str, str]:
        """Of a module: what each name that it imports comes from, the first part of that module's name."""
        found = {}
        for node in ast.walk(self.node):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = top
            elif isinstance(node, ast.ImportFrom):
                comes_from = "" if node.level else (node.module or "").partition(".")[0]
                found.update((alias.asname or alias.name, comes_from) for alias in node.names)
        return found

    def is_itself(self, node: ast.expr) -> bool:
        """Whether that is the object whose method it is."""
        return isinstance(node, ast.Name) and node.id == self.itself

    def finds(self, name: str) -> "Function | None":
        """Whose variable it is that the name means here. None: a builtin, or one that nobody makes."""
        if name in self.declared:
            return self.declared[name]
        function: Function | None = self
        while function is not None:
            if name in function.variables:
                return function
            function = function.parent
        return None


class Program:
    """All sources of a program that can be read, with their functions."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.functions: list[Function] = []
        self.classes: dict[str, list[Class]] = {}
        self.modules: dict[str, Function] = {}
        self.heap: set[str] = set()
        """The attributes that methods give to their objects, and classes have."""
        for source in sources:
            tree = tree_of(source.text)
            if tree is None:
                continue
            module = Function(PurePath(source.path).stem, tree, source.number)
            self.modules[module.name] = module
            self.functions.append(module)
            self._look_into(module, tree)
        for function in self.functions:
            self._resolve(function)
        for known in (known for classes in self.classes.values() for known in classes):
            self.heap.update(known.fields)

    def methods(self, known: Class, name: str, where: str = "methods") -> list[Function]:
        """What a call of that method may reach, of an object that is of that class or of one made from it."""
        found = self._inherited(known, name, where, set())
        below = [
            sub
            for classes in self.classes.values()
            for sub in classes
            if known.name in sub.bases and sub is not known and name in getattr(sub, where)
        ]
        found += [getattr(sub, where)[name] for sub in below if getattr(sub, where)[name] not in found]
        return found

    def inherited(self, known: Class, name: str) -> list[Function]:
        """The method that `super()` reaches from that class."""
        return [
            method
            for base in known.bases
            for above in self.classes.get(base, ())
            if above is not known
            for method in self._inherited(above, name, "methods", {known.name})
        ]

    def named(self, name: str, where: str = "methods") -> list[Function]:
        """Every method of that name."""
        return [
            getattr(known, where)[name]
            for classes in self.classes.values()
            for known in classes
            if name in getattr(known, where)
        ]

    def _inherited(self, known: Class, name: str, where: str, seen: set[str]) -> list[Function]:
        own = getattr(known, where).get(name)
        if own is not None:
            return [own]
        seen = seen | {known.name}
        return [
            method
            for base in known.bases
            if base not in seen
            for above in self.classes.get(base, ())
            for method in self._inherited(above, name, where, seen)
        ][:1]

    def _look_into(self, function: Function, node: Block) -> None:
        """Find what is defined in a function, and which variables are its own."""
        parts: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
        for child in parts:
            self._look_at(function, child, None)

    def _look_at(self, function: Function, node: ast.AST, owner: Class | None) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            self._add_function(function, node, owner)
            return
        if isinstance(node, ast.ClassDef):
            self._add_class(function, node, owner)
            return
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in node.names:
                function.declared[name] = function.module if isinstance(node, ast.Global) else function
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            if owner is not None:
                owner.fields.append(node.id)
            else:
                function.variables.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            function.variables.update((alias.asname or alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            function.variables.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and function.is_itself(node.value):
            self.heap.add(node.attr)
        for child in ast.iter_child_nodes(node):
            self._look_at(function, child, owner)

    def _add_function(self, function: Function, node: Definition, owner: Class | None) -> None:
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        inner = Function(name, node, function.source, function, owner)
        self.functions.append(inner)
        function.inner[id(node)] = inner
        outside = [*node.args.defaults, *(default for default in node.args.kw_defaults if default)]
        outside += [] if isinstance(node, ast.Lambda) else node.decorator_list
        for part in outside:
            self._look_at(function, part, owner)
        if not isinstance(node, ast.Lambda):
            self._bind(function, inner, owner)
        inner.variables.update(inner.parameters)
        self._look_into(inner, node)

    def _bind(self, function: Function, inner: Function, owner: Class | None) -> None:
        if owner is None:
            function.variables.add(inner.name)
        elif {"property", "cached_property"} & set(inner.decorators):
            owner.properties[inner.name] = inner
        elif "setter" in inner.decorators:
            owner.setters[inner.name] = inner
        else:
            owner.methods[inner.name] = inner

    def _add_class(self, function: Function, node: ast.ClassDef, owner: Class | None) -> None:
        known = Class(node.name, node, function.module)
        self.classes.setdefault(node.name, []).append(known)
        function.classes[id(node)] = known
        if owner is None:
            function.variables.add(node.name)
        for outside in (*node.bases, *(keyword.value for keyword in node.keywords), *node.decorator_list):
            self._look_at(function, outside, owner)
        for inside in node.body:
            self._look_at(function, inside, known)

    def _resolve(self, function: Function) -> None:
        """Say whose the names are that a function uses and does not make itself."""
        for name, owner in list(function.declared.items()):
            function.variables.discard(name)
            outer = owner if owner is not function else function.parent
            while outer is not None and outer is not function.module and name not in outer.variables:
                outer = outer.parent
            found = outer or function.module
            found.variables.add(name)
            found.changed_by_others.add(name)
            found.seen_by_others.add(name)
            function.declared[name] = found
        for name in names_in(function.node):
            found_at = function.finds(name)
            if found_at is not None and found_at is not function:
                found_at.seen_by_others.add(name)


def names_in(block: Block) -> Iterator[str]:
    """The names that are used in a function, functions inside of it aside."""
    waiting: list[ast.AST] = list(ast.iter_child_nodes(block))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(node))
