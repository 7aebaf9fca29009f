"""`lost-update site DIR`: the race page and the walkthrough as files, with recordings where a server would run things.

    requests of the pages ─▶ Registry: each is really run ─▶ recordings ─▶ DIR/recordings/ID.json, ID.columns
    templates, static     ──────────────────────────────────▶ DIR/index.html, DIR/walkthrough/…, DIR/static/…

Any host that hands out files will do, under any path, and so will a learning platform: every address is relative and
names a file. It is written beside DIR and put in its place when it is whole.
"""

import re
import secrets
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from lost_update import __version__
from lost_update.execution.registry import Registry
from lost_update.execution.run import Run
from lost_update.exports.html import NEEDS_SERVER, words_of
from lost_update.model import binary
from lost_update.model.recording import Recording
from lost_update.model.view import run_view
from lost_update.page import together
from lost_update.page.files import folder, without_comments
from lost_update.page.templates import START_SHEETS
from lost_update.settings import Settings
from lost_update.sources.request import RunRequest
from lost_update.web.pages import walkthrough
from lost_update.web.pages.page_table import PAGES
from lost_update.web.pages.rendering import Context, Page, write

MARK: Final = "lost-update-site.json"
"""The file that says of a folder that it is such a site, and may be written anew."""

AT_ONCE: Final = 6
"""Runs that go on together while the site is made: more would get in each other's way."""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)

_LINK: Final = re.compile(r'href="((?:\./|(?:\.\./)+)(?:walkthrough(?:/[^"#?]*)?|run-it)?)"')
"""A link to a page. On a server that is a path; here it is a file."""

Asked = dict[str, Any]
"""A request, as a page sends it."""


class NotWritten(Exception):
    """The site cannot be written there. The message says why, and what to do."""


@dataclass(frozen=True)
class Recorded:
    """What came of a request: its run, or its runs where a page repeats it."""

    asked: Asked
    recordings: list[Recording]


def make_site(directory: Path, settings: Settings, tell: Callable[[str], None] = lambda _words: None) -> int:
    """Write the site. Returns how many runs were recorded for it. Raises `NotWritten`."""
    directory = directory.resolve()
    _check(directory)
    fresh = _sibling(directory, "new")
    try:
        fresh.mkdir(parents=True)  # first of all: the runs take a minute
        with closing(Registry(settings)) as registry:
            contexts = {page.name: page.context(registry) for page in PAGES if page.name in ("race", "walkthrough")}
            recorded = record(registry, requests_of(contexts), tell)
        _write(fresh, contexts, recorded)
        _put_in_place(fresh, directory)
    except OSError as error:
        raise NotWritten(f"Cannot write {directory}: {error.strerror or error}. Choose another folder.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return sum(len(each.recordings) for each in recorded)


def _check(directory: Path) -> None:
    """Only a new folder, an empty one, or a site of ours is written over."""
    if not directory.exists() or (directory.is_dir() and not any(directory.iterdir())):
        return
    if not (directory / MARK).is_file():
        raise NotWritten(f"{directory} is not empty, and no site of Lost Update. Choose another folder, or empty it.")


def _sibling(directory: Path, what: str) -> Path:
    return directory.parent / f".{directory.name}.{what}-{secrets.token_hex(4)}"


def _put_in_place(fresh: Path, directory: Path) -> None:
    """The old site goes only when the new one is whole."""
    old = _sibling(directory, "old")
    if directory.exists():
        directory.rename(old)
    try:
        fresh.rename(directory)
    except OSError:
        if old.exists():
            old.rename(directory)
        raise
    shutil.rmtree(old, ignore_errors=True)


# What is recorded


def requests_of(contexts: dict[str, Context]) -> list[tuple[Asked, int]]:
    """Every request that the pages send, and how often."""
    often: dict[bytes, tuple[Asked, int]] = {}
    race = [(asked, 1) for scenario in contexts["race"]["catalogue"]["scenarios"] for asked in _line_ups(scenario)]
    steps = [(asked, program["repeat"]) for program in contexts["walkthrough"]["programs"] for asked in program["runs"]]
    for asked, count in (*race, *steps):
        key = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
        often[key] = (asked, max(count, often.get(key, (asked, 0))[1]))
    return list(often.values())


def _line_ups(scenario: dict[str, Any]) -> Iterator[Asked]:
    """What the race page asks for when nothing but the variant is chosen, as `lineUp` in `core/catalogue.js` has it."""
    usual = scenario["usual"]
    for variant in scenario["variants"]:
        asked = {
            "scenario": scenario["name"],
            "processes": scenario["processes"]["usual"],
            "iterations": usual.get("iterations", scenario["iterations"]["usual"]),
            "pace": usual["pace"],
            scenario["field"]: variant["name"],
        }
        yield {**asked, "step_ms": usual["step_ms"]} if usual["pace"] == "slow" and "step_ms" in usual else asked


def record(registry: Registry, wanted: Iterable[tuple[Asked, int]], tell: Callable[[str], None]) -> list[Recorded]:
    """Really run each request, some at a time."""
    waiting = [asked for asked, count in wanted for _ in range(count)]
    found: dict[bytes, Recorded] = {}
    going = deque[tuple[Asked, Run]]()

    def take_oldest() -> None:
        asked, run = going.popleft()
        run.join()
        _check_recorded(run.recording)
        key = orjson.dumps(asked)
        found.setdefault(key, Recorded(asked, [])).recordings.append(run.recording)

    for place, asked in enumerate(waiting, 1):
        if len(going) == AT_ONCE:
            take_oldest()
        tell(f"Recording {place} of {len(waiting)}: {asked['scenario']}")
        going.append((asked, registry.submit(RunRequest.model_validate(asked))))
    while going:
        take_oldest()
    return list(found.values())


def _check_recorded(recording: Recording) -> None:
    """Some runs end in a deadlock, which is what they are for. One in which nothing happened is none to show."""
    snapshot = recording.snapshot
    if len(recording.log) == 0:
        raise NotWritten(f"A run for the site came to nothing. {snapshot.reason or 'Try again.'}")


# What is written


def _write(fresh: Path, contexts: dict[str, Context], recorded: list[Recorded]) -> None:
    recordings = [recording for each in recorded for recording in each.recordings]
    (fresh / "recordings").mkdir()
    for recording in recordings:
        (fresh / "recordings" / f"{recording.id}.json").write_bytes(orjson.dumps(run_view(recording)))
        columns = b"".join(make() for make in binary.frames(recording.log, recording.names))
        (fresh / "recordings" / f"{recording.id}.columns").write_bytes(columns)
    _write_static(fresh / "static")
    site = {
        "policy": POLICY,
        "recorded": [{"asked": each.asked, "runs": [one.id for one in each.recordings]} for each in recorded],
    }
    _write_all(fresh, _pages(contexts, site, words_of(recordings[0])))
    (fresh / MARK).write_bytes(orjson.dumps({"lost_update": __version__, "runs": len(recordings)}))


def _write_static(static: Path) -> None:
    _write_all(static, _static_files())


def _write_all(directory: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, content in files:
        file = directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _static_files() -> Iterator[tuple[str, bytes]]:
    """What pages ask for, and the modules by themselves, which workers have."""
    for file in sorted(folder("static").rglob("*")):
        if file.suffix in (".js", ".css", ".svg"):
            name = file.relative_to(folder("static")).as_posix()
            yield name, without_comments(file.read_text(encoding="utf-8"), file.suffix).encode()
    for address in sorted({address for page in _shown() for address in together.addresses(page.entry)}):
        yield address, together.text(address).encode()


def _shown() -> list[Page]:
    """The pages of the site: the race, the walkthrough, and how to run it yourself."""
    pages = {page.name: page for page in PAGES}
    return [pages["race"], pages["walkthrough"], replace(pages["run-it"], path="/run-it", link="Run it yourself")]


def _pages(contexts: dict[str, Context], site: dict[str, Any], words: list[str]) -> Iterator[tuple[str, bytes]]:
    """Every page, with the name of its file."""
    shown = _shown()
    shared = {"site": site, "recorded_words": words, "navigation": shown}
    race, course, run_it = shown

    def written(page: Page, path: str, context: Context) -> tuple[str, bytes]:
        embedding = replace(page, embeds=(*page.embeds, "site"))
        depth = path.count("/") + 1 if path else 0
        body = bytes(write(embedding, {**shared, **context}, root="../" * depth or "./").body).decode()
        return f"{path}/index.html".lstrip("/"), _LINK.sub(_to_file, body).encode()

    choice = {**contexts["race"], "catalogue": _recorded_catalogue(contexts["race"]["catalogue"])}
    yield written(race, "", {**choice, "runs": [], "sheets": (*START_SHEETS, "recording")})
    steps = {**contexts["walkthrough"], "catalogue": _recorded_catalogue(contexts["walkthrough"]["catalogue"])}
    steps["sheets"] = (*course.sheets, "recording")
    addresses = list(walkthrough.steps())
    firsts = {chapter: (chapter, step) for chapter, step in reversed(addresses)}
    opened: list[tuple[tuple[str, ...], tuple[str, str] | None]] = [((), None)]
    opened += [(address, address) for address in addresses]
    opened += [((chapter,), first) for chapter, first in firsts.items()]
    for place, current in opened:
        path = "/".join(("walkthrough", *place))
        yield written(course, path, {**steps, "current": current})
    yield written(run_it, "run-it", {})


def _to_file(link: re.Match[str]) -> str:
    address = link[1]
    return f'href="{address}index.html"' if address.endswith("/") else f'href="{address}/index.html"'


def _recorded_catalogue(catalogue: dict[str, Any]) -> dict[str, Any]:
    """The same catalogue, which offers only what was recorded, and says that it was."""

    def only(amount: dict[str, Any], usual: int) -> dict[str, Any]:
        return {**amount, "least": usual, "usual": usual, "most": usual}

    return {
        **catalogue,
        "paces": [{**pace, "badge": f"recorded · {pace['badge']}"} for pace in catalogue["paces"]],
        "scenarios": [
            {
                **each,
                "processes": only(each["processes"], each["processes"]["usual"]),
                "iterations": only(each["iterations"], each["usual"].get("iterations", each["iterations"]["usual"])),
                "paces": [each["usual"]["pace"]],
                "chunks": False,
                "panels": [name for name in each["panels"] if name not in NEEDS_SERVER],
            }
            for each in catalogue["scenarios"]
        ],
    }
