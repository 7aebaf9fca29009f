"""How functions of the standard library are changed in place, and look the same to whoever reads them or a traceback.

Three ways:
    replace      our function in the place of theirs, with its name
    disguise     the same, and our frame looks in a traceback as theirs would: same file, line and columns
    instrument   their function as it is in its file, compiled again with a call before and a call after its body
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import CellType, CodeType, FunctionType
from typing import Any, Final, cast

from lost_update.tracing.script.declarations import give_up

_ONLY_THE_TREE: Final = 0x400
_LONG_FORM: Final = 14
_UNITS_AN_ENTRY: Final = 8


def replace(owner: Any, name: str, new: Any) -> Any:
    """Put a function in the place of `owner.name`; it is called as that one is. Gives what was there."""
    plain = getattr(owner, name)
    _name_alike(new, plain)
    setattr(owner, name, new)
    return plain


def _name_alike(new: Any, plain: Any) -> None:
    for attribute in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(new, attribute, getattr(plain, attribute, None))


def disguise(new: Any, plain: Any, operation: str, about: str | None = None) -> Any:
    """Make a frame of `new` look as one of `plain` that has come to its first instruction of that kind, about that."""
    code: CodeType = new.__code__
    model: CodeType = plain.__code__
    # Where that is not possible, a traceback through it shows our file.
    with suppress(ValueError, TypeError):
        new.__code__ = code.replace(
            co_filename=model.co_filename,
            co_name=model.co_name,
            co_qualname=model.co_qualname,
            co_firstlineno=model.co_firstlineno,
            co_linetable=_all_at(_position_of(model, operation, about), len(code.co_code) // 2, model.co_firstlineno),
        )
    _name_alike(new, plain)
    return new


def _position_of(code: CodeType, operation: str, about: str | None) -> tuple[int, int, int, int]:
    from dis import get_instructions

    for instruction in get_instructions(code):
        position = instruction.positions
        is_it = instruction.opname.startswith(operation) and about in (None, instruction.argval)
        if is_it and position is not None and None not in position:
            return cast(tuple[int, int, int, int], tuple(position))
    raise ValueError(f"{code.co_qualname} has no {operation}")


def _all_at(position: tuple[int, int, int, int], units: int, first_line: int) -> bytes:
    """A table of locations that puts all instructions into one place of the source."""
    line, end_line, column, end_column = position
    table = bytearray()
    before = first_line
    while units > 0:
        length = min(units, _UNITS_AN_ENTRY)
        table.append(0x80 | _LONG_FORM << 3 | length - 1)
        table += bytes(_varint((line - before) << 1 if line >= before else (before - line) << 1 | 1))
        table += bytes([*_varint(end_line - line), *_varint(column + 1), *_varint(end_column + 1)])
        before = line
        units -= length
    return bytes(table)


def _varint(number: int) -> Iterator[int]:
    while number >= 0x40:
        yield 0x40 | number & 0x3F
        number >>= 6
    yield number


Before = Callable[..., Any]
After = Callable[..., None]


def instrument(owner: Any, name: str, before: Before | None = None, after: After | None = None) -> None:
    """Have `before(*arguments)` called first in `owner.name`, and last `after(what before gave, *arguments)`.

    `after` is called however the function ends. What the two raise ends the tracing of the process, nothing else.
    """
    plain = vars(owner)[name] if isinstance(owner, type) else getattr(owner, name)
    function = plain.__func__ if isinstance(plain, staticmethod) else plain
    hooks = {"_before": _quiet(before), "_after": _quiet(after)}
    new = _compiled_again(function, hooks) or _wrapped(function, **hooks)
    setattr(owner, name, staticmethod(new) if isinstance(plain, staticmethod) else new)


def _quiet(hook: Callable[..., Any] | None) -> Callable[..., Any]:
    if hook is None:
        return _nothing
    called = hook

    def quiet(*arguments: Any) -> Any:
        try:
            return called(*arguments)
        except Exception as error:
            give_up(error)
            return None

    return quiet


def _nothing(*_: Any) -> None:
    return None


def _wrapped(plain: Any, _before: Before, _after: After) -> Any:
    def wrapper(*arguments: Any, **named: Any) -> Any:
        given = _before(*arguments, *named.values())
        try:
            return plain(*arguments, **named)
        finally:
            _after(given, *arguments, *named.values())

    _name_alike(wrapper, plain)
    return wrapper


def _compiled_again(plain: Any, hooks: dict[str, Any]) -> FunctionType | None:
    """The function with the calls in it, or None where its source is not at hand, or is not what runs."""
    code = plain.__code__
    try:
        tree = _tree_of(code)
    except (OSError, SyntaxError, ValueError):
        return None
    same = _find(compile(tree, code.co_filename, "exec", dont_inherit=True), code.co_name)
    if same is None or _shape_of(same) != _shape_of(code) or plain.__closure__:
        return None
    function = _function_in(tree)
    _add_calls(function, code)
    factory: Any = compile("def factory(_before, _after): pass", "", "exec", _ONLY_THE_TREE, dont_inherit=True)
    factory.body[0].body = [function]
    made = _find(compile(factory, code.co_filename, "exec", dont_inherit=True), code.co_name)
    if made is None:
        return None
    new = FunctionType(
        made.replace(co_qualname=code.co_qualname),
        plain.__globals__,
        plain.__name__,
        plain.__defaults__,
        tuple(CellType(hooks[name]) for name in made.co_freevars),
    )
    new.__kwdefaults__ = plain.__kwdefaults__
    _name_alike(new, plain)
    return new


def _shape_of(code: CodeType) -> Any:
    # Not the instructions: those of a function alone differ a little from those of one compiled within its module.
    lines = {line for *_, line in code.co_lines()}
    return code.co_varnames, sorted(code.co_names), code.co_firstlineno, lines, code.co_flags


def _tree_of(code: CodeType) -> Any:
    """The syntax tree of a function alone, with the lines and columns that it has in its file."""
    with open(code.co_filename, encoding="utf-8") as source:
        lines = source.read().splitlines()
    first = code.co_firstlineno
    last = max(line for *_, line in code.co_lines() if line is not None)
    # A function whose last statement takes several lines ends with an empty one.
    while last < len(lines) and lines[last].strip():
        last += 1
    text = lines[first - 1 : last]
    if text[0].startswith((" ", "\t")):
        text.insert(0, "class _:")
        first -= 1
    padded = "\n" * (first - 1) + "\n".join(text) + "\n"
    return compile(padded, code.co_filename, "exec", _ONLY_THE_TREE, dont_inherit=True)


def _function_in(tree: Any) -> Any:
    node = tree.body[0]
    while not hasattr(node, "args"):
        node = node.body[0]
    return node


def _add_calls(function: Any, code: CodeType) -> None:
    import _ast

    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    names += [arguments.vararg.arg] if arguments.vararg else []
    names += [each.arg for each in arguments.kwonlyargs]
    names += [arguments.kwarg.arg] if arguments.kwarg else []
    # What is added stands where the function's head does: no traceback shows it.
    at: Any = {"lineno": code.co_firstlineno, "col_offset": 0, "end_lineno": code.co_firstlineno, "end_col_offset": 0}

    def name(word: str, context: Any = _ast.Load) -> Any:
        return _ast.Name(id=word, ctx=context(), **at)

    def call(hook: str, words: list[str]) -> Any:
        return _ast.Call(func=name(hook), args=[name(word) for word in words], keywords=[], **at)

    doc = function.body[:1] if code.co_consts and _is_text(function.body[0]) else []
    body = function.body[len(doc) :]
    first = _ast.Assign(targets=[name("_given", _ast.Store)], value=call("_before", names), **at)
    last = _ast.Expr(value=call("_after", ["_given", *names]), **at)
    function.body = [*doc, first, _ast.Try(body=body, handlers=[], orelse=[], finalbody=[last], **at)]
    function.decorator_list = []


def _is_text(statement: Any) -> bool:
    return isinstance(getattr(getattr(statement, "value", None), "value", None), str)


def _find(code: CodeType, name: str) -> CodeType | None:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            found = each if each.co_name == name else _find(each, name)
            if found is not None:
                return found
    return None


def caller(depth: int = 1) -> Any:
    """The frame of whoever called the function that asks, `depth` calls up."""
    return sys._getframe(depth + 1)
