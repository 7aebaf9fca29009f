"""The walkthrough as data and as pages; it is walked through in tests/browser/test_walkthrough.py."""

import json
import multiprocessing
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from lost_update.settings import Settings
from lost_update.sources.request import RunRequest, check
from lost_update.walkthrough.content import FOLDER, BadChapter, ChapterStep, Guess, MultipleChoice, read, read_chapter
from tests.serving import CLIENT, RunningServer

CHAPTERS = read()
STEPS = {f"{chapter.slug}/{step.slug}": step for chapter in CHAPTERS for step in chapter.steps}
RUNS = {f"{name}-{number}": run for name, step in STEPS.items() for number, run in enumerate(step.runs, 1)}

MOST_SECONDS = 4.2
"""What our pauses may add up to in a step: a class must not wait."""

GOOD = """
title = "A chapter"
about = "What it is about."
[[steps]]
slug = "one"
title = "One"
text = "Words, and `code`."
look = [{ text = "There.", at = "end" }]
runs = [{ scenario = "value" }]
[[steps]]
slug = "two"
title = "Two"
text = "Words."
look = [{ text = "There.", at = "first_loss", otherwise = "Not this time." }]
runs = [{ scenario = "value" }]
[steps.question]
kind = "choice"
ask = "Which?"
options = ["this", "that"]
right = 2
why = "It is."
"""


def chapter_of(folder: Path, text: str, name: str = "1-a-chapter.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_chapters_are_those_of_the_subject_in_order() -> None:
    assert [chapter.slug for chapter in CHAPTERS] == [
        "processes",
        "value",
        "array",
        "tutorial",
        "locks",
        "queues",
        "pool",
        "sharing",
    ]
    assert [chapter.number for chapter in CHAPTERS] == list(range(1, 9))


def test_together_they_show_every_scenario_that_has_no_page_of_its_own_and_is_not_for_a_class() -> None:
    from lost_update.scenarios.catalogue import SCENARIOS

    listed = {each.name for each in SCENARIOS.values() if each.listed}
    assert {run["scenario"] for run in RUNS.values()} == listed - {"crowd"}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_every_request_of_the_walkthrough_is_one_that_the_server_takes_and_ends_soon(run: dict[str, Any]) -> None:
    request = RunRequest.model_validate(run)
    check(request, Settings())
    assert request.expected_seconds <= MOST_SECONDS


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_every_step_asks_something_and_is_short_enough_for_a_screen(step: ChapterStep) -> None:
    assert step.question is not None
    assert len(step.text) <= 250
    assert sum(max(len(sight.text), len(sight.otherwise or "")) for sight in step.look) <= 240
    assert len(step.question.why) <= 140


def test_the_lesson_on_get_lock_says_why_it_does_not_lock_itself_out() -> None:
    (lesson,) = [step for chapter in read(FOLDER) for step in chapter.steps if step.slug == "get-lock"]
    assert "it is an `RLock`, which its holder may acquire again" in lesson.text
    lock = multiprocessing.Value("i").get_lock()
    assert lock.acquire(block=False)
    assert lock.acquire(block=False)


def test_a_chapter_is_read_with_its_number_and_name_from_the_file_name(tmp_path: Path) -> None:
    chapter = read_chapter(chapter_of(tmp_path, GOOD, "7-a-pool.toml"))
    assert (chapter.number, chapter.slug, chapter.title) == (7, "a-pool", "A chapter")
    first, second = chapter.steps
    assert (first.code, first.repeat, first.question) == ([1], 1, None)
    assert isinstance(second.question, MultipleChoice)


def test_a_text_is_one_line_however_its_file_breaks_it(tmp_path: Path) -> None:
    broken = GOOD.replace('"Words, and `code`."', '"""\n  Words,\n  and `code`.\n"""')
    assert read_chapter(chapter_of(tmp_path, broken)).steps[0].text == "Words, and `code`."


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("about =", "abuot ="), "abuot"),
        (('title = "One"\n', ""), "title"),
        (('slug = "one"', 'slug = "One step"'), "slug"),
        (('slug = "one"', 'slug = "two"'), "two steps are called two"),
        (("right = 2", "right = 3"), "right is 3, and there are 2 options"),
        (('"that"', '"this"'), "an option is given twice"),
        (('kind = "choice"', 'kind = "riddle"'), "riddle"),
        (('runs = [{ scenario = "value" }]', "runs = []"), "runs"),
        (("look =", "code = [2]\nlook ="), "code names the runs"),
        (('"value" }]', '"value" }, { scenario = "value" }]\nrepeat = 5'), "only a single run can be repeated"),
        (("`code`", "`code"), "without its partner"),
        (('at = "end"', 'at = "first_sight"'), "points at first_sight"),
        (('at = "end"', 'at = "clean_runs"'), "not to be seen where the run is not repeated"),
        (('at = "end"', 'at = "end", run = 2'), "looks at run 2, and there are 1"),
        (("about =", "number = 3\nabout ="), "number"),
        (("title =", "title"), "line 2"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    file = chapter_of(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(BadChapter, match=r"1-a-chapter\.toml") as caught:
        read_chapter(file)
    assert complaint in str(caught.value)


@pytest.mark.parametrize("name", ["pool.toml", "one-pool.toml", "1-.toml", "1-The Pool.toml"])
def test_a_file_whose_name_says_no_number_or_no_good_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadChapter, match=re.escape(name)):
        read_chapter(chapter_of(tmp_path, GOOD, name))


def test_chapters_are_numbered_without_gaps(tmp_path: Path) -> None:
    chapter_of(tmp_path, GOOD, "1-first.toml")
    chapter_of(tmp_path, GOOD, "3-third.toml")
    with pytest.raises(BadChapter, match="numbered from 1 on"):
        read(tmp_path)


def test_the_tenth_chapter_comes_after_the_second(tmp_path: Path) -> None:
    for number in range(1, 11):
        chapter_of(tmp_path, GOOD, f"{number}-chapter.toml")
    assert [chapter.number for chapter in read(tmp_path)] == list(range(1, 11))


def test_nothing_else_lies_among_the_chapters() -> None:
    assert {file.suffix for file in FOLDER.iterdir()} == {".toml"}


# The pages


def plain(page: str) -> str:
    """The text of a page, without its tags, its embedded data and what breaks its lines."""
    text = re.sub(r"<script.*?</script>|<head.*?</head>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", text)))


@pytest.fixture(scope="module")
def overview(server: RunningServer) -> str:
    return CLIENT.get(f"{server.url}/walkthrough").text


@pytest.mark.parametrize("name", STEPS)
def test_every_step_is_on_the_page_with_its_words_its_question_and_its_code(overview: str, name: str) -> None:
    step = STEPS[name]
    text = plain(overview)
    question = step.question
    assert question is not None
    words = [step.title, step.text, question.ask, question.why]
    words += [said for sight in step.look for said in (sight.text, sight.otherwise) if said]
    words += question.options if isinstance(question, MultipleChoice) else []
    for each in words:
        assert each.replace("`", "") in text
    for number in step.code:
        request = RunRequest.model_validate(step.runs[number - 1])
        for function in request.variant.functions:
            assert f"def {function.__name__}(" in text


def test_no_step_is_open_at_first_and_the_one_that_the_address_names_otherwise(
    server: RunningServer, overview: str
) -> None:
    opened = re.compile(r'class="step is-current" data-step="([^"]+)"')
    assert opened.findall(overview) == []
    for name in STEPS:
        response = CLIENT.get(f"{server.url}/walkthrough/{name}")
        assert response.status_code == 200
        assert opened.findall(response.text) == [name]
    assert opened.findall(CLIENT.get(f"{server.url}/walkthrough/locks").text) == ["locks/acquire-release"]


@pytest.mark.parametrize("path", ["cooking", "locks/no-such-step", "cooking/eggs", "locks/%3Cscript%3E"])
def test_an_unknown_address_says_so_and_shows_the_way(server: RunningServer, path: str) -> None:
    response = CLIENT.get(f"{server.url}/walkthrough/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert re.search(r'role="alert"[^>]*>\s*<p[^>]*>The walkthrough has no (chapter|step) ', response.text)
    assert '<li>\n<h3><a href="../' in response.text
    assert "<script>'" not in response.text


def test_the_page_carries_the_requests_as_they_stand_in_the_chapters(overview: str) -> None:
    found = re.search(r'<script type="application/json" id="programs">(.*?)</script>', overview, re.DOTALL)
    assert found
    programs = json.loads(found[1])
    assert [each["name"] for each in programs] == list(STEPS)
    assert [each["runs"] for each in programs] == [step.runs for step in STEPS.values()]
    assert [[sight["at"] for sight in each["look"]] for each in programs] == [
        [sight.at for sight in step.look] for step in STEPS.values()
    ]


def test_a_number_is_right_only_where_chance_does_not_decide() -> None:
    racing = {
        name
        for name, step in STEPS.items()
        for run in step.runs
        if run.get("guard") in ("none", "separate_locks", "write_only") and run.get("processes", 2) > 1
    }
    for name, step in STEPS.items():
        if isinstance(step.question, Guess) and name in racing:
            assert step.question.right is None
