"""A recording as lines of JSON, written and read back. Pure.

    {"lost_update": 1, "header": {…}}     what was executed; the number is the version of this form
    {"declared_source": {…}}              a line for each source file: its text, and what Python makes of it
    {"declared_process": {"name": "P1"}}  a line for each process
    {"declared_target": {…}}              a line for each target
    {"declared_details": {…}}             what the steps that follow have and do not show (`details`)
    {"index": 0, "t_ns": …}               a line for each step, as in steps.ndjson
    {"end": {…}, "sha256": "…"}           how it ended, and its figures: a file without this line is cut off

The last line has the digest of the lines above it, each with a line feed, and of the end: so a file that was changed
on its way is known. Whoever writes such a file by hand may leave it out.

A declaration may come as late as the first step that needs it.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Final, NotRequired

import orjson
from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from lost_update.exports.details import Details, NotOfThisStep, details_of, put_into
from lost_update.model.decoding import NoStep, Numbers, rows_of
from lost_update.model.encoding import Names, lines_json
from lost_update.model.log import PIECE, Log
from lost_update.model.recording import OVER, PLAIN, End, Header, Recording, at_the_end
from lost_update.model.sources import Code
from lost_update.model.targets import Held, Holds, Target
from lost_update.model.view import TargetView

VERSION: Final = 1
"""Of the form. A reader knows this one alone."""

LINES_AT_ONCE: Final = 512
"""Steps that are written at a time. Making them takes about 2 ms, and so long everybody else waits."""


LONGEST_REASON: Final = 300
"""In characters: what is wrong in a file may be as long as the file."""


class FirstLine(TypedDict):
    """The header of a recording: what was executed. `lost_update` is the version of this form."""

    lost_update: int
    header: Header


class SourceLine(TypedDict):
    """The declaration of a source file."""

    declared_source: Code


class DeclaredProcess(TypedDict):
    """A process of the run, or a thread of one, in a script: then `thread_of` names the process."""

    name: Annotated[str, Field(pattern=PLAIN)]
    thread_of: NotRequired[str]


class ProcessLine(TypedDict):
    """The declaration of a process."""

    declared_process: DeclaredProcess


class DeclaredTarget(TargetView):
    """A target of the run. Of a cell, `initial` is what it held at first, and `holds` what no integers are."""

    initial: NotRequired[Held]
    holds: NotRequired[Holds]


class TargetLine(TypedDict):
    """The declaration of a target."""

    declared_target: DeclaredTarget


class DetailsLine(TypedDict):
    """What some of the steps that follow have and do not show."""

    declared_details: Details


class LastLine(TypedDict):
    """How the run ended, and its figures. `sha256` is the digest of all that stands before it."""

    end: End
    sha256: NotRequired[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]


class Unreadable(Exception):
    """A file is no whole recording. The message names the file and the line, and says what to do."""


def write(recording: Recording) -> Iterator[bytes]:
    """The lines of the recording of a run that is over, some at a time."""
    digest = sha256()
    for lines in _all_but_the_last(recording):
        digest.update(lines)
        yield lines
    end = recording.snapshot.end
    digest.update(orjson.dumps(end))
    yield _line(LastLine(end=end, sha256=digest.hexdigest()))


def _all_but_the_last(recording: Recording) -> Iterator[bytes]:
    names = recording.names
    yield _line(FirstLine(lost_update=VERSION, header=recording.header))
    yield b"".join(_line(SourceLine(declared_source=source)) for source in names.sources)
    yield b"".join(_line(ProcessLine(declared_process=process)) for process in _processes(names))
    yield b"".join(_line({"declared_target": _declaration(target)}) for target in names.declared)
    for first, rows in recording.log.pieces(LINES_AT_ONCE):
        yield b"".join(_line(DetailsLine(declared_details=details)) for details in details_of(rows, first))
        yield lines_json(rows, first, names)


def step_lines(recording: Recording) -> Iterator[bytes]:
    """Every step that there is now, one a line, some at a time."""
    for first, rows in recording.log.pieces(LINES_AT_ONCE):
        yield lines_json(rows, first, recording.names)


def read(file: str, lines: Iterable[bytes]) -> Recording:
    """The recording that was written to the file of that name. Raises `Unreadable`."""
    reader = _Reader(file)
    for line in lines:
        reader.take(line)
    return reader.recording()


def _line(said: object) -> bytes:
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _processes(names: Names) -> Iterator[DeclaredProcess]:
    for lane, name in enumerate(names.processes):
        if lane in names.owners:
            yield DeclaredProcess(name=name, thread_of=names.processes[names.owners[lane]])
        else:
            yield DeclaredProcess(name=name)


def _declaration(target: Target) -> dict[str, Any]:
    return {name: what for name, what in target._asdict().items() if what is not None and what is not False}


def _misfit(said: Any, checked: Any, path: str = "") -> str | None:
    """The path of the first field that no form has, or that was taken for what it does not say, such as "2" for 2."""
    if isinstance(said, dict):
        for name, what in said.items():
            if name not in checked:
                return f"{path}{name}"
            if misfit := _misfit(what, checked[name], f"{path}{name}."):
                return misfit
    elif isinstance(said, list):
        for number, (what, known) in enumerate(zip(said, checked, strict=True)):
            if misfit := _misfit(what, known, f"{path}{number}."):
                return misfit
    elif type(said) is not type(checked) and not (type(said) is int and type(checked) is float):
        return path[:-1]
    return None


@cache
def _form(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


class _Reader:
    """What has been read so far of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._number = 0
        self._digest = sha256()
        self._header: Header | None = None
        self._sources: list[Code] = []
        self._processes: list[str] = []
        self._lanes: dict[str, int] = {}
        """Of each process, the number. There may be tens of thousands of them, and of sources and targets."""
        self._files: set[str] = set()
        self._numbers = Numbers()
        self._owners: dict[int, int] = {}
        self._declared: list[Target] = []
        self._target_names: set[str] = set()
        self._values: list[Held] = []
        self._log = Log()
        self._steps: list[dict[str, Any]] = []
        """The last lines, which are steps that are not in the log yet."""
        self._details: list[Details] = []
        """Of those steps."""
        self._end: End | None = None

    def take(self, line: bytes) -> None:
        """The next line."""
        self._number += 1
        try:
            said = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise self._broken("this is not JSON") from None
        if not isinstance(said, dict):
            raise self._broken("this is not an object")
        if self._header is None:
            self._take_header(said)
        elif self._end is not None:
            raise self._broken("something comes after the end")
        elif "declared_source" in said:
            self._add_steps()
            self._add_source(self._checked(SourceLine, said)["declared_source"])
        elif "declared_process" in said:
            self._add_steps()
            self._take_process(self._checked(ProcessLine, said)["declared_process"])
        elif "declared_target" in said:
            self._add_steps()
            self._take_target(Target(**self._checked(TargetLine, said)["declared_target"]))
        elif "declared_details" in said:
            if self._steps:
                self._add_steps()
            self._details.append(self._checked(DetailsLine, said)["declared_details"])
        elif "end" in said:
            self._add_steps()
            self._take_end(said)
            return
        else:
            self._steps.append(said)
            if len(self._steps) == PIECE:
                self._add_steps(1)
        self._digest.update(line.rstrip(b"\r\n") + b"\n")

    def recording(self) -> Recording:
        """What the lines came to."""
        if self._header is None or self._end is None:
            raise Unreadable(
                f"{self._file}, line {self._number + 1}: the file is cut off: its last line, the end, is missing. "
                "Export the run again, or copy the whole file."
            )
        self._log.trim()
        return Recording(self._header, at_the_end(self._names, self._end, len(self._log)), self._log)

    @property
    def _names(self) -> Names:
        return Names(self._processes, self._declared, self._sources, self._owners, self._values)

    def _take_process(self, process: DeclaredProcess) -> None:
        lanes = self._lanes
        if process["name"] in lanes:
            raise self._broken(f"the process {process['name']} is declared twice")
        if "thread_of" in process:
            if process["thread_of"] not in lanes:
                raise self._broken(f"the process {process['thread_of']}, whose thread it is, is not declared")
            self._owners[len(lanes)] = lanes[process["thread_of"]]
        lanes[process["name"]] = len(lanes)
        self._processes.append(process["name"])

    def _take_target(self, target: Target) -> None:
        if target.name in self._target_names:
            raise self._broken(f"the target {target.name[:40]!a} is declared twice")
        self._target_names.add(target.name)
        self._declared.append(target)

    def _add_source(self, source: Code) -> None:
        """A step names its source by the file, so that there is one of each."""
        if source["file"] in self._files:
            raise self._broken(f"the source {source['file']} is declared twice")
        self._files.add(source["file"])
        self._sources.append(source)

    def _take_header(self, said: dict[str, Any]) -> None:
        version = said.get("lost_update")
        if type(version) is not int:
            raise self._broken("a recording begins with its header, and this is none")
        if version != VERSION:
            raise Unreadable(
                f"{self._file}, line 1: this recording has the form {version}, and this Lost Update reads {VERSION}. "
                "Open it with the Lost Update that wrote it, or export the run again."
            )
        self._header = self._checked(FirstLine, said)["header"]
        if ("request" in self._header) == ("command" in self._header):
            raise self._broken("a header has the request of a scenario or the command of a script")

    def _take_end(self, said: dict[str, Any]) -> None:
        last: LastLine = self._checked(LastLine, said)
        self._digest.update(orjson.dumps(said["end"]))
        if last.get("sha256", self._digest.hexdigest()) != self._digest.hexdigest():
            raise self._broken("this file was changed since it was exported")
        end = last["end"]
        if end["status"] not in OVER:
            raise self._broken(f"a run that is {end['status']} has no end yet")
        own = {name for lane, name in enumerate(self._processes) if lane not in self._owners}
        told = [process["name"] for process in end["processes"]]
        # Of a run that was ended early the end also tells of those that were never started.
        started = {process["name"] for process in end["processes"] if process["pid"] is not None}
        if not started <= own <= set(told) or len(set(told)) < len(told):
            raise self._broken("the end tells of other processes than were declared")
        if self._details:
            raise self._broken("the details are of steps that do not come")
        if not self._sources:
            raise self._broken("no source is declared: the code that ran is missing")
        self._end = end

    def _add_steps(self, lines_since: int = 0) -> None:
        """Put the waiting steps into the log. The last of them stands one line above, or at this line."""
        steps, self._steps = self._steps, []
        if not steps:
            return
        first = len(self._log)
        try:
            rows = rows_of(steps, first, self._names, self._numbers)
        except NoStep as why:
            self._number += lines_since - len(steps) + why.position
            raise self._broken(f"this is no step of the recording: {why}") from None
        details, self._details = self._details, []
        try:
            for each in details:
                put_into(rows, first, each)
        except NotOfThisStep as why:
            raise self._broken(f"of the steps above: {why}") from None
        self._log.append(rows)

    def _checked(self, shape: Any, said: dict[str, Any]) -> Any:
        try:
            checked = _form(shape).validate_python(said)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise self._broken(f"{where}: {first['msg']}") from None
        if misfit := _misfit(said, checked):
            raise self._broken(f"{misfit[:80]!a} is no field that this Lost Update knows, or not of its type")
        return checked

    def _broken(self, why: str) -> Unreadable:
        where = f"{self._file}, line {self._number}"
        short = why if len(why) <= LONGEST_REASON else f"{why[:LONGEST_REASON]}…"
        return Unreadable(f"{where}: {short}. The file is broken: export the run again, or copy the whole file.")
