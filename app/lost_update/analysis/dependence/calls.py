"""What a call depends on: on its arguments, and on what is read inside of it where the program shows it.

A function of the program that is handed on with its arguments (`Process(target=f, args=(v, 3))`, `pool.map(f, items)`)
is called by whoever takes it: its parameters are those arguments.
"""

import ast
from dataclasses import dataclass, field
from typing import Final

from lost_update.analysis.dependence.expressions import BUILTINS, LIBRARY, Expressions, State
from lost_update.analysis.dependence.program import Class, Function
from lost_update.analysis.dependence.values import NOTHING_KNOWN, Atoms, Value, join

CONTAINERS: Final = frozenset(
    ("list", "dict", "set", "tuple", "frozenset", "deque", "defaultdict", "Counter", "OrderedDict", "bytearray")
) | {"SimpleNamespace", "copy", "deepcopy"}
"""What makes a new container of the program's own, with what it is given in it."""

SAME: Final = frozenset({"int", "float", "copy", "deepcopy"})
"""What leaves a number as it is."""

LOOKS_ONLY: Final = frozenset(
    ("get", "index", "count", "keys", "values", "items", "copy", "join", "startswith", "endswith", "split", "read")
)
"""Methods that put nothing of what they are handed into their object."""

ENDS: Final = frozenset({"exit", "_exit", "abort", "quit"})
"""What does not return, as a function or in `sys` and `os`."""

WITH_DEFAULT: Final = {"get": 1, "pop": 1, "setdefault": 1, "getattr": 2}
"""Calls that read something or else give what they are handed: where that stands."""

RUNS_TEXT: Final = frozenset({"eval", "exec", "__import__", "locals", "globals", "vars"})

SENT_BY_POSITION: Final = frozenset({"submit", "call_soon", "run_in_executor", "register", "partial"})
"""What calls the function it is handed with the arguments that stand behind it."""


@dataclass
class Arguments:
    """What a call hands over."""

    positional: list[Value] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)
    spread: Value | None = None
    """What is handed over with a star: any parameter may get it."""

    def all(self) -> list[Value]:
        """Every one of them."""
        return [*self.positional, *self.named.values(), *([self.spread] if self.spread else [])]


@dataclass
class Called:
    """A call that is being followed."""

    node: ast.Call
    name: str
    """What is called, by its last name."""
    given: Arguments
    state: State
    receiver: Value = NOTHING_KNOWN
    """The object whose method it is, if it is one."""
    object_node: ast.expr | None = None
    """Where that stands."""


class Calls(Expressions):
    """Follows calls."""

    def _of_call(self, node: ast.Call, state: State) -> Value:
        if isinstance(node.func, ast.Attribute):
            return self._method_call(node, node.func, state)
        callee = self.evaluate(node.func, state)
        given = self._arguments(node, state)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return self._called(callee, Called(node, name, given, state))

    def _method_call(self, node: ast.Call, called: ast.Attribute, state: State) -> Value:
        name = called.attr
        if self._is_super(called.value) and self.function.owner and self.function.itself:
            methods = self.flow.program.inherited(self.function.owner, name)
            itself = self.named(self.function.itself, state)
            given = self._arguments(node, state)
            return self._results(node, [(method, itself) for method in methods], given, state) or self.site(node)
        receiver = self.evaluate(called.value, state)
        callee = self._attribute_of(called, receiver)
        given = self._arguments(node, state)
        return self._called(callee, Called(node, name, given, state, receiver, called.value))

    def _attribute_of(self, called: ast.Attribute, receiver: Value) -> Value:
        """The functions that an object may hold under that name, methods aside."""
        for module in self.modules(receiver):
            if called.attr in module.variables:
                return self.variable(module, called.attr)
        if called.attr in self.flow.program.heap:
            return self.symbol("attribute", None, called.attr)
        return NOTHING_KNOWN

    @staticmethod
    def _is_super(node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"

    def _arguments(self, node: ast.Call, state: State) -> Arguments:
        given = Arguments()
        for argument in node.args:
            value = self.evaluate(argument, state)
            if isinstance(argument, ast.Starred):
                given.spread = join(given.spread, value) if given.spread else value
            else:
                given.positional.append(value)
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, state)
            if keyword.arg is None:
                given.spread = join(given.spread, value) if given.spread else value
            else:
                given.named[keyword.arg] = value
        return given

    def _called(self, callee: Value, call: Called) -> Value:
        node, given, state = call.node, call.given, call.state
        found: list[tuple[Function, Value | None]] = [(one, None) for one in self.flow.callables(callee.objects)]
        methods, are_certain = ([], True) if call.object_node is None else self._methods(call.receiver, call.name)
        made = [self._new(node, known, given, state) for known in self.flow.classes(callee.objects, "class")]
        result = self._results(node, found + methods, given, state)
        for one in made:
            result = join(result, one) if result else one
        if result is None or not are_certain:
            general = self._general(callee, call)
            result = general if result is None else join(result, general)._replace(must=general.must)
        self._note_write(call, bool(methods) and are_certain)
        return result

    def _methods(self, receiver: Value, name: str) -> tuple[list[tuple[Function, Value | None]], bool]:
        """The methods of that name that the object may have, each with the object; and whether that is certain."""
        program = self.flow.program
        instances = self.flow.classes(receiver.objects, "instance")
        if instances:
            methods = [(one, receiver) for known in instances for one in program.methods(known, name)]
            return list(dict.fromkeys(methods)), bool(methods)
        classes = self.flow.classes(receiver.objects, "class")
        if classes:
            methods_of = [one for known in classes for one in program.methods(known, name)]
            return [(one, receiver if "classmethod" in one.decorators else None) for one in methods_of], True
        if self.flow.contents(receiver.objects) or self.modules(receiver):
            return [], True
        return [(one, receiver) for one in program.named(name)], False

    def _results(
        self, node: ast.AST, found: list[tuple[Function, Value | None]], given: Arguments, state: State
    ) -> Value | None:
        result: Value | None = None
        for function, itself in dict.fromkeys(found):
            takes_itself = itself is not None and function.itself is not None
            positional = [itself, *given.positional] if takes_itself and itself else given.positional
            value = self._bound(node, function, Arguments(positional, given.named, given.spread), state)
            result = value if result is None else join(result, value)
        return result

    def call(
        self, node: ast.AST, function: Function, given: list[Value], named: dict[str, Value], state: State
    ) -> Value:
        """What a call of a function of the program comes to."""
        return self._bound(node, function, Arguments(given, named), state)

    def _bound(self, node: ast.AST, function: Function, given: Arguments, state: State) -> Value:
        """Hand the arguments to the function's parameters, and take what it returns with them in their place."""
        flow = self.flow
        filled = self._fill(function, given)
        entry = Value(state.may, state.must)
        flow.define(flow.symbol("entry", function), entry)
        instead = {flow.symbol("entry", function): NOTHING_KNOWN}
        place = flow.site(self.function, node).bit_length() - 1
        flow.calls.setdefault(function, {})[place] = self.function
        read = (state.read | self.trace) & ~state.before_call.get(function, 0)
        state.before_call[function] = state.read | self.trace
        for name, value in filled.items():
            flow.define(flow.symbol("parameter", function, name), value, read)
            instead[flow.symbol("parameter", function, name)] = value
            instead[flow.symbol("object", function, name)] = Value(self._as_place(value.may))
        for path in [path for path in state.variables if "." in path]:
            del state.variables[path]
        summary = flow.summary(function)
        self.trace |= flow.replaced(summary.trace, instead)
        if summary.leaves:
            self.left(state, flow.replaced(summary.raises, instead))
        result = flow.substituted(summary.value or NOTHING_KNOWN, instead)
        return self._at(node, result)

    def _at(self, node: ast.AST, result: Value) -> Value:
        """What came of a call there: it may be read there too, by code that nobody sees, such as a decorator's."""
        read = self.site(node)
        return result._replace(may=result.may | read.may, objects=result.objects)

    def _fill(self, function: Function, given: Arguments) -> dict[str, Value]:
        filled: dict[str, Value] = {}
        arguments = None if isinstance(function.node, ast.Module) else function.node.args
        names = function.positional
        for name, value in zip(names, given.positional, strict=False):
            filled[name] = value
        more = given.positional[len(names) :]
        for name, value in given.named.items():
            if name in function.parameters:
                filled[name] = value
            else:
                more = [*more, value]
        rest = [one.arg for one in (arguments.vararg, arguments.kwarg) if one] if arguments else []
        for name in rest:
            filled[name] = self._together(more)
        for name in function.parameters:
            default = self.symbol("default", function, name)
            has_default = default.may.bit_length() - 1 in self.flow.definitions
            if name not in filled and given.spread is not None:
                spread = given.spread._replace(sums=())
                filled[name] = join(spread, default) if has_default else spread
            elif name not in filled and has_default:
                filled[name] = default
        return filled

    def left(self, state: State, depends_on: Atoms) -> None:
        """The function may be left here: what comes after that happens only where it is not."""
        raise NotImplementedError

    def _new(self, node: ast.Call, known: Class, given: Arguments, state: State) -> Value:
        """A new object of a class of the program."""
        flow = self.flow
        made = self.container(node, given.all())
        itself = Value(made.may, 0, (), made.objects | flow.known("instance", known) | self.site(node).objects)
        makers = flow.program.methods(known, "__init__")
        for maker in makers:
            self._bound(node, maker, Arguments([itself, *given.positional], given.named, given.spread), state)
        for after in flow.program.methods(known, "__post_init__"):
            self._bound(node, after, Arguments([itself]), state)
        if not makers:
            pairs = [*zip(known.fields, given.positional, strict=False), *given.named.items()]
            for name, value in pairs:
                if name in flow.program.heap:
                    flow.define(flow.symbol("attribute", None, name), value)
        for runs in ("run", "__enter__", "__next__"):
            for method in flow.program.methods(known, runs):
                self._bound(node, method, Arguments([itself]), State())
        if not makers and any(base not in flow.program.classes for base in known.bases):
            self._handed_on(node, known.name, given, state)
        return itself

    def _general(self, callee: Value, call: Called) -> Value:
        """A call of something that the program does not show."""
        node, name, given, state, object_node = call.node, call.name, call.given, call.state, call.object_node
        self._handed_on(node, name, given, state)
        if (object_node is None or self._is_module(object_node)) and name in ENDS:
            self.left(state, state.may)
            self.ended()
        parts = self._together([*given.all(), callee, call.receiver])
        read = self.site(node)
        may, objects = parts.may | read.may, read.objects
        is_library = self._is_library(node.func)
        if is_library:
            objects |= parts.objects | self.flow.elements(parts.objects)
        elif object_node is None or self._is_module(object_node):
            may |= self.flow.unknown(node, self._together(given.all()).objects)
        if name in RUNS_TEXT and object_node is None:
            may |= self.flow.unknown(node, 0, can_reach_all=True)
        if name in CONTAINERS and is_library:
            made = self.container(node, given.all())
            return Value(made.may | may, parts.must | read.must, (), made.objects)
        sums = {} if self._has_default(name, given) else dict(read.sums)
        if name in SAME and is_library and len(given.positional) == 1:
            sums.update(given.positional[0].sums)
        objects |= self.flow.elements(call.receiver.objects)
        return Value(may, parts.must | read.must, tuple(sorted(sums.items())), objects)

    @staticmethod
    def _has_default(name: str, given: Arguments) -> bool:
        """Whether it may give something other than what it reads, and than a zero where there is nothing."""
        place = WITH_DEFAULT.get(name)
        if place is None:
            return False
        default = given.positional[place] if place < len(given.positional) else given.named.get("default")
        return default is not None and not default.is_zero

    def ended(self) -> None:
        """Nothing comes after this: the process ends here."""

    def _is_module(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.function.module.imported

    def _is_library(self, called: ast.expr) -> bool:
        """Whether it is a builtin, or of the standard library: such code reads nothing shared but what it is handed."""
        root = called
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Constant | ast.JoinedStr):
            return True
        if not isinstance(root, ast.Name):
            return False
        comes_from = self.function.module.imported.get(root.id)
        if comes_from is not None:
            return comes_from in LIBRARY
        return called is root and root.id in BUILTINS and self.function.finds(root.id) is None

    def _handed_on(self, node: ast.Call, name: str, given: Arguments, state: State) -> None:
        """Functions of the program that are handed to something are called by it, with the other arguments."""
        functions = [(one, value) for value in given.all() for one in self.flow.callables(value.objects)]
        if not functions:
            return
        for key, filling in (("target", "args"), ("initializer", "initargs"), ("func", "args"), ("function", "args")):
            if key in given.named or (filling in given.named and given.positional):
                self._start(node, key, filling, given, state)
                functions = [pair for pair in functions if pair[1] is not given.named.get(key)]
        if name in SENT_BY_POSITION or name in ("apply", "apply_async"):
            self._send(node, name, given, state)
            return
        for function, value in functions:
            others = self._together([other for other in given.all() if other is not value])
            whole = Arguments(
                spread=Value(others.may, others.must, (), others.objects | self.flow.elements(others.objects))
            )
            self._bound(node, function, whole, State(dict(state.variables), state.may, state.must))

    def _start(self, node: ast.Call, key: str, filling: str, given: Arguments, state: State) -> None:
        function = given.named.get(key)
        written = {keyword.arg: keyword.value for keyword in node.keywords}
        if function is None:
            return
        arguments = self._spread(written.get(filling), given.named.get(filling), state)
        named_node = written.get("kwargs")
        if isinstance(named_node, ast.Dict):
            for name, part in zip(named_node.keys, named_node.values, strict=True):
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    arguments.named[name.value] = self.evaluate(part, state)
        elif "kwargs" in given.named:
            arguments.spread = given.named["kwargs"]
        for one in self.flow.callables(function.objects):
            self._bound(node, one, arguments, State(may=state.may, must=state.must))

    def _spread(self, written: ast.expr | None, value: Value | None, state: State) -> Arguments:
        """The arguments that stand in a tuple."""
        if isinstance(written, (ast.Tuple, ast.List)) and not any(isinstance(one, ast.Starred) for one in written.elts):
            return Arguments([self.evaluate(one, state) for one in written.elts])
        return Arguments(spread=value) if value is not None else Arguments()

    def _send(self, node: ast.Call, name: str, given: Arguments, state: State) -> None:
        for place, value in enumerate(given.positional):
            for function in self.flow.callables(value.objects):
                if name in SENT_BY_POSITION:
                    arguments = Arguments(given.positional[place + 1 :], given.named, given.spread)
                else:
                    behind = node.args[place + 1] if len(node.args) > place + 1 else None
                    packed = given.positional[place + 1] if len(given.positional) > place + 1 else None
                    arguments = self._spread(behind, packed, state)
                self._bound(node, function, arguments, State(may=state.may, must=state.must))
        for key in ("callback", "error_callback", "fn"):
            for function in self.flow.callables(given.named[key].objects) if key in given.named else ():
                self._bound(node, function, Arguments(spread=NOTHING_KNOWN), State())

    def _note_write(self, call: Called, is_shown: bool) -> None:
        """A call may write: `totals.update(...)`, `setattr(v, "value", 3)`. What it reads itself it depends on."""
        handed = self._together(call.given.all())
        read = self.flow.site(self.function, call.node)
        value = Value(handed.may | read, handed.must | read)
        objects = call.receiver.objects | self.bases(call.object_node, call.state)
        if call.object_node is None:
            objects |= handed.objects
        self.wrote(call.node, value, NOTHING_KNOWN, Value(call.receiver.may, objects=objects), call.state)
        if call.object_node is not None and not is_shown and handed.may and call.name not in LOOKS_ONLY:
            self.put_into(call.receiver, handed.under(call.state.may, call.state.must))

    def put_into(self, receiver: Value, value: Value) -> None:
        """A container of the program's own holds that now, too."""
        contents = self.flow.contents(receiver.objects)
        while contents:
            low = contents & -contents
            contents ^= low
            self.flow.define(low.bit_length() - 1, value._replace(sums=()))

    def bases(self, node: ast.expr | None, state: State) -> Atoms:
        """The objects on the way to an attribute or an element."""
        objects = 0
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            objects |= self.evaluate(node, state).objects
            node = node.value
        return objects | (self.evaluate(node, state).objects if isinstance(node, ast.Name) else 0)
