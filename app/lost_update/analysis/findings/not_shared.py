"""Copies that were changed where a shared thing was meant. Nothing of that is a step, so it is at most suspected.

    total = 0                          book = manager.dict(names=[])
    def worker():                      book["names"].append(name)
        global total; total += 1           gets a copy of the list, and changes the copy
    …
    print(total)   the parent's own

The text says which functions processes run, or the workers of a pool, what plain names of the module those change, and
which of these the module's own code reads after it has started them, at its level or in functions that it calls there.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from lost_update.analysis.findings.evidence import Evidence, Found, Place
from lost_update.analysis.findings.source_text import SourceText, source_text
from lost_update.model.ops import Op

_CHANGES: Final = frozenset(
    {
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "add",
        "discard",
        "update",
        "setdefault",
        "sort",
        "reverse",
    }
)
_HANDS_OUT: Final = (
    "map",
    "map_async",
    "starmap",
    "starmap_async",
    "imap",
    "imap_unordered",
    "apply",
    "apply_async",
    "submit",
)
_WORKERS: Final = ("worker", "_process_worker")
"""What the processes of a pool and of an executor run."""

_MAKES_A_COPY: Final = frozenset({"list", "dict", "set", "defaultdict", "Counter", "deque", "OrderedDict"})


@dataclass
class Copied:
    """What the words are made of: a plain name of a module, or a part of a manager's object that one gets a copy of."""

    name: str
    changed: Place
    read: Place | None
    holder: str | None
    """What the manager's object is called in the text."""


def find(evidence: Evidence) -> list[Found]:
    """What is suspected once the run is over."""
    return [*_plain_names(evidence), *_nested_objects(evidence)]


def _suspected(details: Copied, places: list[Place], target: int = 0, steps: list[int] | None = None) -> Found:
    return Found("not_shared", "suspected", target, len(places), places, steps or [], details)


# Plain names -------------------------------------------------------------------------------------------------------


def _plain_names(evidence: Evidence) -> Iterator[Found]:
    running = {
        (view.get("does") or "").rpartition(".")[2]: lane
        for lane, view in evidence.view_of_lane.items()
        if view.get("does") and view["parent"] is not None
    }
    worker = next((running[does] for does in _WORKERS if does in running), None)
    for number in range(1, len(evidence.names.sources) + 1):
        text = source_text(number, evidence.names)
        if text.tree is not None and running:
            yield from _of_module(text.tree, number, running, worker)


def _of_module(tree: ast.Module, source: int, running: dict[str, int], worker: int | None) -> Iterator[Found]:
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    plain = _plain_values(tree)
    own_code = [statement for statement in tree.body if not isinstance(statement, ast.FunctionDef | ast.ClassDef)]
    called = {node.func.id for node in _all(own_code) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    calls = [function for name, function in functions.items() if name in called]
    everywhere = [*own_code, *calls]
    started = _lines_of_starts(everywhere)
    if worker is not None:
        running = dict.fromkeys(_handed_out(everywhere), worker) | running
    for name, function in functions.items():
        if name not in running or name in called or not started:
            continue
        for changed, line in _changed_in(function, plain).items():
            reads = _reads_of([*own_code, *(one for one in calls if changed not in _local_names(one))], changed)
            read = next((at for at in reads if at > min(started)), None)
            if read is not None:
                places = [Place(source, line, running[name]), Place(source, read, 0)]
                yield _suspected(Copied(changed, places[0], places[1], None), places)


def _plain_values(tree: ast.Module) -> set[str]:
    """The names that the module gives a number, a text, or a list or the like of its own."""
    names: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and _is_plain(statement.value):
            names.update(target.id for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names.update([statement.target.id] if statement.value is not None and _is_plain(statement.value) else [])
    return names


def _is_plain(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in _MAKES_A_COPY
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float | str)
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.UnaryOp | ast.BinOp)


def _changed_in(function: ast.FunctionDef, plain: set[str]) -> dict[str, int]:
    """Which of the names the function changes, and the first line that does."""
    declared = _global_names(function)
    local = _local_names(function)
    changed: dict[str, int] = {}
    for node in ast.walk(function):
        name = _name_changed(node, declared)
        if name is not None and name in plain and name not in local:
            changed.setdefault(name, getattr(node, "lineno", function.lineno))
    return changed


def _global_names(function: ast.FunctionDef) -> set[str]:
    return {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}


def _local_names(function: ast.FunctionDef) -> set[str]:
    local = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return local | (stored - _global_names(function))


def _handed_out(body: Sequence[ast.stmt]) -> set[str]:
    """The functions that are handed to a pool or an executor."""
    return {
        node.args[0].id
        for node in _all(body)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _HANDS_OUT
        and node.args
        and isinstance(node.args[0], ast.Name)
    }


def _name_changed(node: ast.AST, declared: set[str]) -> str | None:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in declared:
        return node.id
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
        return node.value.id
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES
    if is_method and isinstance(node.func.value, ast.Name):  # type: ignore[attr-defined]
        return str(node.func.value.id)  # type: ignore[attr-defined]
    return None


def _lines_of_starts(body: Sequence[ast.stmt]) -> list[int]:
    return [
        node.lineno
        for node in _all(body)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("start", *_HANDS_OUT)
    ]


def _reads_of(body: Sequence[ast.stmt], name: str) -> list[int]:
    return sorted(
        node.lineno
        for node in _all(body)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id == name
    )


def _all(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


# Objects in a manager's ----------------------------------------------------------------------------------------------


def _nested_objects(evidence: Evidence) -> Iterator[Found]:
    """Lines that get a list or the like from a manager's object and change what they got, with no write after it."""
    of_manager = np.array(
        [False, *(target.kind == "cell" and "anager" in (target.what or "") for target in evidence.names.declared)]
    )
    reads = evidence.reads[of_manager[evidence.target[evidence.reads]]]
    _, firsts = np.unique(evidence.where[reads], return_index=True)
    for step in reads[firsts].tolist():
        place = evidence.place(step)
        holder = _changes_a_copy(source_text(place.source, evidence.names), place.line)
        if holder is not None and not _writes_next(evidence, step):
            cell = int(evidence.target[step])
            name = evidence.declared(cell).name
            yield _suspected(Copied(name, place, None, holder), [place], cell, [step])


def _changes_a_copy(text: SourceText, line: int) -> str | None:
    """What `x` is where the line says `x[…].append(…)` or `x[…][…] = …`."""
    for node in ast.walk(text.tree) if text.tree is not None else ():
        if getattr(node, "lineno", 0) != line:
            continue
        inner: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            inner = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            inner = node.value
        if isinstance(inner, ast.Subscript):
            return ast.unparse(inner.value)
    return None


def _writes_next(evidence: Evidence, step: int) -> bool:
    """Whether the lane wrote something at once, in the same line: then what it got was shared, too."""
    own = np.flatnonzero(evidence.lane[step + 1 : step + 2000] == evidence.lane[step])[:4] + step + 1
    rows = evidence.rows[own]
    return bool(((rows["op"] == Op.WRITE) & (rows["line"] == evidence.rows["line"][step])).any())
