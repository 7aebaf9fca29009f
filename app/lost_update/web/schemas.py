"""JSON Schema of the shapes that the interface takes and gives: of a TypedDict as of a pydantic model.

Pydantic would describe a TypedDict too, but not `typing`'s before Python 3.12, and workers import nothing else. So
this reads the few kinds of types that our shapes are made of, and refuses all others, `Any` among them.
"""

import inspect
import re
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel

Schema = dict[str, Any]

PLAIN: Final = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


class Schemas:
    """Schemas by name, as they are asked for. Shapes refer to each other by `prefix` and name."""

    def __init__(self, prefix: str = "#/components/schemas/") -> None:
        self.by_name: dict[str, Schema] = {}
        self._prefix = prefix

    def of(self, kind: Any) -> Schema:
        """The schema of a type: for a shape, where it stands. Raises `TypeError` for what cannot be described."""
        if kind in PLAIN:
            return {"type": PLAIN[kind]}
        if is_typeddict(kind):
            return self._refer(kind, self._of_shape)
        if inspect.isclass(kind) and issubclass(kind, BaseModel):
            return self._refer(kind, self._of_model)
        return self._made_of_others(kind)

    def _made_of_others(self, kind: Any) -> Schema:
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Literal:
            (of_all,) = {type(each) for each in arguments}
            return {"type": PLAIN[of_all], "enum": list(arguments)}
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict and arguments[0] is str:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin in (Union, UnionType):
            return self._of_union(arguments)
        raise TypeError(f"{kind} cannot be described")

    def _refer(self, kind: Any, describe: Callable[[Any], Schema]) -> Schema:
        name = kind.__name__
        if name not in self.by_name:
            self.by_name[name] = {}  # so that a shape may refer to itself
            self.by_name[name] = describe(kind)
        return {"$ref": self._prefix + name}

    def _of_shape(self, shape: Any) -> Schema:
        hints = get_type_hints(shape)
        described = {"description": in_json(inspect.getdoc(shape))} if shape.__doc__ else {}
        return {
            "type": "object",
            **described,
            "properties": {name: self.of(hint) for name, hint in hints.items()},
            "required": [name for name in hints if name in shape.__required_keys__],
        }

    def _of_model(self, model: type[BaseModel]) -> Schema:
        schema = model.model_json_schema(ref_template=self._prefix + "{model}")
        self.by_name.update(schema.pop("$defs", {}))
        for field in schema["properties"].values():
            field.pop("title", None)
        del schema["title"]
        return {**schema, "description": in_json(schema["description"])}

    def _of_union(self, kinds: tuple[Any, ...]) -> Schema:
        if float in kinds:
            kinds = tuple(kind for kind in kinds if kind is not int)
        if all(kind in PLAIN for kind in kinds):
            names = [PLAIN[kind] for kind in kinds]
            return {"type": names if len(names) > 1 else names[0]}
        return {"anyOf": [self.of(kind) for kind in kinds]}


def in_json(text: str | None) -> str:
    """A docstring in the words of JSON."""
    return re.sub(r"\bNone\b", "null", text or "")
