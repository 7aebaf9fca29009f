"""Pictures of a recording: they stand alone, hold no script, stay small, and show what happened."""

import re
from functools import cache
from xml.etree import ElementTree

import pytest

from lost_update.exports.not_possible import NotPossible
from lost_update.exports.updates import updates_of
from lost_update.model.recording import Recording
from tests.exported import done, exported
from tests.recordings import RECORDINGS, kind_of, load, recorded
from tests.script_recordings import Script
from tests.variants import one_of_each

PICTURES = ("svg", "svg-lineage", "svg-map")
NASTY = "<script>alert('x')</script>\x00\"&\u202e"

SVG = "{http://www.w3.org/2000/svg}"


def drawn(recording: Recording, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(exported(recording, name))


def texts_of(picture: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in picture.iter(f"{SVG}text")]


@cache
def race(updates: int, name: str = "tally", processes: int = 2) -> Recording:
    """Everybody reads before anybody writes, again and again."""
    script = Script()
    cell = script.cell(name, initial=0)
    lanes = script.main.launches(processes)
    for _ in range(updates):
        for lane in lanes:
            lane.reads(cell)
        for lane in lanes:
            lane.writes(cell)
    return script.recording()


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("run", one_of_each(kind_of, RECORDINGS))
def test_a_picture_is_whole_stands_alone_and_holds_no_script(run: str, name: str) -> None:
    try:
        picture = drawn(recorded(run), name)
    except NotPossible:
        return
    for element in picture.iter():
        assert element.tag.removeprefix(SVG) not in ("script", "style", "image", "foreignObject", "a", "use")
        for attribute, value in element.attrib.items():
            assert not attribute.startswith("on")
            assert "href" not in attribute
            assert not re.search(r"url\((?!#)", value)
    assert picture.findtext(f"{SVG}title")
    assert picture.findtext(f"{SVG}desc")
    assert texts_of(picture)[0].split(":")[-1].strip()


@pytest.mark.parametrize("name", PICTURES)
def test_whatever_a_script_calls_a_thing_is_text(name: str) -> None:
    picture = drawn(race(3, NASTY), name)
    assert not list(picture.iter(f"{SVG}script"))
    if name != "svg-map":
        assert any("<script>alert('x')</script>" in text for text in texts_of(picture))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_stays_small_however_many_steps_there_are(name: str) -> None:
    assert len(exported(race(6_000), name)) < 100_000


def test_so_does_one_of_many_processes() -> None:
    data = exported(race(40, processes=60), "svg")
    assert len(data) < 300_000
    assert "… and 29 more processes and threads" in data.decode()


def test_the_timeline_of_a_class_has_a_lane_for_everybody() -> None:
    texts = texts_of(drawn(recorded("crowd-thirty-two"), "svg"))
    assert {f"P{number}" for number in range(1, 33)} <= set(texts)
    assert not any("more process" in text for text in texts)


def test_where_processes_share_a_shape_the_lineage_names_all_of_them_behind_it() -> None:
    texts = texts_of(drawn(recorded("crowd-thirty-two"), "svg-lineage"))
    for look in range(8):
        assert ", ".join(f"P{look + 1 + turn * 8}" for turn in range(4)) in texts
    assert {"P1", "P2"} <= set(texts_of(drawn(recorded("race-none"), "svg-lineage")))


def test_the_timeline_has_a_lane_for_each_process_and_a_cross_for_each_lost_update() -> None:
    view, _ = load("race-none")
    picture = drawn(recorded("race-none"), "svg")
    assert {"P1", "P2"} <= set(texts_of(picture))
    crosses = [
        each.get("d", "")
        for each in picture.iter(f"{SVG}path")
        if (each.get("stroke"), each.get("stroke-width"), each.get("fill")) == ("#b8002e", "2", "none")
    ]
    assert sum(path.count("M") for path in crosses) == view["summary"]["cells"][0]["lost"]


def test_its_ends_say_what_was_expected_and_what_it_came_to() -> None:
    texts = texts_of(drawn(recorded("race-none"), "svg"))
    assert "expected 20" in texts
    assert "final 10" in texts
    assert "final 20" in texts_of(drawn(recorded("race-with"), "svg"))


def test_the_lineage_marks_what_was_lost_and_only_that() -> None:
    recording = recorded("race-none")
    texts = texts_of(drawn(recording, "svg-lineage"))
    lost = sum(len(cell.erased_by) for cell in done(updates_of(recording)).values())
    assert sum(text.startswith("✕") for text in texts) == lost
    assert not any(text.startswith("✕") for text in texts_of(drawn(recorded("race-with"), "svg-lineage")))


def test_what_came_before_a_reset_is_not_lost() -> None:
    script = Script()
    cell = script.cell("tally", initial=0)
    script.main.adds(cell).sets_cell(cell).adds(cell)
    texts = texts_of(drawn(script.recording(), "svg-lineage"))
    assert not any(text.startswith("✕") for text in texts)
    assert "no longer counted: a reset came after it" in texts


def test_no_map_of_one_process_of_three_or_of_none_that_share() -> None:
    for name, why in (("race-alone", "alone"), ("race-three-processes", "3 change"), ("pool-map", "none is shared")):
        with pytest.raises(NotPossible, match=why):
            exported(recorded(name), "svg-map")


@pytest.mark.parametrize("run", ["race-none", "race-with"])
def test_the_legend_of_a_map_shows_squares_as_they_are_drawn(run: str) -> None:
    picture = drawn(recorded(run), "svg-map")
    [sign] = (each for each in picture.iter(f"{SVG}rect") if each.get("fill") == "#b8002e")
    look = {name: value for name, value in sign.attrib.items() if name.startswith(("fill", "stroke"))}
    assert look["fill-opacity"] == ("0.24" if run == "race-none" else "0.08")
    assert any(look.items() <= each.attrib.items() for each in picture.iter(f"{SVG}path"))


def test_a_part_of_a_large_map_says_which_part_it_is() -> None:
    texts = texts_of(drawn(race(2_000), "svg-map"))
    assert any(text.startswith("A part of the whole, around the first lost update: steps 1 to 45 of") for text in texts)
