"""`lost-update export`: a recording taken away in the terminal, from a file or from those that are kept.

RUN or FILE ──▶ recording_of ──▶ a format of the table ──▶ standard output, or a file that is there whole or not at all
"""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from lost_update.exports.formats import FORMATS, Format
from lost_update.exports.ndjson import Unreadable
from lost_update.exports.not_possible import NotPossible
from lost_update.model.recording import Recording
from lost_update.settings import Settings
from lost_update.store.importing import Limits, recording_in
from lost_update.store.store import reading


class CannotExport(Exception):
    """The message says why, and what to do, in one line."""


def export(run_or_file: str, format_name: str, output: Path | None) -> None:
    """Take it away: to that file, or to standard output. Raises `CannotExport`."""
    wanted = _format(format_name)
    if output is None and not wanted.is_text and sys.stdout.isatty():
        raise CannotExport(f"{wanted.name} is nothing that a terminal can show. Name a file for it: -o FILE.")
    recording = recording_of(run_or_file)
    try:
        wanted.check(recording)
    except NotPossible as why:
        raise CannotExport(f"{why} {why.hint}") from None
    parts = wanted.write(recording)
    if output is None:
        _write(parts, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        _write_whole(parts, output)


def recording_of(run_or_file: str) -> Recording:
    """The recording in that file; else the kept one with that id. Raises `CannotExport`."""
    settings = Settings()
    file = Path(run_or_file)
    if _is_there(file):
        try:
            return recording_in(file, Limits.of(settings))
        except Unreadable as why:
            raise CannotExport(str(why)) from None
    with reading(settings.data_dir) as store:
        kept = store.find(run_or_file)
    if kept is None:
        raise CannotExport(f"There is no file {run_or_file}, and no recording of that id is kept here.")
    return kept


def _is_there(file: Path) -> bool:
    """Whether there is such a file. What the system takes for no name at all may still be the id of a run."""
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _format(name: str) -> Format:
    found = FORMATS.get(name)
    if found is None:
        known = "\n".join(f"  {each.name:<12} {each.about}" for each in FORMATS.values())
        raise CannotExport(f"There is no format {name!a}. Choose one of these:\n{known}")
    return found


def _write(parts: Iterator[bytes], into: BinaryIO) -> None:
    for part in parts:
        into.write(part)


def _write_whole(parts: Iterator[bytes], output: Path) -> None:
    """Beside its place first, so that whatever happens what stands there is whole: the old one, or the new one.

    What is no plain file, such as a pipe, is written to as it is.
    """
    try:
        if output.exists() and not output.is_file():
            with output.open("wb") as opened:
                _write(parts, opened)
            return
        target = output.resolve()
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with beside.open("xb") as opened:
                _write(parts, opened)
            if target.exists():
                beside.chmod(target.stat().st_mode)
            beside.replace(target)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise CannotExport(f"Cannot write {output}: {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    return (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).rstrip(".")
