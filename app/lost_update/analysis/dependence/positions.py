"""Where in a source something stands, as CPython gives it for an instruction, and as the syntax tree has it.

The two are the same for most instructions. Where they are not, depends on the version of Python:

    (book            the attribute, the call and what is assigned to it begin at `.get`, not at `(book`,
       .get("a"))    where the attribute is on a line below its object
    for x in cells:  what takes the next element has the whole statement (3.11), or `cells` (3.12 and later)
    if book:         what asks for its truth has the whole statement (3.11), or `book`
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple


class Position(NamedTuple):
    """As `code.co_positions()` gives it: lines from 1, columns from 0 in bytes of UTF-8."""

    line: int
    end_line: int
    column: int
    end_column: int


class Place(NamedTuple):
    """A position in one of the sources."""

    source: int
    position: Position


def position_of(node: ast.AST) -> Position | None:
    """Where that node of a syntax tree stands; None for one that has no position, such as a module."""
    line, end_line = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    column, end_column = getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)
    if line is None or end_line is None or column is None or end_column is None:
        return None
    return Position(line, end_line, column, end_column)


def positions_of(node: ast.AST) -> Iterator[Position]:
    """Every position that an instruction of that node may have, in any version of Python."""
    whole = position_of(node)
    if whole is None:
        return
    yield whole
    attribute = node.func if isinstance(node, ast.Call) else node
    if isinstance(attribute, ast.Attribute) and attribute.end_lineno and attribute.end_col_offset is not None:
        named_at = attribute.end_col_offset - len(attribute.attr.encode())
        if attribute.value.end_lineno != attribute.end_lineno or attribute.value.lineno != attribute.end_lineno:
            yield Position(attribute.end_lineno, whole.end_line, named_at, whole.end_column)
