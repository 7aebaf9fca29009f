"""The walkthrough in a real browser: led through by a clicker, remembered, opened by address, printed."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lost_update.walkthrough.content import ChapterStep, Explanation, Guess, read
from tests.browser.conftest import OpenPage
from tests.browser.looking import LAPTOP, PHONE, Interception, StartedRuns
from tests.serving import RunningServer
from tests.variants import FULL, one_in

CHAPTERS = [chapter.slug for chapter in read()]
STEPS = {f"{chapter.slug}/{step.slug}": step for chapter in read() for step in chapter.steps}
RACE = "value/the-race"

READ_SMALL = """
least => [...document.querySelectorAll("body *")]
  .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(element => element.checkVisibility() && element.getBoundingClientRect().width > 2)
  .filter(element => !element.closest("dialog, .unseen, .chapter-head"))
  .filter(element => parseFloat(getComputedStyle(element).fontSize) < least)
  .map(element => `${element.tagName} ${element.className}: ${element.textContent.slice(0, 30)}`)
"""
"""What has text smaller than that, and is on show."""


class Walk:
    """The walkthrough, open in a browser, in the words of the page."""

    def __init__(self, page: Page, server: RunningServer) -> None:
        self.page = page
        self.url = f"{server.url}/walkthrough"
        self.started = StartedRuns(server)

    def open(self, name: str = "", query: str = "") -> None:
        """Open a step, or the overview, and wait for the scripts."""
        self.page.goto(f"{self.url}/{name}{query}" if name else f"{self.url}{query}")
        expect(self.part("theme")).not_to_be_empty()

    def part(self, name: str) -> Locator:
        """The element that plays a part."""
        return self.page.locator(f'[data-part="{name}"]')

    @property
    def step(self) -> Locator:
        """The step on show."""
        return self.page.locator(".step.is-current")

    def key(self, name: str) -> None:
        """Press a key where the focus is."""
        self.page.keyboard.press(name)

    def expect_place(self, name: str, phase: str) -> None:
        """Wait until this step is on show, in this phase, and the address says so."""
        expect(self.page.locator("body")).to_have_attribute("data-phase", phase)
        expect(self.page).to_have_url(re.compile(f"/walkthrough{f'/{name}' if name else ''}(\\?projector)?$"))
        if name:
            expect(self.step).to_have_attribute("data-step", name)
            expect(self.step.locator("h3")).to_be_visible()

    def wait_for_runs(self, step: ChapterStep) -> None:
        """Wait until all runs of a step are on show."""
        if step.repeat > 1:
            expect(self.part("tally")).to_contain_text(f"of {step.repeat} runs lost something.")
            return
        # Until the answer has come, what is on show may still be the step before.
        own = re.compile(r"/(runs/|\?runs=)\w")
        expect(self.part("elsewhere")).to_have_attribute("href", own)
        races = self.part("races").locator("> section:visible")
        expect(races).to_have_count(len(step.runs))
        expect(self.part("position")).to_have_text(re.compile(r"^Step \d.* of \d"))
        for index in range(len(step.runs)):
            expect(races.nth(index).locator('[data-part="narration"]')).not_to_be_empty()

    def expect_sight(self, sight: Explanation) -> None:
        """Wait until a sentence of what to look at is on show, or what is said in its place, and leads somewhere."""
        line = self.page.locator(".look-line.is-on")
        either = "|".join(re.escape(words(said)) for said in (sight.text, sight.otherwise) if said)
        expect(line.locator("span:visible").first).to_have_text(re.compile(f"^({either})$"))
        # Until the run has ended nobody knows whether there will be something to point at.
        expect(self.part("arrow").or_(line.locator(".otherwise")).filter(visible=True)).to_be_visible()

    def to_the_run(self, name: str) -> None:
        """Open a step and let it run."""
        self.open(name)
        self.key("PageDown")
        self.expect_place(name, "run")
        self.wait_for_runs(STEPS[name])


@pytest.fixture
def walk(page: Page, server: RunningServer) -> Walk:
    return Walk(page, server)


def runs_of(link: Locator) -> set[str]:
    """The runs that a link to the page of the races opens."""
    return set((link.get_attribute("href") or "").partition("runs=")[2].split(","))


def words(text: str) -> str:
    """A text of a chapter as it stands on the page."""
    return text.replace("`", "")


def steps_of(chapter: str) -> dict[str, ChapterStep]:
    return {name: step for name, step in STEPS.items() if name.startswith(f"{chapter}/")}


@pytest.mark.parametrize("chapter", one_in(len(CHAPTERS), CHAPTERS, beginning=CHAPTERS.index("value")))
def test_a_clicker_leads_through_a_chapter_and_on_and_real_processes_run_in_every_step(
    walk: Walk, server: RunningServer, chapter: str
) -> None:
    first, *others = steps = steps_of(chapter)
    if chapter == CHAPTERS[0]:
        walk.open()
        walk.expect_place("", "overview")
        walk.key("PageDown")
    else:
        walk.open(first)
    runs = {first: runs_by_clicker(walk, first)}
    for name in others:
        walk.key("PageDown")
        runs[name] = runs_by_clicker(walk, name)
    walk.key("PageDown")
    after = next((name for name in list(STEPS)[list(STEPS).index(next(reversed(steps))) + 1 :]), "")
    walk.expect_place(after, "ask" if after else "overview")
    for name, step in steps.items():
        assert len(runs[name]) == len(step.runs) * step.repeat, name
        views = [server.finished(run) for run in runs[name]]
        assert all(process["pid"] for view in views for process in view["processes"])
        blocked = [view["status"] for view in views if view["status"] != "finished"]
        assert not blocked or name in ("locks/an-exception-between", "locks/forgotten-release"), (name, blocked)


def runs_by_clicker(walk: Walk, name: str) -> list[str]:
    """Lead through the step that is on show, to the last of what there is to look at. The runs that it started."""
    step = STEPS[name]
    walk.expect_place(name, "ask")
    expect(walk.step.locator(".step-text")).to_have_text(words(step.text))
    expect(walk.step.locator(".question-ask")).to_be_visible()
    expect(walk.step.locator("pre").first).to_be_visible()
    walk.started.forget()
    walk.key("PageDown")
    walk.expect_place(name, "run")
    expect(walk.page.locator(".look-line")).to_have_count(0)
    walk.wait_for_runs(step)
    runs = walk.started.ids
    for sight in step.look:
        walk.key("PageDown")
        walk.expect_place(name, "look")
        walk.expect_sight(sight)
    expect(walk.part("notice")).to_be_hidden()
    return runs


@FULL
@pytest.mark.parametrize(("forward", "back"), [("ArrowRight", "ArrowLeft"), ("Space", "PageUp")])
def test_it_goes_back_the_way_it_came_and_shows_the_run_again(walk: Walk, forward: str, back: str) -> None:
    walk.to_the_run("value/alone")
    for sight in STEPS["value/alone"].look:
        walk.key(forward)
        walk.expect_place("value/alone", "look")
        walk.expect_sight(sight)
    walk.key(forward)
    walk.expect_place(RACE, "ask")
    walk.started.forget()
    walk.key(back)
    walk.expect_place("value/alone", "look")
    walk.wait_for_runs(STEPS["value/alone"])
    assert walk.started.ids == []
    for sight in reversed(STEPS["value/alone"].look):
        walk.expect_sight(sight)
        walk.key(back)
    walk.expect_place("value/alone", "run")
    walk.key(back)
    walk.expect_place("value/alone", "ask")
    walk.key(back)
    walk.expect_place("processes/start-methods", "ask")


def test_it_remembers_where_it_was(walk: Walk) -> None:
    walk.open()
    expect(walk.part("resume")).to_be_hidden()
    walk.open("locks/get-lock")
    walk.open()
    expect(walk.part("resume")).to_contain_text("Locks: The lock inside a Value")
    walk.part("resume-link").click()
    walk.expect_place("locks/get-lock", "ask")


@pytest.mark.parametrize("chapter", one_in(8, CHAPTERS))
def test_every_step_is_opened_by_its_address_and_fits_a_phone_and_a_projector(walk: Walk, chapter: str) -> None:
    for name, step in steps_of(chapter).items():
        walk.page.set_viewport_size(LAPTOP)
        walk.open(name)
        walk.expect_place(name, "ask")
        expect(walk.step).to_have_count(1)
        expect(walk.page.locator("h3:visible")).to_have_text(words(step.title))
        expect(walk.page).to_have_title(f"{words(step.title)} · Walkthrough · Lost Update")

        walk.key("m")
        expect(walk.part("projector")).to_have_attribute("aria-pressed", "true")
        assert walk.page.evaluate(READ_SMALL, 24) == [], name
        overflow = walk.page.evaluate(
            "() => { const walk = document.querySelector('.walk'); return walk.scrollHeight - walk.clientHeight; }"
        )
        assert overflow <= 8, name

        walk.key("m")
        expect(walk.part("projector")).to_have_attribute("aria-pressed", "false")
        walk.page.set_viewport_size(PHONE)
        assert walk.page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_an_unknown_address_says_so_and_leads_to_the_overview(walk: Walk, faults: list[str]) -> None:
    walk.page.goto(f"{walk.url}/locks/no-such-step")
    expect(walk.page.get_by_role("alert").first).to_contain_text("no step 'locks/no-such-step'")
    walk.expect_place("", "overview")
    walk.page.get_by_role("link", name="1 Processes", exact=True).click()
    expect(walk.part("notice")).to_be_hidden()
    assert len(faults) == 1
    assert "404" in faults.pop()


def test_chapters_and_steps_are_reached_from_anywhere(walk: Walk) -> None:
    walk.open("pool/apply")
    walk.page.get_by_role("link", name="3 A shared array").click()
    walk.expect_place("array/three-numbers", "ask")
    expect(walk.page.get_by_role("link", name="3 A shared array")).to_have_attribute("aria-current", "true")
    walk.key("Home")
    walk.expect_place("", "overview")
    walk.page.get_by_role("link", name="Two producers").click()
    walk.expect_place("queues/two-producers", "ask")
    walk.part("to-overview").click()
    walk.expect_place("", "overview")
    walk.part("to-next").click()
    walk.expect_place(next(iter(STEPS)), "ask")


@FULL
def test_a_question_can_be_skipped(walk: Walk) -> None:
    walk.to_the_run(RACE)
    expect(walk.part("found-guess")).to_have_text(re.compile(r"^What will the counter show\?\s*$"))
    walk.key("PageDown")
    walk.expect_place(RACE, "look")
    expect(walk.page.locator(".found-answer")).to_have_count(0)
    expect(walk.page.locator(".verdict")).to_have_count(0)


@FULL
def test_a_guess_stays_beside_the_result_and_a_clicker_does_not_get_stuck_in_its_field(walk: Walk) -> None:
    walk.open(RACE)
    field = walk.step.get_by_label("What will the counter show?")
    field.focus()
    walk.page.keyboard.type("8")
    walk.key("PageDown")
    walk.expect_place(RACE, "run")
    expect(walk.part("found-guess")).to_contain_text("Your guess: 8")
    walk.key("PageDown")
    walk.expect_place(RACE, "look")
    expect(walk.part("found-guess")).to_contain_text("Your guess: 8")
    # Chance decides, so what came out in this run says whether it is right.
    said = re.compile(r"(✓ right, this time|✕ not this time: it is \d+)$")
    expect(walk.page.locator(".verdict")).to_have_text(said)


def test_a_guess_gets_its_verdict_where_the_run_was_stopped(walk: Walk, server: RunningServer) -> None:
    walk.open(RACE)
    walk.step.get_by_label("What will the counter show?").fill("8")
    walk.key("Enter")
    walk.expect_place(RACE, "run")
    expect(walk.part("elsewhere")).to_have_attribute("href", re.compile(r"/runs/\w"))
    walk.page.request.delete(f"{server.url}/api/runs/{walk.started.ids[0]}")  # as the visitor that started it
    walk.key("PageDown")
    expect(walk.page.locator(".verdict")).to_contain_text(re.compile("stopped|right|not this time"))


@pytest.mark.parametrize(("answer", "verdict"), one_in(2, [("5", "✓ right"), ("4", "✕ not right")]))
def test_a_number_that_chance_does_not_decide_is_right_or_not(walk: Walk, answer: str, verdict: str) -> None:
    walk.open("value/alone")
    walk.step.get_by_label("What will the counter show?").fill(answer)
    walk.key("Enter")
    walk.expect_place("value/alone", "run")
    expect(walk.page.locator(".verdict")).to_have_count(0)
    walk.key("PageDown")
    expect(walk.page.locator(".verdict")).to_have_text(verdict)


def test_an_option_is_chosen_by_its_number_or_by_a_click_and_can_be_changed(walk: Walk) -> None:
    walk.open("locks/acquire-release")
    options = walk.step.locator(".option")
    walk.key("1")
    expect(options.nth(0)).to_have_attribute("aria-pressed", "true")
    options.nth(1).click()
    expect(options.nth(0)).to_have_attribute("aria-pressed", "false")
    expect(options.nth(1)).to_have_attribute("aria-pressed", "true")
    walk.key("9")
    walk.key("PageDown")
    walk.key("PageDown")
    expect(walk.part("found-guess")).to_contain_text("You said: It waits until P1 releases it ✓ right")


@FULL
def test_a_run_is_run_again_and_opened_on_the_page_of_the_races(walk: Walk, server: RunningServer) -> None:
    walk.to_the_run("locks/get-lock")
    link = walk.part("elsewhere")
    expect(link).to_be_visible()
    first = runs_of(link)
    assert first == set(walk.started.ids)
    before = link.get_attribute("href") or ""
    walk.key("r")
    expect(link).not_to_have_attribute("href", before)
    walk.wait_for_runs(STEPS["locks/get-lock"])
    assert runs_of(link) == set(walk.started.ids) - first
    for run in walk.started.ids:
        server.finished(run)
    again = runs_of(link)
    link.click()
    expect(walk.page).to_have_url(re.compile("|".join(again)))
    expect(walk.page.locator("section.race:visible")).to_have_count(2)
    walk.page.get_by_role("link", name="Walkthrough").first.click()
    expect(walk.part("resume")).to_contain_text("The lock inside a Value")


@FULL
def test_a_server_that_refuses_is_quoted_and_the_step_stays(walk: Walk, faults: list[str]) -> None:
    refusal = {"error": {"code": "full", "message": "The server is full.", "hint": "Try again."}}
    started = Interception(walk.page, "**/api/runs", lambda route: route.fulfill(status=429, json=refusal))
    walk.open("value/alone")
    walk.key("PageDown")
    expect(walk.part("notice-text")).to_have_text("The server is full. Try again.")
    started.answer = None
    walk.key("r")
    walk.wait_for_runs(STEPS["value/alone"])
    expect(walk.part("notice")).to_be_hidden()
    assert len(faults) == 1
    assert "429" in faults.pop()


@FULL
def test_twenty_runs_are_counted_one_box_each(walk: Walk) -> None:
    name = "tutorial/twenty-times"
    walk.to_the_run(name)
    expect(walk.page.locator(".tally-box")).to_have_count(20)
    expect(walk.part("show")).to_be_hidden()
    some = int(re.match(r"\d+", walk.page.locator(".tally-words").inner_text())[0])  # type: ignore[index]
    expect(walk.page.locator(".is-lost .tally-box")).to_have_count(some)


def test_keys_of_the_screen_do_what_they_do_on_the_page_of_the_races(walk: Walk) -> None:
    walk.open(RACE)
    walk.key("b")
    expect(walk.page.locator(".blank")).to_be_visible()
    walk.key("PageDown")
    expect(walk.page.locator(".blank")).to_be_hidden()
    walk.expect_place(RACE, "ask")
    walk.key("?")
    dialog = walk.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Run it again")
    walk.key("PageDown")
    walk.key("Escape")
    walk.expect_place(RACE, "ask")
    walk.key("m")
    expect(walk.part("projector")).to_have_attribute("aria-pressed", "true")
    expect(walk.page).to_have_url(re.compile(r"\?projector$"))


@FULL
def test_a_run_on_a_projector_has_nothing_small(walk: Walk) -> None:
    walk.open(RACE, "?projector")
    walk.key("PageDown")
    walk.wait_for_runs(STEPS[RACE])
    walk.key("PageDown")
    walk.expect_place(RACE, "look")
    assert walk.page.evaluate(READ_SMALL, 24) == []


def test_on_a_phone_nothing_is_wider_than_the_screen(open_page: OpenPage, server: RunningServer) -> None:
    walk = Walk(open_page(viewport=PHONE), server)
    walk.open()
    assert walk.page.evaluate("document.documentElement.scrollWidth") <= 390
    walk.to_the_run(RACE)
    assert walk.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_a_step_is_readable(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{server.url}/walkthrough/{RACE}")
    step = STEPS[RACE]
    assert isinstance(step.question, Guess)
    article = page.locator(f'[data-step="{RACE}"]')
    for text in (step.title, step.text, step.question.ask, "def without_a_lock"):
        expect(article.get_by_text(words(text)).first).to_be_visible()
    for sight in step.look:
        expect(page.get_by_text(words(sight.text))).to_be_visible()
    page.get_by_role("link", name="5 Locks").click()
    expect(page.locator('[data-step="locks/forgotten-release"]')).to_be_visible()


@FULL
@pytest.mark.parametrize("name", [RACE, ""])
def test_it_prints_as_a_handout_of_everything(walk: Walk, name: str) -> None:
    walk.open(name, "?projector")
    if name:
        walk.key("PageDown")
        walk.wait_for_runs(STEPS[name])
    walk.page.emulate_media(media="print")
    for chapter in read():
        expect(walk.page.get_by_role("heading", name=f"{chapter.number} · {chapter.title}")).to_be_visible()
        expect(walk.page.get_by_role("heading", name=f"Answers: {chapter.title}")).to_be_visible()
    for one, step in STEPS.items():
        expect(walk.page.locator(f'[data-step="{one}"] .step-text')).to_be_visible()
        for sight in step.look:
            expect(
                walk.page.locator(f'[data-answer="{one}"]').get_by_text(words(sight.text), exact=True)
            ).to_be_visible()
    # Nobody reads the answers beside the questions.
    last = walk.page.locator(".step").last.evaluate("step => step.getBoundingClientRect().bottom")
    assert last <= walk.page.locator(".answers").first.evaluate("answers => answers.getBoundingClientRect().top")
    for part in ("show", "steering", "resume", "tally"):
        expect(walk.part(part)).to_be_hidden()
    sheets = len(re.findall(rb"/Type\s*/Page\b", walk.page.pdf(format="A4")))
    assert len(read()) < sheets <= 24
