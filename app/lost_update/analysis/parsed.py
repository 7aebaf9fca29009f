"""The text of a source as a tree, or nothing: it may come from a file that nobody has to trust. Pure.

Whoever walks down a tree calls itself once or more a level. So what is nested too deeply for that is no tree to us,
just as what Python's own parser gives up on.
"""

import ast
from typing import Final

DEEPEST: Final = 150
"""Levels of a tree. What people write has some 20; a chain of 100 `elif`s has 100."""


def tree_of(text: str) -> ast.Module | None:
    """The text as a tree; None where it is no Python, or nested too deeply."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    return None
