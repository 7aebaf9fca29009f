"""What a program calls a thing where it makes it: the name that people know it by.

    tally = Value("i", 0)                           tally
    last, out = Value("i", 0), Queue()              last, out
    self.total = Value("i", 0)                      self.total
    locks = [Lock() for _ in range(3)]              locks[0], locks[1], locks[2], in order of making
    locks = {"a": Lock()}                           locks['a']
    for lock in (Lock(), Lock()):                   lock, for both
    Process(target=f, args=(Value("i", 0),))        the name of f's parameter
    hits: Any = field(default_factory=lambda: …)    stats.hits, where `stats` is the only one of its class
    def make(): return Lock()                       the name at the one call of `make`

None where that cannot be told: then a thing is known by its line.
"""

import ast
import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from lost_update.analysis.dependence.positions import Position, positions_of
from lost_update.analysis.parsed import tree_of

_PASSED_THROUGH: Final = (ast.IfExp, ast.BoolOp, ast.Starred, ast.Await, ast.BinOp)
"""What has the value of a part of it."""

_STARTS: Final = {"target": ("args", "kwargs"), "initializer": ("initargs", "")}
"""Keywords that name a function, and those that hold its arguments."""

_SENDS: Final = ("submit", "partial", "call_soon", "apply", "apply_async")
"""What calls the function that is handed to it first with what stands behind it."""

_COLLECTS: Final = frozenset({"list", "tuple", "deque"})

Function = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_Seen = frozenset[ast.AST]


@dataclass(frozen=True)
class _Made:
    """The how-manieth thing it is that is made at its place, and which part of it, where one call makes several."""

    nth: int
    part: int | None


_Way = Callable[[Any, ast.AST, _Made, _Seen], str | None]


class MadeAs:
    """The names of all things that are made in a text."""

    def __init__(self, text: str) -> None:
        self._tree: ast.Module = tree_of(text) or ast.Module([], [])
        self._parents: dict[ast.AST, ast.AST] = {}
        self._calls: dict[Position, ast.Call] = {}
        for node in ast.walk(self._tree):
            self._parents.update((child, node) for child in ast.iter_child_nodes(node))
            if isinstance(node, ast.Call):
                for position in positions_of(node):
                    self._calls.setdefault(position, node)

    def name(self, position: Position, nth: int = 0, part: int | None = None) -> str | None:
        """What the thing is called that the call there makes: the `nth` of them, from 0.

        `part`: which end of a pipe.
        """
        call = self._calls.get(position)
        if call is None:
            return None
        return self._by_field(call, nth) or self._name_of(call, _Made(nth, part), frozenset())

    def _by_field(self, call: ast.Call, nth: int) -> str | None:
        """A dataclass makes what its fields begin with, where one of it is made."""
        known = self._classes.get(call.func.id) if isinstance(call.func, ast.Name) else None
        fields = [name for name, makes in _fields(known) if makes] if known else []
        if not fields:
            return None
        whole = self._name_of(call, _Made(nth // len(fields), None), frozenset())
        field = fields[nth % len(fields)]
        return f"{whole}.{field}" if whole else field

    def _name_of(self, node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        """The name of what an expression gives."""
        parent = self._parents.get(node)
        if parent is None or node in seen:
            return None
        seen = seen | {node}
        for kinds, follow in self._ways:
            if isinstance(parent, kinds):
                return follow(parent, node, made, seen)
        return None

    @cached_property
    def _ways(self) -> tuple[tuple[Any, _Way], ...]:
        """How the name is found, by what the expression is a part of."""
        return (
            (_PASSED_THROUGH, lambda parent, _node, made, seen: self._name_of(parent, made, seen)),
            ((ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.withitem), self._named),
            (ast.Call, self._argument),
            (ast.keyword, self._keyword),
            ((ast.Tuple, ast.List), self._element),
            (ast.Dict, self._value_in),
            (Comprehension, self._of_many),
            (ast.arguments, lambda parent, node, _made, _seen: _default_of(parent, node)),
            (ast.Return, self._returned),
            (ast.Lambda, self._by_factory),
        )

    # Where it is given a name.

    def _named(self, parent: Any, node: ast.AST, made: _Made, _seen: _Seen) -> str | None:
        if isinstance(parent, ast.withitem):
            entered: ast.expr | None = parent.optional_vars
            return self._assigned(entered, self._parents[parent], made) if entered is not None else None
        target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
        return self._assigned(target, parent, made) if parent.value is node else None

    def _assigned(self, target: ast.expr, statement: ast.AST, made: _Made) -> str | None:
        if isinstance(target, (ast.Tuple, ast.List)):
            place = made.part if made.part is not None else made.nth % len(target.elts)
            is_plain = place < len(target.elts) and not any(isinstance(one, ast.Starred) for one in target.elts)
            return _written(target.elts[place]) if is_plain else None
        name = _written(target)
        if name and isinstance(target, ast.Name) and isinstance(owner := self._parents.get(statement), ast.ClassDef):
            name = f"{owner.name}.{name}"
        return name if made.part is None or name is None else f"{name}[{made.part}]"

    def _element(self, container: Any, node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        parent, place = self._parents.get(container), container.elts.index(node)
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], (ast.Tuple, ast.List)):
            return self._unpacked(parent.targets[0].elts, container.elts, place, made)
        if isinstance(parent, ast.Return) and made.part is None:
            return self._returned(parent, container, _Made(made.nth, place), seen)
        if isinstance(parent, ast.keyword):
            for key, (positional, _) in _STARTS.items():
                if parent.arg == positional:
                    return self._parameter(self._started(parent, key), place)
        if isinstance(parent, ast.Call) and _last_name(parent.func) in ("apply", "apply_async"):
            return self._parameter(self._function(parent.args[0]), place)
        if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is container:
            return _with_part(parent.target.id, made.part) if isinstance(parent.target, ast.Name) else None
        whole = self._name_of(container, _Made(made.nth, None), seen)
        return whole and _with_part(f"{whole}[{place}]", made.part)

    @staticmethod
    def _unpacked(targets: Sequence[ast.expr], elements: Sequence[ast.expr], place: int, made: _Made) -> str | None:
        if len(targets) != len(elements) or any(isinstance(one, ast.Starred) for one in targets):
            return None
        target = targets[place]
        if made.part is not None and isinstance(target, (ast.Tuple, ast.List)):
            return _written(target.elts[made.part]) if made.part < len(target.elts) else None
        name = _written(target)
        return name and _with_part(name, made.part)

    def _value_in(self, container: Any, node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        key = next((key for key, value in zip(container.keys, container.values, strict=True) if value is node), None)
        parent = self._parents.get(container)
        if not isinstance(key, ast.Constant):
            return None
        if isinstance(parent, ast.keyword) and parent.arg == "kwargs":
            return str(key.value)
        whole = self._name_of(container, _Made(made.nth, None), seen)
        return whole and _with_part(f"{whole}[{key.value!r}]", made.part)

    def _of_many(self, many: Any, node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        """One of those that a comprehension makes, in order of making."""
        if len(many.generators) != 1 or (isinstance(many, ast.DictComp) and many.key is node):
            return None
        known = _known_elements(many.generators[0].iter)
        place = made.nth % len(known) if known else made.nth
        round_ = made.nth // len(known) if known else 0
        if isinstance(many, ast.DictComp):
            is_key = isinstance(many.key, ast.Name) and ast.unparse(many.generators[0].target) == many.key.id
            if not known or not is_key:
                return None
            index = repr(known[place])
        elif isinstance(many, ast.SetComp):
            return None
        else:
            index = str(place)
            parent = self._parents.get(self._collected(many))
            if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], (ast.Tuple, ast.List)):
                targets = parent.targets[0].elts
                return self._unpacked(targets, targets, place, made) if place < len(targets) else None
        whole = self._name_of(self._collected(many), _Made(round_, None), seen)
        return whole and _with_part(f"{whole}[{index}]", made.part)

    def _collected(self, many: ast.AST) -> ast.AST:
        """What makes a list of it, if something does."""
        parent = self._parents.get(many)
        is_list = isinstance(parent, ast.Call) and _last_name(parent.func) in _COLLECTS and len(parent.args) == 1
        return parent if is_list and parent is not None else many

    # Where it is handed over.

    def _argument(self, call: Any, node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        if node is call.func or not isinstance(node, ast.expr):
            return None
        place = call.args.index(node)
        if any(isinstance(one, ast.Starred) for one in call.args[:place]):
            return None
        called = _last_name(call.func)
        if isinstance(call.func, ast.Attribute) and called == "append":
            return self._appended(call.func.value, call, made)
        if called in _SENDS and place:
            return self._parameter(self._function(call.args[0]), place - 1)
        if (known := self._classes.get(called)) is not None:
            return self._given_to(known, call, place, None, seen)
        function = self._function(call.func)
        offset = 1 if function is not None and isinstance(call.func, ast.Attribute) else 0
        return self._parameter(function, place + offset)

    def _keyword(self, keyword: Any, _node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        call = self._parents[keyword]
        if not isinstance(call, ast.Call) or keyword.arg is None:
            return None
        called = _last_name(call.func)
        if (known := self._classes.get(called)) is not None:
            return self._given_to(known, call, None, keyword.arg, seen)
        if called in ("dict", "SimpleNamespace", "Namespace"):
            whole = self._name_of(call, _Made(made.nth, None), seen)
            return whole and (f"{whole}[{keyword.arg!r}]" if called == "dict" else f"{whole}.{keyword.arg}")
        return keyword.arg if self._function(call.func) is not None else None

    def _given_to(
        self, known: ast.ClassDef, call: ast.Call, place: int | None, name: str | None, seen: _Seen
    ) -> str | None:
        """Handed to a new object: it is called by the attribute that keeps it."""
        maker = next((one for one in known.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        if maker is None:
            fields = [field for field, _ in _fields(known)]
            kept = name or (fields[place] if place is not None and place < len(fields) else None)
        else:
            parameter = name or (self._parameter(maker, place + 1) if place is not None else None)
            kept = _kept_as(maker, parameter) if parameter else None
            if kept is None:
                return parameter
        whole = self._name_of(call, _Made(0, None), seen)
        return f"{whole}.{kept}" if whole and kept and "[" not in whole else kept

    def _appended(self, to: ast.expr, call: ast.Call, made: _Made) -> str | None:
        """The only thing that is appended to a list that was empty."""
        name = _written(to)
        appends = [
            one
            for one in ast.walk(self._tree)
            if isinstance(one, ast.Call)
            and isinstance(one.func, ast.Attribute)
            and one.func.attr in ("append", "extend", "insert")
            and ast.unparse(one.func.value) == name
        ]
        begins_empty = any(
            isinstance(one, (ast.Assign, ast.AnnAssign))
            and isinstance(one.value, ast.List)
            and not one.value.elts
            and name in [ast.unparse(target) for target in getattr(one, "targets", [getattr(one, "target", None)])]
            for one in ast.walk(self._tree)
        )
        return _with_part(f"{name}[{made.nth}]", made.part) if appends == [call] and begins_empty else None

    def _by_factory(self, maker: ast.AST, _node: ast.AST, made: _Made, seen: _Seen) -> str | None:
        """A lambda that a field of a dataclass begins with makes it for each object of the class."""
        keyword = self._parents.get(maker)
        field = self._parents.get(self._parents.get(keyword, maker)) if isinstance(keyword, ast.keyword) else None
        owner = self._parents.get(field) if isinstance(field, ast.AnnAssign) else None
        if keyword is None or getattr(keyword, "arg", "") != "default_factory" or not isinstance(owner, ast.ClassDef):
            return None
        name = _written(field.target) if isinstance(field, ast.AnnAssign) else None
        calls = [
            one for one in ast.walk(self._tree) if isinstance(one, ast.Call) and _last_name(one.func) == owner.name
        ]
        whole = self._name_of(calls[0], made, seen) if len(calls) == 1 else None
        return f"{whole}.{name}" if whole and name else name

    def _started(self, keyword: ast.keyword, key: str) -> Function | ast.Lambda | None:
        call = self._parents[keyword]
        if not isinstance(call, ast.Call):
            return None
        named = next((one.value for one in call.keywords if one.arg == key), None)
        return self._function(named) if named is not None else None

    def _function(self, node: ast.expr) -> Function | ast.Lambda | None:
        """The function of the text that is meant: the only one of that name."""
        if isinstance(node, ast.Lambda):
            return node
        found = self._functions.get(_last_name(node), [])
        is_own = isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
        return found[0] if len(found) == 1 and is_own else None

    @staticmethod
    def _parameter(function: Function | ast.Lambda | None, place: int) -> str | None:
        if function is None:
            return None
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if place < len(names):
            return names[place]
        return None if function.args.vararg is None else f"{function.args.vararg.arg}[{place - len(names)}]"

    def _returned(self, node: ast.AST, _value: ast.AST, made: _Made, seen: _Seen) -> str | None:
        """What a function makes has its name where the function is called, if that is only once in the text."""
        function: ast.AST | None = node
        while function is not None and not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            function = self._parents.get(function)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        calls = [
            one for one in ast.walk(self._tree) if isinstance(one, ast.Call) and self._function(one.func) is function
        ]
        return self._name_of(calls[0], made, seen) if len(calls) == 1 else None

    @cached_property
    def _functions(self) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for node in ast.walk(self._tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def _classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in ast.walk(self._tree) if isinstance(node, ast.ClassDef)}


def _written(target: ast.expr) -> str | None:
    """A name, an attribute or an element as it is written, where that is the same each time."""
    if isinstance(target, ast.Name):
        return target.id
    if isinstance(target, ast.Attribute):
        whole = _written(target.value)
        return whole and f"{whole}.{target.attr}"
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        whole = _written(target.value)
        return whole and f"{whole}[{target.slice.value!r}]"
    return None


def _with_part(name: str, part: int | None) -> str:
    return name if part is None else f"{name}[{part}]"


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _known_elements(node: ast.expr) -> list[object]:
    """What a loop goes through, where the text says it."""
    if isinstance(node, (ast.List, ast.Tuple)) and all(isinstance(one, ast.Constant) for one in node.elts):
        return [one.value for one in node.elts if isinstance(one, ast.Constant)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return list(node.value)
    if isinstance(node, ast.Call) and _last_name(node.func) == "range" and not node.keywords:
        bounds = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, int)]
        if bounds and len(bounds) == len(node.args) <= 3 and bounds[2:] != [0]:
            steps = range(*bounds)
            return list(steps[:100_000])
    return []


def _fields(known: ast.ClassDef) -> Iterator[tuple[str, bool]]:
    """The fields of a dataclass, and of each whether a new object makes a thing for it that may be shared."""
    for statement in known.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            given = statement.value.keywords if isinstance(statement.value, ast.Call) else []
            factory = next((one.value for one in given if one.arg == "default_factory"), None)
            yield statement.target.id, factory is not None and not hasattr(builtins, _last_name(factory))


def _default_of(arguments: ast.arguments, node: ast.AST) -> str | None:
    given = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(given[len(given) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((argument.arg for argument, default in pairs if default is node), None)


def _kept_as(maker: ast.FunctionDef, parameter: str) -> str | None:
    """The attribute that keeps a parameter of `__init__`."""
    itself = maker.args.args[0].arg if maker.args.args else ""
    for node in ast.walk(maker):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target, value in _pairs(targets, node.value):
                is_own = isinstance(target, ast.Attribute) and _written(target.value) == itself
                if is_own and isinstance(value, ast.Name) and value.id == parameter:
                    return target.attr if isinstance(target, ast.Attribute) else None
    return None


def _pairs(targets: list[ast.expr], value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    for target in targets:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            yield from zip(target.elts, value.elts, strict=True)
        else:
            yield target, value
