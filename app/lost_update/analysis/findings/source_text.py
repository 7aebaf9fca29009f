"""What the text of a source says at its lines: which conditions decide a line, where a loop waits for a change.

Only the text is looked at, never run. A text that does not parse says nothing, and nothing is concluded from that.
"""

import ast
import textwrap
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Final

from lost_update.analysis.parsed import tree_of
from lost_update.model.encoding import Names

_LEAVES: Final = (ast.Return, ast.Break, ast.Continue, ast.Raise)
_Body = list[ast.stmt]


class SourceText:
    """One source, parsed when it is first asked about."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = text.splitlines()

    @cached_property
    def tree(self) -> ast.Module | None:
        """The text as a tree, or None where it is no Python."""
        return tree_of(self.text)

    def line(self, number: int) -> str:
        """A line as it stands, without the space around it."""
        return self._lines[number - 1].strip() if 0 < number <= len(self._lines) else ""

    def between(self, first: int, last: int) -> str:
        """The lines from the first to the last, with their common indentation taken away."""
        return textwrap.dedent("\n".join(self._lines[first - 1 : last]))

    def statement(self, number: int) -> str:
        """The smallest statement that the line is in, dedented; of one with a body only the line itself."""
        found = self._innermost.get(number)
        if found is None or hasattr(found, "body"):
            return self.line(number)
        return self.between(found.lineno, found.end_lineno or found.lineno)

    def function_of(self, number: int) -> str | None:
        """The name of the innermost function that the line is in; None at the level of the module."""
        return self._functions.get(number)

    def decides(self, test: int, number: int) -> bool:
        """Whether the line `test` is in a condition that the line `number` stands under, or is left by before it.

        A function that is called under a condition everywhere stands under it as a whole.
        """
        return test in self._conditions.get(number, frozenset()) or test in self._conditions_of_calls(number)

    def asks_for_equality(self, number: int) -> bool:
        """Whether the line asks whether something is exactly so: then a change in any direction matters."""
        statement = self._innermost.get(number)
        test = getattr(statement, "test", statement)
        return test is not None and any(
            isinstance(node, ast.Compare)
            and any(not isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in node.ops)
            for node in ast.walk(test)
        )

    def only_sets_a_flag(self, number: int) -> bool:
        """Whether the line sets a constant, and nothing else is done beside it: to do so twice does no harm."""
        statement = self._innermost.get(number)
        suite = self._suites.get(statement, []) if statement is not None else []
        return _sets_a_constant(statement) and all(map(_does_no_harm, suite))

    def is_released_where_acquired(self, number: int) -> bool:
        """Whether what the line acquires by a call is released in the same function, or it is no such call."""
        acquired = self._calls_of("acquire", number, number)
        if not acquired or self.tree is None:
            return True
        function = self._functions.get(number)
        lines = (
            [line for line, name in self._functions.items() if name == function] if function else [1, len(self._lines)]
        )
        return acquired <= self._calls_of("release", min(lines), max(lines))

    def _calls_of(self, method: str, first: int, last: int) -> set[str]:
        """On what the method is called between these lines."""
        return {
            ast.unparse(node.value)
            for node in (ast.walk(self.tree) if self.tree is not None else ())
            if isinstance(node, ast.Attribute) and node.attr == method and first <= node.lineno <= last
        }

    def waits_at(self, number: int) -> bool:
        """Whether the line is in the condition of a loop, or in one that ends it: what is read there is waited for."""
        return number in self._waiting_lines

    def is_asked_again(self, number: int) -> bool:
        """Whether the line waits for a condition that is asked in a loop around it, or within it."""
        return number in self._asked_again or "wait_for(" in self.line(number)

    def imports_or_names(self, *words: str) -> bool:
        """Whether any of the words stands anywhere in the code."""
        return any(name in words for name in self._names)

    def shared_expression(self, number: int, member: str | None = None) -> str | None:
        """What `x` is in `x.value`, `x.member` or `x[…]` at that line, as written there."""
        wanted = {"value", member}
        statement = self._innermost.get(number)
        nodes = list(ast.walk(statement)) if statement is not None else []
        here = [node for node in nodes if getattr(node, "lineno", 0) <= number <= (getattr(node, "end_lineno", 0) or 0)]
        for node in here:
            if isinstance(node, ast.Attribute) and node.attr in wanted:
                return ast.unparse(node.value)
        for node in here:
            if isinstance(node, ast.Subscript):
                return ast.unparse(node.value)
        return None

    @cached_property
    def _innermost(self) -> dict[int, ast.stmt]:
        innermost: dict[int, ast.stmt] = {}
        for node in ast.walk(self.tree) if self.tree is not None else ():
            if isinstance(node, ast.stmt):
                for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    known = innermost.get(number)
                    if known is None or _length(node) <= _length(known):
                        innermost[number] = node
        return innermost

    @cached_property
    def _suites(self) -> dict[ast.stmt, _Body]:
        suites: dict[ast.stmt, _Body] = {}
        for node in ast.walk(self.tree) if self.tree is not None else ():
            for part in _bodies(node):
                suites.update(dict.fromkeys(part, part))
        return suites

    @cached_property
    def _functions(self) -> dict[int, str]:
        functions: dict[int, str] = {}
        for node in ast.walk(self.tree) if self.tree is not None else ():  # outer ones come first
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.update(dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node.name))
        return functions

    @cached_property
    def _conditions(self) -> dict[int, frozenset[int]]:
        conditions: dict[int, frozenset[int]] = {}
        if self.tree is not None:
            _spread(self.tree.body, frozenset(), _assigned(self.tree.body) | _answers(self.tree), conditions)
        return conditions

    def _conditions_of_calls(self, number: int) -> frozenset[int]:
        """What decides whether the function is called that the line is in: the same at each of its calls."""
        name = self._functions.get(number)
        calls = self._calls.get(name, []) if name is not None else []
        return frozenset.intersection(*(self._conditions.get(line, frozenset()) for line in calls or [0]))

    @cached_property
    def _calls(self) -> dict[str, list[int]]:
        """Of each name the lines where it is called, or handed to somebody who may call it."""
        calls: dict[str, list[int]] = {}
        for node in ast.walk(self.tree) if self.tree is not None else ():
            if isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                calls.setdefault(name, []).append(node.lineno)
        return calls

    @cached_property
    def _waiting_lines(self) -> set[int]:
        lines: set[int] = set()
        for loop in ast.walk(self.tree) if self.tree is not None else ():
            if isinstance(loop, ast.While):
                lines |= _lines(loop.test)
                for node in _inside(loop.body):
                    if isinstance(node, ast.If) and _leaves(node.body, (ast.Break, ast.Return)):
                        lines |= _lines(node.test)
        return lines

    @cached_property
    def _asked_again(self) -> set[int]:
        lines: set[int] = set()
        for loop in ast.walk(self.tree) if self.tree is not None else ():
            if isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant):
                lines.update(range(loop.lineno, (loop.end_lineno or loop.lineno) + 1))
        return lines

    @cached_property
    def _names(self) -> set[str]:
        names: set[str] = set()
        for node in ast.walk(self.tree) if self.tree is not None else ():
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names.update(part for alias in node.names for part in alias.name.split("."))
                names.update((getattr(node, "module", None) or "").split("."))
        return names


@lru_cache(maxsize=256)
def _parsed(text: str) -> SourceText:
    return SourceText(text)


_NO_TEXT: Final = SourceText("")


def source_text(source: int, names: Names) -> SourceText:
    """The source of that number."""
    return _parsed(names.sources[source - 1]["text"]) if 0 < source <= len(names.sources) else _NO_TEXT


def _length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno


def _lines(node: ast.AST) -> set[int]:
    return {
        number
        for part in ast.walk(node)
        if isinstance(part, ast.expr)
        for number in range(part.lineno, (part.end_lineno or part.lineno) + 1)
    }


def _inside(body: _Body) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


def _leaves(body: _Body, kinds: tuple[type[ast.stmt], ...] = _LEAVES) -> bool:
    return bool(body) and isinstance(body[-1], kinds)


def _answers(tree: ast.Module) -> dict[str, set[int]]:
    """Of each function of the text, as `name()`, the lines of what it returns: where it is asked, they decide."""
    lines: dict[str, set[int]] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            assigned = _assigned(function.body)
            for node in _inside(function.body):
                if isinstance(node, ast.Return) and node.value is not None:
                    lines.setdefault(f"{function.name}()", set()).update(_deciding(node.value, assigned))
    return lines


def _assigned(body: _Body) -> dict[str, set[int]]:
    """Of each name that is assigned in the body of a function the lines of what is assigned to it."""
    lines: dict[str, set[int]] = {}
    for node in _inside(body):
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    lines.setdefault(target.id, set()).update(_lines(value))
    return lines


def _deciding(test: ast.expr, assigned: dict[str, set[int]]) -> frozenset[int]:
    """The lines of a condition, and of what was assigned to the names in it, or is returned by what it asks."""
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    names |= {f"{name}()" for name in names}
    names |= {f"{node.attr}()" for node in ast.walk(test) if isinstance(node, ast.Attribute)}
    return frozenset(_lines(test).union(*(assigned.get(name, set()) for name in names)))


def _spread(
    body: _Body, above: frozenset[int], assigned: dict[str, set[int]], conditions: dict[int, frozenset[int]]
) -> None:
    """Note for every line of the body the lines of the conditions that decide whether it runs."""
    for statement in body:
        for number in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            conditions[number] = above
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            _spread(statement.body, frozenset(), {**assigned, **_assigned(statement.body)}, conditions)
        elif isinstance(statement, ast.If | ast.While):
            under = above | _deciding(statement.test, assigned)
            _spread(statement.body, under, assigned, conditions)
            _spread(statement.orelse, under, assigned, conditions)
            conditions[statement.lineno] = under if _is_on_one_line(statement) else above
            if isinstance(statement, ast.If) and _leaves(statement.body):
                above = under
        else:
            for part in _bodies(statement):
                _spread(part, above, assigned, conditions)


def _is_on_one_line(statement: ast.If | ast.While) -> bool:
    return statement.body[0].lineno == statement.lineno


def _sets_a_constant(statement: ast.stmt | None) -> bool:
    return isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)


def _does_no_harm(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Return):
        return statement.value is None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return isinstance(statement.value.func, ast.Name) and statement.value.func.id == "print"
    return isinstance(statement, ast.Break | ast.Continue | ast.Pass) or _sets_a_constant(statement)


def _bodies(statement: ast.AST) -> Iterator[_Body]:
    for name in ("body", "orelse", "finalbody"):
        part = getattr(statement, name, None)
        if isinstance(part, list):
            yield part
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
    for case in getattr(statement, "cases", ()):
        yield case.body
