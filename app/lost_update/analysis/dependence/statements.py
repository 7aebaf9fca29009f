"""What the statements of a function do to its variables, and on what it depends that one is come to at all.

A statement that comes after a condition depends on it only where one way did not come so far: `if x: return`. What a
`while` was left for counts for all that comes after it: `while lock.value: pass`.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from lost_update.analysis.dependence.calls import Calls
from lost_update.analysis.dependence.expressions import State, asks_for_absence
from lost_update.analysis.dependence.flow import Flow, Summary
from lost_update.analysis.dependence.program import Class, Function
from lost_update.analysis.dependence.values import NOTHING_KNOWN, Atoms, Value, join

MOST_TURNS: Final = 40
"""So often the body of a loop is gone through at most: it comes to rest long before."""


@dataclass
class Loop:
    """A loop that is being followed, and the ways out of it and back to its head."""

    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)


class Frame(Calls):
    """Follows the statements of one function."""

    def __init__(self, flow: Flow, function: Function) -> None:
        super().__init__(flow, function)
        self._loops: list[Loop] = []
        self._jumps = 0
        """How often a loop's body was left before its end."""
        self._leaves = 0
        """How often the function was left before its end."""
        self._left: Atoms = 0
        self._passed: list[list[State]] = []
        """Of each `try` around: what was known wherever it may have raised."""
        self._class: list[Class] = []
        self._is_over = False

    def run(self) -> Summary:
        """Follow the whole function."""
        state = self._entered()
        node = self.function.node
        if isinstance(node, ast.Lambda):
            self.returned(self.evaluate(node.body, state), state)
        else:
            self._block(node.body, state)
        self.summary.trace = self.trace
        if self.summary.value is None:
            self.summary.value = NOTHING_KNOWN
        return self.summary

    def _entered(self) -> State:
        state = State()
        flow, function = self.flow, self.function
        if not isinstance(function.node, ast.Module):
            entry = self.symbol("entry", function)
            state.may, state.must = entry.may, entry.must
        for name in function.parameters:
            value = self.symbol("parameter", function, name)
            if name == function.itself and function.owner is not None:
                kind = "class" if "classmethod" in function.decorators else "instance"
                flow.define(value.may.bit_length() - 1, Value(objects=flow.known(kind, function.owner)))
            self._set(name, value, state)
        for name, owner in function.declared.items():
            state.variables[name] = self.variable(owner, name)
        return state

    # Statements, one after the other.

    def _block(self, body: list[ast.stmt], state: State | None) -> State | None:
        for statement in body:
            if state is None:
                break
            for passed in self._passed:
                passed.append(state.copy())
            self._is_over = False
            trace, self.trace = self.trace, 0
            state = self._statement(statement, state)
            if state is not None:
                state.read |= self.trace
            self.trace |= trace
            if self._is_over:
                state, self._is_over = None, False
        return state

    def _statement(self, node: ast.stmt, state: State) -> State | None:
        handler = getattr(self, f"_on_{type(node).__name__.lower()}", None)
        if handler is not None:
            after: State | None = handler(node, state)
            return after
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, state)
        return state

    def _on_assign(self, node: ast.Assign, state: State) -> State:
        value = self.evaluate(node.value, state)
        for target in node.targets:
            self.assign(target, value, node.value, state)
        return state

    def _on_annassign(self, node: ast.AnnAssign, state: State) -> State:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, state), node.value, state)
        return state

    def _on_augassign(self, node: ast.AugAssign, state: State) -> State:
        """A read and a write at one place."""
        loaded = self.evaluate(node.target, state)
        added = self.evaluate(node.value, state)
        self.site(node)
        value = self.combined(node.op, loaded, added)
        if isinstance(node.target, ast.Name):
            value = value._replace(objects=loaded.objects)
            self.put_into(loaded, added.under(state.may, state.must))
        self.assign(node.target, value, node, state)
        return state

    def assign(self, target: ast.expr, value: Value, source: ast.AST, state: State) -> None:
        """Give a value to a name, an attribute, an element, or several."""
        if isinstance(target, ast.Name):
            self._set(target.id, value.under(state.may, state.must), state)
        elif isinstance(target, ast.Attribute):
            self._set_attribute(target, value, state)
        elif isinstance(target, ast.Subscript):
            self._set_element(target, value, state)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value._replace(sums=()), source, state)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value, source, state)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, source: ast.AST, state: State) -> None:
        if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(target.elts):
            both = [*source.elts, *target.elts]
            if not any(isinstance(part, ast.Starred) for part in both):
                self._exchange(target, [self.evaluate(part, state) for part in source.elts], source, state)
                return
        read = self.site(target)
        part_of_it = Value(value.may | read.may, value.must | read.must, (), self.elements_of(value))
        for part in target.elts:
            self.assign(part, part_of_it, target, state)

    def _exchange(
        self, target: ast.Tuple | ast.List, values: list[Value], source: ast.Tuple | ast.List, state: State
    ) -> None:
        """All is read before anything is written: memory exchanges its contents. A variable takes its own part only."""
        whole = self._together(values)
        for part, one, node in zip(target.elts, values, source.elts, strict=True):
            is_memory = isinstance(part, (ast.Attribute, ast.Subscript))
            self.assign(part, one.under(whole.may, whole.must) if is_memory else one, node, state)

    def _set(self, name: str, value: Value, state: State) -> None:
        if self._class:
            self.flow.define(self.flow.symbol("attribute", None, name), value)
            state.variables[name] = value
            return
        state.variables[name] = value
        for path in [path for path in state.variables if path.startswith(f"{name}.")]:
            del state.variables[path]
        owner = self.function.declared.get(name, self.function)
        if name in owner.seen_by_others:
            self.flow.define(self.flow.symbol("variable", owner, name), value)

    def _set_attribute(self, target: ast.Attribute, value: Value, state: State) -> None:
        base = self.evaluate(target.value, state)
        self._change(target, value, NOTHING_KNOWN, base, state)
        kept = value.under(state.may, state.must)
        flow, function = self.flow, self.function
        for module in self.modules(base):
            if target.attr in module.variables:
                flow.define(flow.symbol("variable", module, target.attr), kept)
        for setter in self._properties(base, target.attr, "setters"):
            self.call(target, setter, [base, value], {}, state)
        is_own = bool(flow.classes(base.objects, "instance") or flow.classes(base.objects, "class"))
        if is_own and target.attr in flow.program.heap:
            flow.define(flow.symbol("attribute", None, target.attr), kept)
            if isinstance(target.value, ast.Name) and target.value.id == function.itself:
                state.variables[f"{target.value.id}.{target.attr}"] = kept
        else:
            self.put_into(base, kept)

    def _set_element(self, target: ast.Subscript, value: Value, state: State) -> None:
        base, index = self.evaluate(target.value, state), self.evaluate(target.slice, state)
        self._change(target, value, index, base, state)
        self.put_into(base, value.plus(index)._replace(objects=value.objects).under(state.may, state.must))

    def _change(
        self, target: ast.Attribute | ast.Subscript, value: Value, index: Value, base: Value, state: State
    ) -> None:
        objects = base.objects | self.bases(target.value, state)
        self.wrote(target, value, index, Value(base.may, objects=objects), state)

    def _on_delete(self, node: ast.Delete, state: State) -> State:
        for target in node.targets:
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                base = self.evaluate(target.value, state)
                index = self.evaluate(target.slice, state) if isinstance(target, ast.Subscript) else NOTHING_KNOWN
                self._change(target, NOTHING_KNOWN, index, base, state)
        return state

    # Ways that part and meet.

    def _on_if(self, node: ast.If, state: State) -> State | None:
        test = self.truth(node.test, node, state)
        return self._branches([(node.body, test), (node.orelse, test)], test, state, asks_for_absence(node.test))

    def _branches(
        self, branches: list[tuple[list[ast.stmt], Value]], test: Value, state: State, is_default: bool = False
    ) -> State | None:
        jumps = self._jumps, self._leaves
        ends = [self._block(body, state.under(condition)) for body, condition in branches]
        met = self._meet([end for end in ends if end is not None], test, is_default)
        if met is not None and jumps == (self._jumps, self._leaves):
            met.may, met.must = state.may, state.must
        return met

    def _meet(self, ends: list[State], test: Value = NOTHING_KNOWN, is_default: bool = False) -> State | None:
        """Where ways meet, what differs between them depends on what parted them."""
        if not ends:
            return None
        met = ends[0].copy()
        for end in ends[1:]:
            met.may, met.must = met.may | end.may, met.must & end.must
            read = met.read, end.read
            for name in met.variables.keys() | end.variables.keys():
                one, other = met.variables.get(name), end.variables.get(name)
                if one is None or other is None:
                    if "." in name:
                        met.variables.pop(name, None)
                    elif other is not None:
                        met.variables[name] = other
                elif one != other:
                    met.variables[name] = self.chosen(one, other, test, read, is_default=is_default)
            met.read |= end.read
            for function, before in end.before_call.items():
                met.before_call[function] = met.before_call.get(function, 0) | before
        return met

    def _on_match(self, node: ast.Match, state: State) -> State | None:
        subject = self.truth(node.subject, node, state)
        tested = subject
        jumps = self._jumps, self._leaves
        ends: list[State] = []
        for case in node.cases:
            way = state.under(tested)
            for part in ast.walk(case.pattern):
                if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name:
                    self._set(part.name, subject, way)
            guard = self.truth(case.guard, case.guard, way) if case.guard else NOTHING_KNOWN
            end = self._block(case.body, way.under(guard))
            tested = tested.plus(guard)
            ends += [end] if end else []
        is_complete = any(isinstance(case.pattern, ast.MatchAs) and not case.guard for case in node.cases)
        met = self._meet([*ends, *([] if is_complete else [state.under(tested)])], tested)
        if met is not None and jumps == (self._jumps, self._leaves):
            met.may, met.must = state.may, state.must
        return met

    def _on_while(self, node: ast.While, state: State) -> State | None:
        is_endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        head, leaves = state.copy(), self._leaves
        for _ in range(MOST_TURNS):
            with self._looping() as loop:
                at_test = head.copy()
                test = NOTHING_KNOWN if is_endless else self.truth(node.test, node, at_test)
                end = self._block(node.body, at_test.under(test))
            again = self._head(state, [end, *loop.continues], test)
            if again == head:
                break
            head = again
        after = None if is_endless else at_test.under(test)
        if after is not None and not node.orelse and self._leaves == leaves:
            after.may, after.must = state.may | test.may, state.must | test.must
        return self._after_loop(node.orelse, after, loop, test, leaves)

    def _on_for(self, node: ast.For | ast.AsyncFor, state: State) -> State | None:
        start = state.copy()
        elements = self.elements(node.iter, node, start)
        head, leaves = start, self._leaves
        for _ in range(MOST_TURNS):
            with self._looping() as loop:
                turn = head.copy()
                self.assign(node.target, elements, node, turn)
                end = self._block(node.body, turn)
            again = self._head(start, [end, *loop.continues], elements)
            if again == head:
                break
            head = again
        after = head.copy()
        after.may, after.must = state.may, state.must
        return self._after_loop(node.orelse, after, loop, NOTHING_KNOWN, leaves)

    _on_asyncfor = _on_for

    @contextmanager
    def _looping(self) -> Iterator[Loop]:
        jumps = self._jumps
        loop = Loop()
        self._loops.append(loop)
        yield loop
        self._loops.pop()
        self._jumps = jumps

    def _head(self, state: State, ends: list[State | None], test: Value) -> State:
        """What is known where a turn of a loop begins. That the one before was not the last is left aside."""
        head = self._meet([state, *(end for end in ends if end is not None)], test)
        assert head is not None
        head.may, head.must, head.read = state.may, state.must, state.read
        return head

    def _after_loop(
        self, orelse: list[ast.stmt], after: State | None, loop: Loop, test: Value, leaves: int
    ) -> State | None:
        base = after.copy() if after is not None else None
        if orelse and after is not None:
            for broken in loop.breaks:
                after.may, after.must = after.may | broken.may, after.must | broken.must
            after = self._block(orelse, after)
        met = self._meet([*([after] if after is not None else []), *loop.breaks], test)
        if met is not None and base is not None and self._leaves == leaves:
            met.may, met.must = base.may, base.must
        elif met is not None and self._leaves != leaves:
            met.may |= self._left
        return met

    def _on_break(self, _node: ast.Break, state: State) -> None:
        self._jumps += 1
        if self._loops:
            self._loops[-1].breaks.append(state)

    def _on_continue(self, _node: ast.Continue, state: State) -> None:
        self._jumps += 1
        if self._loops:
            self._loops[-1].continues.append(state)

    def _on_return(self, node: ast.Return, state: State) -> None:
        self.returned(self.evaluate(node.value, state), state)
        self._leaves += 1
        self._left |= state.may

    def returned(self, value: Value, state: State) -> None:
        """The function hands a value to whoever called it."""
        value = value.under(state.may, state.must)
        before = self.summary.value
        self.summary.value = value if before is None else join(before, value)

    def _on_raise(self, node: ast.Raise, state: State) -> None:
        self.evaluate(node.exc, state)
        self.left(state, state.may)

    def left(self, state: State, depends_on: Atoms) -> None:
        """The function may be left here: what comes after that happens only where it is not."""
        self._leaves += 1
        self._left |= depends_on | state.may
        state.may |= depends_on
        if not self._passed:
            self.summary.leaves = True
            self.summary.raises |= depends_on | state.may

    def ended(self) -> None:
        """Nothing comes after this: the process ends here."""
        self._is_over = True

    def _on_assert(self, node: ast.Assert, state: State) -> State:
        test = self.truth(node.test, node, state)
        self.evaluate(node.msg, state.under(test))
        after = state.under(test)
        self.left(after, 0)
        return after

    def _on_try(self, node: ast.Try, state: State) -> State | None:
        jumps, trace = (self._jumps, self._leaves), self.trace
        self.trace, left, self._left = 0, self._left, 0
        self._passed.append([])
        body_end = self._block(node.body, state.copy())
        passed = self._passed.pop()
        raised = Value(self.trace | self._left, self.trace)
        self.trace, self._left = trace | self.trace, left | self._left
        if body_end is not None:
            passed.append(body_end.copy())
        ends = [self._block(node.orelse, body_end.under(raised))] if body_end is not None else []
        for handler in node.handlers:
            way = self._meet([one.copy() for one in passed], raised, is_default=True) or state.copy()
            way = way.under(raised)
            if handler.name:
                self._set(handler.name, raised, way)
            ends.append(self._block(handler.body, way))
        met = self._meet([end for end in ends if end is not None], raised, is_default=True)
        if met is not None and jumps == (self._jumps, self._leaves):
            met.may, met.must = state.may, state.must
        return self._at_last(node.finalbody, passed, met, state) if node.finalbody else met

    _on_trystar = _on_try

    def _at_last(self, body: list[ast.stmt], passed: list[State], met: State | None, state: State) -> State | None:
        """What is done at last is done in any case, whatever was done before."""
        way = met.copy() if met is not None else self._meet(passed) or state.copy()
        way.may, way.must = state.may, state.must
        end = self._block(body, way)
        if end is None or met is None:
            return None
        end.may, end.must = end.may | met.may, end.must | met.must
        return end

    def _on_with(self, node: ast.With | ast.AsyncWith, state: State) -> State | None:
        for item in node.items:
            value = self.evaluate(item.context_expr, state)
            if item.optional_vars is not None:
                entered = value._replace(sums=(), objects=value.objects)
                self.assign(item.optional_vars, entered, item.context_expr, state)
        return self._block(node.body, state)

    _on_asyncwith = _on_with

    # What is defined and imported.

    def _on_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> State:
        for decorator in node.decorator_list:
            self.evaluate(decorator, state)
        self.defaults(node, state)
        inner = self.function.inner[id(node)]
        if not self._class:
            self._set(node.name, Value(objects=self.flow.known("function", inner)), state)
        return state

    _on_asyncfunctiondef = _on_functiondef

    def _on_classdef(self, node: ast.ClassDef, state: State) -> State:
        known = self.function.classes[id(node)]
        self._class.append(known)
        self._block(node.body, state.copy())
        self._class.pop()
        if not self._class:
            self._set(node.name, Value(objects=self.flow.known("class", known)), state)
        return state

    def _on_import(self, node: ast.Import, state: State) -> State:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            module = self.flow.program.modules.get(alias.name.rpartition(".")[2])
            self._set(name, Value(objects=self.flow.known("module", module) if module else 0), state)
        return state

    def _on_importfrom(self, node: ast.ImportFrom, state: State) -> State:
        modules = self.flow.program.modules
        source = modules.get((node.module or "").rpartition(".")[2])
        for alias in node.names:
            value = NOTHING_KNOWN
            if source is not None and alias.name in source.variables:
                source.seen_by_others.add(alias.name)
                value = self.variable(source, alias.name)
            elif alias.name in modules:
                value = Value(objects=self.flow.known("module", modules[alias.name]))
            self._set(alias.asname or alias.name, value, state)
        return state
