"""Several modules as one plain script: a page asks once, where it would ask for dozens.

    static/js/core/a.js   import { b } from "./b.js";     ──▶   "core/a.js": (async ($load) => {
                          export function a() {…}                 const { b } = await $load("core/b.js");
                                                                  function a() {…}
                                                                  return { a };
                                                                }),

No build step: a module becomes a function when it is asked for, otherwise as it is written, line by line. Each runs
once, when it is first loaded, after those that it imports, as modules do. What this does not know it refuses, so
nothing is left out unseen.

    together/pages/race/main.js                  the script that a page begins with, and all that it imports; it runs
    together/views/race-view.js~charts/map.js    what a script that is imported later needs beyond the one that imports
                                                 it; it runs when it is loaded, and may be asked for before that
    js/core/event-worker.js                      a worker is another world, and has the modules themselves

A map beside each of them tells the tools of a browser which line of which file a line comes from.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from lost_update.page.files import folder, imported_later, modules, named, without_comments

FOLDER: Final = "together/"

_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_IMPORT_ALL: Final = re.compile(r'^import \* as (\w+) from "(\.[^"]+)";$', re.MULTILINE)
_LATER: Final = re.compile(r'\bimport\("(\.[^"]+)"\)')
_EXPORT: Final = re.compile(r"^export ((?:async )?function\*? |class |const )(\w+)", re.MULTILINE)
_LEFT: Final = re.compile(r"^\s*(?:import|export)\b|\bimport[.(]", re.MULTILINE)

_START: Final = """"use strict";
(() => {
const $static = new URL("%(up)s", document.currentScript.src).href, $at = $static + "js/";
const { made, loaded } = (globalThis.lostUpdateModules ??= { made: new Map(), loaded: new Map() });
const fetched = (address, name) => new Promise((resolve, reject) => {
const script = document.createElement("script");
script.src = $static + address;
script.addEventListener("load", resolve);
script.addEventListener("error", () => {
loaded.delete(name);
script.remove();
reject(new TypeError(`${address} could not be fetched.`));
});
document.head.append(script);
});
const $load = (name, importer) => {
if (!loaded.has(name)) {
const run = () => made.get(name)($load);
loaded.set(name, made.has(name) ? run() : fetched(`together/${importer}~${name}`, name).then(run));
}
return loaded.get(name);
};
for (const [name, module] of Object.entries({
"""

_END: Final = """})) if (!made.has(name)) made.set(name, module);
%s})();
"""


class NotTogether(Exception):
    """A script is written in a way that this module does not know. The message names it."""


def whole(entry: str) -> str:
    """The address of the script that a page begins with, below `static`."""
    return FOLDER + entry


@cache
def part(entry: str, script: str) -> str:
    """The address of a script that a page which begins with `entry` imports later, and of what it needs."""
    importer = next(name for name in modules(entry, later=True) if script in imported_later(name))
    return _later(importer, script)


def addresses(entry: str) -> Iterator[str]:
    """All that a page which begins with `entry` can ever ask for."""
    yield whole(entry)
    for importer in modules(entry, later=True):
        for script in imported_later(importer):
            yield _later(importer, script)


def _later(importer: str, script: str) -> str:
    return f"{FOLDER}{importer}~{script}"


def split(address: str) -> tuple[str, str]:
    """Which script is there with all that it imports; or which one imports another later, and that other one."""
    importer, _, script = address.removeprefix(FOLDER).partition("~")
    return importer, script


def names_at(address: str) -> list[str]:
    """The modules that are there. Raises FileNotFoundError where nothing is."""
    importer, script = split(address)
    if not re.fullmatch(r"(?:[\w-]+/)*[\w-]+\.js", importer) or not (folder("static") / "js" / importer).is_file():
        raise FileNotFoundError(address)
    if not script:
        return modules(importer)
    if script not in imported_later(importer):
        raise FileNotFoundError(address)
    known = {*modules(importer)}
    return [name for name in modules(script) if name not in known]


def text(address: str) -> str:
    """The script at an address."""
    importer, script = split(address)
    pieces = map(as_function, names_at(address))
    return _start(address) + "\n".join(pieces) + "\n" + _END % ("" if script else f'$load("{importer}");\n')


def source_map(address: str) -> dict[str, Any]:
    """Which line of which file each line comes from (ECMA-426, an index map)."""
    up = "../" * address.count("/")
    line = _start(address).count("\n")
    sections = []
    for name in names_at(address):
        lines = as_function(name).count("\n") + 1
        written = lines - AROUND
        mappings = ";".join(["AAAA", *["AACA"] * (written - 1)])
        at = {"line": line + 1, "column": 0}
        of_file = {"version": 3, "sources": [f"{up}js/{name}"], "names": [], "mappings": mappings}
        sections.append({"offset": at, "map": of_file})
        line += lines
    return {"version": 3, "sections": sections}


AROUND: Final = 3
"""The lines that `as_function` adds to those of a module: one before them, two after them."""


def _start(address: str) -> str:
    return _START % {"up": "../" * address.count("/")}


def as_function(name: str) -> str:
    """One module: what it imports is loaded first, and what it exports is what it returns."""
    written = (folder("static") / "js" / name).read_text(encoding="utf-8")
    for ours in ("$load", "$at"):
        if ours in written:
            raise NotTogether(f"{name} uses the name {ours}.")
    code = without_comments(written, ".js").replace("import.meta.url", f'($at + "{name}")')
    code = _IMPORT.sub(lambda found: f'const {{{_renamed(found[1])}}} = await $load("{named(name, found[2])}");', code)
    code = _IMPORT_ALL.sub(lambda found: f'const {found[1]} = await $load("{named(name, found[2])}");', code)
    code = _LATER.sub(lambda found: f'$load("{named(name, found[1])}", "{name}")', code)
    exported = [found[2] for found in _EXPORT.finditer(code)]
    code = _EXPORT.sub(r"\1\2", code).removesuffix("\n")
    if left := _LEFT.search(re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.DOTALL)):
        raise NotTogether(f"{name} contains {left[0].strip()!r} in a form that is not known here.")
    return f'"{name}": (async ($load) => {{\n{code}\nreturn {{ {", ".join(exported)} }};\n}}),'


def _renamed(names: str) -> str:
    return re.sub(r"(\w+) as (\w+)", r"\1: \2", names)
