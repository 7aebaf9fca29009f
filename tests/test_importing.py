"""A file that somebody hands us is taken as it is, or refused with one sentence, soon, whatever it holds."""

import gzip
import json
import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from lost_update.exports import ndjson
from lost_update.exports.ndjson import Unreadable
from lost_update.store.importing import Limits, recording_in, recording_of
from tests.recordings import RECORDINGS, file_of, kind_of
from tests.variants import FULL, one_in, one_of_each

Line = dict[str, Any]

LIMITS: Final = Limits(size=4 * 1024**2, steps=50_000)

ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, -1, 0, 2**31, 2**63, 2**64, 10**30, 1e308, -0.5, "", "x" * 300, [], {}, [1]),
    *("<script>alert(1)</script>", "\0", {"a": 1}, "P1", "number"),
)
"""What somebody may put where something else was."""


def lines_of(name: str) -> list[bytes]:
    return file_of(name).read_bytes().splitlines(keepends=True)


def by_hand(name: str) -> list[bytes]:
    """The lines without the digest, so that what else is wrong is noticed for itself."""
    *above, last = lines_of(name)
    return [*above, json.dumps({"end": json.loads(last)["end"]}).encode() + b"\n"]


def page(packed: bytes, *, before: bytes = b"<!doctype html>") -> bytes:
    return before + b'<script type="application/gzip" id="recording">' + b64encode(packed) + b"</script>"


def refused(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as caught:
        recording_of("race", data, limits)
    told = str(caught.value)
    assert "\n" not in told
    assert told.endswith(".")
    return told


@pytest.mark.parametrize("name", one_of_each(kind_of, RECORDINGS))
def test_export_import_export_gives_the_same_bytes(name: str) -> None:
    data = file_of(name).read_bytes()
    assert b"".join(ndjson.write(recording_of(name, data, LIMITS))) == data
    assert b"".join(ndjson.write(recording_of(name, page(gzip.compress(data)), LIMITS))) == data


def test_a_page_without_a_recording_or_with_two_is_refused() -> None:
    data = gzip.compress(file_of("race-none").read_bytes())
    assert "holds no recording" in refused(b"<!doctype html><p>Hello</p>")
    assert "holds no recording" in refused(page(data) + page(data))
    assert "cannot be unpacked" in refused(page(b"no gzip"))
    assert "is cut off" in refused(page(data[:-20]))
    assert "is cut off" in refused(page(data + data))


def test_a_page_that_unpacks_to_far_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(64 * 1024**2))
    assert len(bomb) < 100_000
    assert "larger than a recording may be here, 4 MB" in refused(page(bomb))


def test_too_many_lines_or_names_are_refused() -> None:
    *above, last = by_hand("race-none")
    step = above[-1]
    assert "more than 10 steps" in refused(b"".join([*above, *[step] * 300, last]), Limits(10**7, steps=10, names=200))
    process = b'{"declared_process": {"name": "P%d"}}\n'
    many = [above[0], *(process % number for number in range(300))]
    assert "over 200 processes" in refused(b"".join(many), Limits(10**7, steps=10, names=200))
    assert "larger than" in refused(b" " * (LIMITS.size + 1))


def test_a_file_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"Cannot read .*: No such file or directory\. Check the name\."):
        recording_in(tmp_path / "race.ndjson", LIMITS)
    with pytest.raises(Unreadable, match="Is a directory"):
        recording_in(tmp_path, LIMITS)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda header: header["request"].update(scenario="<b>"), "does not know its run request"),
        (lambda header: header["request"].update(guard="sum"), "makes no sense here"),
        (lambda header: header["request"].update(iterations=9), "does not fit its own run request"),
        (lambda header: header["adds"].update(number=1000), "does not fit its own run request"),
        (lambda header: header.update(steppable=False), "does not fit its own run request"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(change: Callable[[Line], object], why: str) -> None:
    first, *others = by_hand("race-none")
    header = json.loads(first)
    change(header["header"])
    assert why in refused(b"".join([json.dumps(header).encode() + b"\n", *others]))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a JSON value."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def spoiled(lines: list[bytes], draw: random.Random) -> list[bytes]:
    """The file with one thing wrong: a line gone, twice, elsewhere, cut; a byte, a field, a value."""
    lines = [*lines]
    number, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    match draw.choice(("gone", "twice", "elsewhere", "cut", "byte", "value", "value", "field", "more")):
        case "gone":
            del lines[number]
        case "twice":
            lines.insert(other, lines[number])
        case "elsewhere":
            lines[number], lines[other] = lines[other], lines[number]
        case "cut":
            lines[number] = lines[number][: draw.randrange(len(lines[number]))]
        case "byte":
            line = bytearray(lines[number])
            line[draw.randrange(len(line))] = draw.randrange(256)
            lines[number] = bytes(line)
        case what:
            said = json.loads(lines[number])
            *way, last = draw.choice(list(places(said)))
            within = said
            for key in way:
                within = within[key]
            if what == "value":
                within[last] = draw.choice(ODD)
            elif what == "field":
                del within[last]
            else:
                within[last] = {"more": within[last]}
            lines[number] = json.dumps(said).encode() + b"\n"
    return lines


SMALL: Final = [name for name in RECORDINGS if file_of(name).stat().st_size < 40_000]


@pytest.mark.parametrize("seed", one_in(5, range(25)))
def test_a_file_made_from_a_good_one_is_refused_or_is_the_good_one(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(40):
        good = lines_of(draw.choice(SMALL))
        bad = spoiled(good, draw)
        try:
            taken = recording_of("race", b"".join(bad), LIMITS)
        except Unreadable:
            continue
        assert b"".join(ndjson.write(taken)) == b"".join(good), bad


@pytest.mark.parametrize("seed", one_in(5, range(25)))
def test_a_file_that_somebody_forged_is_refused_or_agrees_with_itself(seed: int) -> None:
    """Without the digest. What is taken can be exported and read back, and its figures are those of its steps."""
    draw = random.Random(1000 + seed)
    for _ in range(20):
        bad = spoiled(by_hand(draw.choice(SMALL)), draw)
        try:
            taken = recording_of("race", b"".join(bad), LIMITS)
        except Unreadable:
            continue
        again = b"".join(ndjson.write(taken))
        assert b"".join(ndjson.write(recording_of("race", again, LIMITS))) == again


@FULL
def test_tens_of_thousands_of_names_and_gaps_are_taken_in_one_pass() -> None:
    """Each of them was once looked up in a list of all, which took minutes."""
    many, text = 20_000, file_of("crossed-locks").read_bytes().splitlines()
    header = {"id": "many", "command": ["many.py"], "adds": {}, "steppable": False}
    code: dict[str, Any] = {"name": "many", "text": "x = 1\n", "python": "3.13", "bytecode": []}
    ends = {"pid": 1, "exitcode": 0, "state": "ended", "parent": None}
    figures = {"cells": [], "duration_ms": 0.0, "unrecorded": 0, "consistent": True}
    names = [f"P{number}" for number in range(many)]
    step = {"op": "write", "target": "gaps", "value": 1, "base": None, "lost": None, "line": 1}
    lines: list[Line] = [{"lost_update": json.loads(text[0])["lost_update"], "header": header}]
    lines += [{"declared_source": {**code, "file": f"{name}.py"}} for name in names]
    lines += [{"declared_process": {"name": name}} for name in names]
    lines += [{"declared_target": {"name": "gaps", "kind": "cell", "initial": 0}}]
    for number, name in enumerate(names):
        lines += [{"declared_target": {"name": name, "kind": "process"}}]
        lines += [{**step, "index": number, "t_ns": number, "process": name, "version": 2 * number + 2}]
    processes = [{"name": name, **ends} for name in names]
    lines += [{"end": {"status": "finished", "reason": None, "processes": processes, "summary": figures}}]
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    recording = recording_of("many", data, Limits(size=10**8, steps=50_000))
    assert len(recording.log) == many
    assert recording.snapshot.summary["cells"][0]["writes"] == many
