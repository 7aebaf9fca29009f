"""A page as one file, which needs no server: its sheets, its scripts and its data stand in it.

No browser loads a module from a file, and a frame may have no address at all. So the modules become functions of one
plain script (page.together), those included that a page would fetch later. The script is packed, since a file is mailed
and stored: a few lines unpack it and put it on the page.

The file says which script and which sheets may work in it, by their hashes, and that nothing may be fetched: whatever
a name in a recording pretends to be, it stays text.
"""

import gzip
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, Final

from markupsafe import Markup

from lost_update.page.files import folder, modules, without_comments
from lost_update.page.templates import EVERYWHERE, environment
from lost_update.page.together import NotTogether, as_function

LAZY_SHEETS: Final = ("code", "map", "anatomy", "distribution", "stages", "share", "help", "projector")
"""Those that scripts fetch later from a server."""

_BASE: Final = "https://one-file.invalid/static/js/"
"""Where a script believes to have come from. Nothing is ever asked there: the policy of the file forbids it."""

_START: Final = """"use strict";
(() => {
const $at = "%s";
const modules = {
%s
};
const loaded = new Map();
function $load(name) {
if (!loaded.has(name)) loaded.set(name, modules[name]($load));
return loaded.get(name);
}
$load("%s");
})();
"""


UNPACKING: Final = """"use strict";
(async () => {
const letters = atob(document.getElementById("scripts").textContent);
const packed = new Blob([Uint8Array.from(letters, (letter) => letter.charCodeAt(0))]);
const script = document.createElement("script");
script.textContent = await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).text();
document.head.append(script);
})().catch(() => {
document.querySelector("[data-part=notice-text]").textContent = "This browser cannot unpack the page. Try a newer one.";
document.querySelector("[data-part=notice]").hidden = false;
});
"""


@cache
def script(entry: str) -> str:
    """The script that a page begins with and all that it ever imports, as one plain script."""
    names = modules(entry, later=True)
    whole = _START % (_BASE, "\n".join(map(as_function, names)), entry)
    if "<!--" in whole:
        raise NotTogether("In a plain script, other than in a module, <!-- begins a comment.")
    return whole


@cache
def packed(entry: str) -> str:
    """The same, as it stands in the file."""
    return b64encode(gzip.compress(script(entry).encode(), mtime=0)).decode()


@cache
def sheet(name: str) -> str:
    """A sheet, without its comments."""
    text = (folder("static") / "css" / f"{name}.css").read_text(encoding="utf-8")
    return "\n" + "\n".join(line for line in without_comments(text, ".css").splitlines() if line) + "\n"


@cache
def icon() -> str:
    """The icon, as an address that holds it."""
    return "data:image/svg+xml;base64," + b64encode((folder("static") / "icon.svg").read_bytes()).decode()


def policy(scripts: Iterable[str], sheets: Iterable[str]) -> str:
    """What may happen in the file: these scripts and sheets, pictures that are made in the page, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, sheets))}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def write(
    template: str, entry: str, sheets: Iterable[str], context: Mapping[str, Any], embedded: Mapping[str, Any]
) -> bytes:
    """The page. `embedded` is what its scripts get as JSON."""
    names = dict.fromkeys((*EVERYWHERE, *sheets, *LAZY_SHEETS))
    styles = {name: Markup(sheet(name)) for name in names}
    file = {
        "policy": policy([UNPACKING, script(entry)], styles.values()),
        "sheets": styles,
        "icon": icon(),
        "scripts": packed(entry),
        "unpacking": Markup(UNPACKING),
    }
    given = {"problem": None, "traced": None, "root": "", **context, "embedded": embedded, "one_file": file}
    return environment().get_template(template).render(given).encode()
