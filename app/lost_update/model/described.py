"""What the interface's description says of some shapes beyond their types. Pure.

The libraries that read it are those of the web. They ask for it by the names of these methods, so that a process that
only traces or analyses need not import them: that takes longer than all the rest of the model.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

T = TypeVar("T")


class Described:
    """In an annotation: the description of the type is this schema."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema: Final = schema

    def __get_pydantic_json_schema__(self, _core_schema: Any, _handler: Any) -> dict[str, Any]:
        return dict(self.schema)


class Text:
    """In an annotation: a text that looks like that pattern. Any other is refused."""

    def __init__(self, pattern: str) -> None:
        self.pattern: Final = pattern

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return {**handler(source), "pattern": self.pattern}


def described_by(say_more: Callable[[dict[str, Any]], None]) -> Callable[[T], T]:
    """A decorator: the description of a class goes through this function, which adds to it."""

    def describe(shape: T) -> T:
        described: Any = shape
        described.__pydantic_config__ = {"json_schema_extra": say_more}
        return shape

    return describe
