"""What the processes of a script have declared, made one vocabulary of the run: lanes, targets, sources, sites, values.

Each process numbers for itself; here its numbers become those of the run. The same thing has the same key everywhere.
The starting process is `main`. The others are P1, P2, … in the order in which their parents declared that they were
about to start them; a thread that takes steps is P1.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from lost_update.analysis.dependence import Place, Position, Source
from lost_update.analysis.made_as import MadeAs
from lost_update.model.encoding import Names
from lost_update.model.process_names import next_process_name
from lost_update.model.recording import NotSeen
from lost_update.model.sources import Code
from lost_update.model.targets import Held, Target
from lost_update.tracing.script.askers import asker_of

MAIN: Final = "main"
FIRST_PROCESS: Final = 0

OF_ANOTHER: Final = 1 << 40
"""Numbers of sites from here on are those of another process, for which the server of a manager acted."""

MOST_TARGETS: Final = 65_000
"""Rows have 16 bits for a target."""

Numbers = npt.NDArray[np.int64]


class Site(NamedTuple):
    """A place in the source from which steps are taken. `source` counts from 1; 0 where it is in no file of theirs."""

    source: int
    line: int
    position: Position | None
    first_line: int

    @property
    def place(self) -> Place | None:
        """Where it is, as exactly as it can be said; None where that is not known."""
        return None if self.position is None or not self.source else Place(self.source, self.position)


NO_SITE: Final = Site(0, 0, None, 0)


class _Map:
    """The numbers of the run for those of a process; 0 for what is not known."""

    def __init__(self) -> None:
        self.numbers: Numbers = np.zeros(64, np.int64)

    def put(self, first: int, numbers: Iterable[int]) -> None:
        new = np.fromiter(numbers, np.int64)
        while len(self.numbers) < first + len(new):
            self.numbers = np.concatenate([self.numbers, np.zeros_like(self.numbers)])
        self.numbers[first : first + len(new)] = new

    def get(self, numbers: Numbers) -> Numbers:
        known = numbers < len(self.numbers)
        return np.where(known, self.numbers[np.where(known, numbers, 0)], 0)


@dataclass
class Process:
    """A process of the script, as far as it is known."""

    name: str
    lane: int
    token: str | None = None
    number: int | None = None
    pid: int | None = None
    parent: str | None = None
    does: str | None = None
    role: str = "process"
    threads: dict[int, int] = field(default_factory=dict)
    """The lane of each of its threads that takes steps."""
    targets: _Map = field(default_factory=_Map)
    sites: _Map = field(default_factory=_Map)
    files: dict[int, int] = field(default_factory=dict)
    texts: dict[int, int] = field(default_factory=dict)


class Declared:
    """Grows with each line. What was handed out never changes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.lanes: list[str] = []
        self.owners: dict[int, int] = {}
        self.targets: list[Target] = []
        self.sources: list[Code] = []
        self.values: list[Held] = []
        self.sites: list[Site] = [NO_SITE]
        self.not_seen: list[NotSeen] = []
        self.processes: list[Process] = []
        self.process_target: dict[int, str] = {}
        """Of a target that is a process: the name."""
        self._by_number: dict[int, Process] = {}
        self._by_token: dict[str, Process] = {}
        self._by_key: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._wholes: dict[str, str] = {}
        self._numbers_of_values: dict[tuple[type, Held], int] = {}
        self._sites: dict[tuple[int, int, Position | None], int] = {}
        self._makings: dict[int, MadeAs] = {}
        self._made: dict[int, int] = {}

    @property
    def names(self) -> Names:
        """What the numbers in the log stand for. What it holds is only added to."""
        return Names(self.lanes, self.targets, self.sources, self.owners, self.values)

    def dependence_sources(self) -> list[Source]:
        """The texts of all files of theirs that are known by now."""
        return [Source(number, source["file"], source["text"]) for number, source in enumerate(self.sources, 1)]

    def take(self, lines: list[tuple[int, dict[str, Any]]]) -> None:
        """Take in lines, each with the number of its process."""
        for number, line in lines:  # who there is: in the order in which they were about to be started
            if line["is"] == "process" and line["token"] is None:
                self._know(number, line)
        starts = [
            (line["t_ns"], number, line) for number, line in lines if line["is"] == "target" and _is_process(line)
        ]
        for _, number, line in sorted(starts, key=lambda start: start[0]):
            self._launch(line["process_token"], number)
        for number, line in lines:
            if line["is"] == "process" and line["token"] is not None:
                self._know(number, line)
        for number, line in lines:
            self._take_place(self._by_number[number], line)
        made = [(number, line) for number, line in lines if line["is"] == "target"]
        for number, line in sorted(made, key=lambda each: (each[1].get("made") is None, each[1]["t_ns"])):
            self._take_target(self._by_number[number], line)

    def process(self, number: int) -> Process:
        """The process that writes files of that number."""
        return self._by_number[number]

    def lane(self, number: int, thread: int) -> int:
        """The lane of a thread: that of its process for the one that begins, else one of its own."""
        process = self._by_number[number]
        lane = process.threads.get(thread)
        if lane is None:
            lane = process.lane
            if process.threads:
                lane = self._add_lane(f"{process.name}.{thread}")
                self.owners[lane] = process.lane
            process.threads[thread] = lane
        return lane

    def value(self, held: Held) -> int:
        """The number of a value of a cell that holds anything."""
        key = (type(held), held)
        number = self._numbers_of_values.get(key)
        if number is None:
            number = self._numbers_of_values[key] = len(self.values)
            self.values.append(held)
        return number

    def _add_lane(self, name: str) -> int:
        self.lanes.append(name)
        return len(self.lanes) - 1

    def _add_process(self, name: str, token: str | None) -> Process:
        process = Process(name, self._add_lane(name), token)
        self.processes.append(process)
        if token is not None:
            self._by_token[token] = process
        return process

    def _launch(self, token: str, parent: int) -> None:
        """A process is about to be started."""
        if token not in self._by_token:
            process = self._add_process(next_process_name(self.lanes), token)
            if parent in self._by_number:
                process.parent = self._by_number[parent].name

    def _know(self, number: int, line: dict[str, Any]) -> None:
        """A process has begun."""
        process = self._by_token.get(line["token"]) if line["token"] is not None else None
        if process is None or process.number is not None:
            is_first = number == FIRST_PROCESS and not self.processes
            process = self._add_process(MAIN if is_first else next_process_name(self.lanes), line["token"])
        process.number, process.pid = number, line["pid"]
        process.does, process.role = line.get("function"), line.get("role", "process")
        parent = line.get("parent")
        if process.parent is None and parent in self._by_number:
            process.parent = self._by_number[parent].name
        self._by_number[number] = process

    def _take_place(self, process: Process, line: dict[str, Any]) -> None:
        what = line["is"]
        if what == "file":
            process.files[line["number"]] = self._source(line["path"], line["text"])
        elif what == "site":
            process.sites.put(line["number"], [self._site(process.files.get(line["file"], 0), line)])
        elif what == "text":
            value = line["value"]
            shown = value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
            process.texts[line["number"]] = self.value(shown)
        elif what == "not_seen":
            self._note_not_seen(line["what"], process, line.get("site"))

    def _source(self, path: str, text: str) -> int:
        file = self.shown_path(path)
        for number, source in enumerate(self.sources, 1):
            if source["file"] == file:
                return number
        self.sources.append(Code(file=file, name=Path(path).name, text=text, python="", bytecode=[]))
        return len(self.sources)

    def shown_path(self, path: str) -> str:
        """A path as it is shown: relative to the working directory where it lies inside it."""
        try:
            return str(Path(path).relative_to(self._directory))
        except ValueError:
            return path

    def _site(self, source: int, line: dict[str, Any]) -> int:
        corners = line["line"], line["end_line"], line["column"], line["end_column"]
        position = None if None in corners else Position(*corners)
        key = (source, line["line"] or line["first_line"], position)
        number = self._sites.get(key)
        if number is None:
            number = self._sites[key] = len(self.sites)
            self.sites.append(Site(*key, line["first_line"]))
        return number

    def _note_not_seen(self, what: str, process: Process, site: int | None) -> None:
        if any(each["what"] == what for each in self.not_seen):
            return
        at = self._site_at(process, site)
        file = self.sources[at.source - 1]["file"] if at.source else None
        self.not_seen.append(NotSeen(what=what, file=file, line=at.line))

    def _take_target(self, process: Process, line: dict[str, Any]) -> None:
        key, count = line["key"], line.get("count", 1)
        first = self._by_key.get(key)
        if first is None:
            if len(self.targets) + count > MOST_TARGETS:
                self._note_not_seen(f"more than {MOST_TARGETS:,} shared things", process, line.get("made"))
                return
            first = self._by_key[key] = len(self.targets) + 1
            self.targets += self._declared_targets(process, line)
        process.targets.put(line["number"], range(first, first + count))

    def _declared_targets(self, process: Process, line: dict[str, Any]) -> list[Target]:
        if _is_process(line):
            started = self._by_token[line["process_token"]]
            self.process_target[len(self.targets) + 1] = started.name
            return [Target(name=started.name, kind="process")]
        site = self._site_at(process, line.get("made"))
        guarded = self._by_key.get(line.get("guards") or "")
        if guarded is not None:
            inside = self.targets[guarded - 1]
            whole = inside.whole or inside.name
            called = f"{whole}.get_lock()" if inside.kind == "cell" else f"lock of {whole}"
            name, guards = self._unique(called), whole
        elif line.get("whole"):
            name, guards = self._name_of_whole(line["whole"], site, line), None
        else:
            name, guards = self._unique(self._name(site, line)), None
        made = (site.source, site.line) if site.source else None
        common = {
            "kind": line["kind"],
            "guards": guards,
            "is_reentrant": bool(line.get("is_reentrant")),
            "what": line.get("what"),
            "made": made,
            "amount": line.get("amount"),
            "has_lock": bool(line.get("has_lock")),
        }
        count, suffixes = line.get("count", 1), line.get("suffixes")
        holds, initial = line.get("holds"), line.get("initial")
        if count == 1 and not suffixes:
            return [Target(name=name, holds=_one(holds, 0), initial=_shown(_one(initial, 0)), **common)]
        suffixes = suffixes or [f"[{index}]" for index in range(count)]
        return [
            Target(
                name=f"{name}{suffixes[index]}",
                whole=name if suffixes[index] else None,
                holds=_one(holds, index),
                initial=_shown(_one(initial, index)),
                **common,
            )
            for index in range(count)
        ]

    def _site_at(self, process: Process, number: int | None) -> Site:
        """The site that the process has numbered so, or another process, where it acted for that one."""
        return self.sites[int(self.sites_of(process, np.array([number or 0]))[0])]

    def sites_of(self, process: Process, numbers: Numbers) -> Numbers:
        """The sites of the run for those of a process. The server of a manager acts for others, and names theirs."""
        sites = process.sites.get(numbers)
        for place in np.flatnonzero(numbers >= OF_ANOTHER).tolist():
            asker, _, site = cast(tuple[int, int, int], asker_of(int(numbers[place])))
            if asker in self._by_number:
                sites[place] = self._by_number[asker].sites.get(np.array([site]))[0]
        return sites

    def lanes_of(self, lane: int, numbers: Numbers) -> Numbers:
        """The lanes of steps in a lane's files, by the numbers of their sites: of those who asked, or that lane."""
        lanes = np.full(len(numbers), lane, np.int64)
        for place in np.flatnonzero(numbers >= OF_ANOTHER).tolist():
            asker, thread, _ = cast(tuple[int, int, int], asker_of(int(numbers[place])))
            if asker in self._by_number:
                lanes[place] = self.lane(asker, thread)
        return lanes

    def _name_of_whole(self, key: str, site: Site, line: dict[str, Any]) -> str:
        """What the thing is called whose part is declared. All parts have it from the first of them."""
        name = self._wholes.get(key)
        if name is None:
            name = self._wholes[key] = self._unique(self._name(site, line))
        return name

    def _name(self, site: Site, line: dict[str, Any]) -> str:
        """What the script calls it where it was made; else what it is, and where that was."""
        if line.get("name"):
            return str(line["name"])
        if site.source and site.position is not None:
            makings = self._makings.get(site.source)
            if makings is None:
                makings = self._makings[site.source] = MadeAs(self.sources[site.source - 1]["text"])
            number = self._sites[(site.source, site.line, site.position)]
            nth = self._made[number] = self._made.get(number, -1) + 1
            if (name := makings.name(site.position, nth)) is not None:
                return name
        what = line.get("what") or line["kind"]
        return f"{what} of line {site.line}" if site.line else str(what)

    def _unique(self, name: str) -> str:
        """The name, with a number where another thing is called so."""
        count = self._names[name] = self._names.get(name, 0) + 1
        return name if count == 1 else f"{name} ({count})"


def _is_process(line: dict[str, Any]) -> bool:
    return line["kind"] == "process" and line.get("process_token") is not None


def _one(given: Any, index: int) -> Any:
    """What is given for all parts at once, or for each."""
    return given[index] if isinstance(given, list) else given


def _shown(initial: Any) -> Held | None:
    return initial if initial is None or isinstance(initial, int | float | str) else str(initial)
