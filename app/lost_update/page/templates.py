"""The one Jinja environment in which every page is written."""

import re
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader
from jinja2.ext import Extension
from markupsafe import Markup, escape

from lost_update import __version__
from lost_update.page.files import folder

EVERYWHERE: Final = ("tokens", "base", "shell", "layout")
"""The sheets that every page has."""

START_SHEETS: Final = ("start", "stage")
"""The sheets of the page Race before there are any runs: the others come with the first."""

RUN_SHEETS: Final = ("controls", "scoreboard", "stage", "panels", "transport")
"""The sheets of a page that shows runs."""


class Dense(Extension):
    """Removes the indentation of templates: no page depends on it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The template without it."""
        return re.sub(r"\n[ ]+", "\n", source)


def prose(text: str) -> Markup:
    """A text in which `backticks` mark code, as HTML."""
    pieces = (
        Markup('<code class="prose-code">{}</code>').format(piece) if index % 2 else escape(piece)
        for index, piece in enumerate(text.split("`"))
    )
    return Markup("").join(pieces)


@cache
def environment() -> Environment:
    """It leaves out white space, because pages must stay small."""
    found = Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Dense],
    )
    found.policies["json.dumps_kwargs"] = {"separators": (",", ":"), "ensure_ascii": False}
    found.filters["prose"] = prose
    found.globals["version"] = __version__
    return found
