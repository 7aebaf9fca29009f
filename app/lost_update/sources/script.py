"""A person's own script: the command that runs it, as Python itself would."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self


class NoScript(Exception):
    """There is no such script. The message says, in one line, what to do."""


@dataclass(frozen=True)
class Script:
    """What is to be run: `arguments` as they stand after `python`."""

    arguments: tuple[str, ...]
    directory: Path

    @classmethod
    def of_file(cls, file: str, arguments: tuple[str, ...]) -> Self:
        """A file, or a directory or archive with a `__main__`. Raises `NoScript`."""
        path = Path(file)
        try:
            if path.is_dir():
                if not (path / "__main__.py").is_file():
                    raise NoScript(f"{file} is a directory without a __main__.py. Name the script itself.")
            else:
                with path.open("rb"):
                    pass
        except OSError as error:
            raise NoScript(f"Cannot read {file}: {error.strerror}. Check the name and the working directory.") from None
        return cls((file, *arguments), Path.cwd())

    @classmethod
    def of_module(cls, module: str, arguments: tuple[str, ...]) -> Self:
        """A module, as `python -m` runs it."""
        return cls(("-m", module, *arguments), Path.cwd())

    @property
    def command(self) -> list[str]:
        """What to execute."""
        return [sys.executable, *self.arguments]

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return self.arguments[1] if self.arguments[0] == "-m" else os.fsdecode(self.arguments[0])
