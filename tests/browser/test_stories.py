"""The stages that tell of processes, queues and pools: what they show is held against the steps, worked out anew."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.looking import RACE_MS
from tests.browser.test_accessibility import assert_nothing_is_in_the_way
from tests.serving import RunningServer, until

Step = dict[str, Any]
FIGURES = ("expected", "counter", "lost")
"""The three places of a scoreboard, under the names that they have in the page."""

CALLS = ("map", "apply", "map_async", "apply_async")
METHODS = ("fork", "forkserver", "spawn")


class Shown:
    """An arena, as a person sees it."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.root = page.locator("section.arena").nth(number)

    @property
    def stage(self) -> Locator:
        """Where the story is drawn."""
        return self.root.locator('[data-part="stage"]')

    @property
    def told(self) -> str:
        """What is said of the stage to those who cannot see it."""
        return self.stage.get_attribute("aria-label") or ""

    @property
    def narration(self) -> str:
        """The sentence."""
        return self.root.locator('[data-part="narration"]').inner_text()

    def figures(self) -> list[str]:
        """The three values of the scoreboard."""
        return [self.root.locator(f'[data-part="{name}"]').inner_text().replace("\u2009", "") for name in FIGURES]

    def count(self, drawn: str) -> int:
        """How many of something are drawn."""
        return self.stage.locator(drawn).count()

    def texts(self, drawn: str) -> list[str]:
        """What is written there, from left to right and then from line to line."""
        found: list[tuple[float, float, str]] = []
        for one in self.stage.locator(drawn).all():
            box = one.bounding_box()
            assert box is not None
            found.append((round(box["y"] / 8), box["x"], one.text_content() or ""))
        return [text for _, _, text in sorted(found)]


def show(page: Page, server: RunningServer, *runs: str, at: int | None = None, also: str = "") -> list[Shown]:
    """Open runs that have ended, at their end or after `at` steps."""
    position = "" if at is None else f"&at={at}"
    page.goto(f"{server.url}/?runs={','.join(runs)}{position}&panel=code{also}")
    arenas = [Shown(page, number) for number in range(len(runs))]
    for arena in arenas:
        narration = arena.root.locator('[data-part="narration"]')
        if at is None:
            expect(narration).to_have_class(re.compile("tells-end"), timeout=RACE_MS)
        expect(arena.stage.locator(".stage-drawing")).to_be_visible()
    if at is not None:
        expect(page.locator('[data-part="position"]')).to_have_text(
            re.compile(rf"^Step {at:,} of ".replace(",", "\u2009"))
        )
    return arenas


def value(text: str) -> int:
    """A number as it stands on the stage."""
    return int(text.replace("−", "-").replace("\u2009", ""))


def ms(ns: float) -> str:
    """A time as it stands on the stage."""
    time = ns / 1e6
    return (
        f"{round_half_up(time):,}".replace(",", "\u2009")
        if time >= 10
        else f"{time:.1f}"
        if time >= 1
        else f"{time:.2f}"
    )


def told(ns: float) -> str:
    """The same in words."""
    return f"{ns / 1e9:.2f} s" if ns >= 999.5e6 else f"{ms(ns)} ms"


def round_half_up(number: float) -> int:
    """As JavaScript rounds."""
    return int(number + 0.5)


def of(steps: Iterable[Step], *ops: str, target: str | None = None) -> list[Step]:
    """The steps of these ops."""
    return [step for step in steps if step["op"] in ops and target in (None, step.get("target"))]


@pytest.fixture(scope="module")
def runs(server: RunningServer) -> list[str]:
    """A run of three processes with each start method."""
    request = {"scenario": "processes", "processes": 3, "iterations": 4}
    return [str(server.run(start_method=method, **request)["id"]) for method in METHODS]


class TestLifelines:
    """Scenario `processes`."""

    def test_every_figure_and_every_gap_is_that_of_the_steps(
        self, page: Page, server: RunningServer, runs: list[str]
    ) -> None:
        page.set_viewport_size({"width": 1920, "height": 1080})
        for arena, run in zip(show(page, server, *runs), runs, strict=True):
            steps = server.steps(run)
            launched = {step["target"]: step["t_ns"] for step in of(steps, "launch")}
            gaps = {
                step["process"]: step["t_ns"] - launched[step["process"]]
                for step in of(steps, "start")
                if step["process"] in launched
            }
            assert arena.figures() == [
                ms(sum(gaps.values()) / 3).replace("\u2009", ""),
                str(len(of(steps, "join"))),
                str(len(of(steps, "fail"))),
            ]
            assert arena.texts(".gap-words") == [f"{told(gaps[name])} to start" for name in ("P1", "P2", "P3")]

    def test_each_life_is_a_bar_and_each_join_an_arrow_and_a_failure_cannot_be_missed(
        self, page: Page, server: RunningServer, runs: list[str]
    ) -> None:
        for arena, run in zip(show(page, server, *runs), runs, strict=True):
            view = server.view(run)
            assert arena.count(".life") == len(view["processes"])
            assert arena.count(".arrow") == arena.count(".knot") == 3
            codes = {process["name"]: process["exitcode"] for process in view["processes"]}
            failed = [name for name, code in codes.items() if code]
            assert failed == ["P3"]
            assert arena.texts(".bad-code") == ["✕ 1"]
            assert arena.texts(".good-code") == ["0", "0"]
            assert arena.count(".cross") == 1
            assert "P3 ended with exit code 1" in arena.narration
            assert "P3 has ended with exit code 1 and is joined" in arena.told

    def test_who_ended_long_ago_is_joined_only_after_the_first_one(
        self, page: Page, server: RunningServer, runs: list[str]
    ) -> None:
        steps = server.steps(runs[0])
        first = of(steps, "join", target="P1")[0]
        (arena,) = show(page, server, runs[0], at=first["index"])
        assert "main waits for P1" in arena.told
        assert "P2 has ended and is not joined yet" in arena.told
        assert arena.texts(".wait-words") == ["waits for P1"]
        assert arena.count(".unjoined") == 3
        assert arena.count(".arrow") == 0

    def test_nothing_is_shown_before_it_happened(self, page: Page, server: RunningServer, runs: list[str]) -> None:
        steps = server.steps(runs[2])
        last = of(steps, "launch")[-1]
        (arena,) = show(page, server, runs[2], at=last["index"] + 1)
        before = steps[: last["index"] + 1]
        assert arena.figures()[1:] == ["0", "0"]
        assert arena.count(".knot") == len(of(before, "launch"))
        assert arena.count(".life") == len(of(before, "start"))
        assert arena.texts(".good-code") == arena.texts(".bad-code") == []

    def test_start_methods_stand_on_one_scale(self, page: Page, server: RunningServer, runs: list[str]) -> None:
        ends = [arena.texts(".axis-text")[-1] for arena in show(page, server, *runs)]
        longest = max(server.steps(run)[-1]["t_ns"] for run in runs)
        assert ends == [told(longest)] * 3


class TestPipe:
    """Scenarios `queue-fifo`, `queue-workers`, and the owner of `sharing`."""

    def test_what_went_in_first_comes_out_first(self, page: Page, server: RunningServer) -> None:
        run = server.run(scenario="queue-fifo", pace="free", iterations=6)["id"]
        steps = server.steps(run)
        (arena,) = show(page, server, run)
        assert [value(text) for text in arena.texts(".chip:not(.in-pipe) .chip-words")] == [
            step["value"] for step in of(steps, "get")
        ]
        assert arena.figures() == ["6", "0", "6"]
        assert "first in, first out" in arena.narration

    def test_at_every_step_the_pipe_holds_what_was_put_and_not_got(self, page: Page, server: RunningServer) -> None:
        run = server.run(scenario="queue-fifo", pace="free", iterations=5)["id"]
        steps = server.steps(run)
        for at in range(1, len(steps) + 1):
            if at == 1:
                (arena,) = show(page, server, run, at=at)
            else:
                page.keyboard.press("ArrowRight")
                expect(page.locator('[data-part="position"]')).to_have_text(re.compile(rf"^Step {at} of "))
            put = [step["value"] for step in of(steps[:at], "put")]
            got = [step["value"] for step in of(steps[:at], "get")]
            assert [value(text) for text in reversed(arena.texts(".in-pipe .chip-words"))] == put[len(got) :]
            waiting = steps[at - 1]["op"] == "wait"
            assert arena.count(".wait") >= int(waiting)
            assert arena.figures() == [str(len(put)), str(len(put) - len(got)), str(len(got))]

    def test_this_time_is_held_beside_last_time(self, page: Page, server: RunningServer) -> None:
        first = server.run(scenario="queue-workers", pace="free")["id"]
        (arena,) = show(page, server, first)
        before = [step["value"] for step in of(server.steps(first), "get")]
        assert [value(text) for text in arena.texts(".chip .chip-words")] == before
        assert "run it again to compare" in arena.narration
        with page.expect_response("**/api/runs") as answered:
            page.locator('[data-part="run"]').click()
        second = answered.value.json()["id"]
        expect(arena.root.locator('[data-part="narration"]')).to_contain_text("last time", timeout=RACE_MS)
        now = [step["value"] for step in of(server.steps(second), "get")]
        past = ".chip.is-past .chip-words, .chip.is-other .chip-words"
        assert [value(text) for text in arena.texts(past)] == before
        assert [value(text) for text in arena.texts(".chip:not(.is-past, .is-other) .chip-words")] == now
        assert arena.count(".is-other") == sum(one != other for one, other in zip(now, before, strict=True))
        assert arena.figures() == ["10", "0", str(out_of_turn(server.steps(second)))]
        assert arena.count(".leap") == out_of_turn(server.steps(second))

    def test_the_owners_counter_is_what_it_wrote_last(self, page: Page, server: RunningServer) -> None:
        run = server.run(scenario="sharing", guard="owner", iterations=20)["id"]
        steps = server.steps(run)
        for at in (len(steps) // 3, len(steps) // 2, len(steps) - 4):
            (arena,) = show(page, server, run, at=at)
            written = [step["value"] for step in of(steps[:at], "write")]
            puts, gets = (len(of(steps[:at], op)) for op in ("put", "get"))
            assert arena.figures() == [str(written[-1] if written else 0), str(puts), str(puts - gets)]
            assert arena.texts(".value") == [str(written[-1] if written else 0)]
        (arena,) = show(page, server, run)
        assert arena.figures() == ["40", "40", "0"]


def out_of_turn(steps: list[Step]) -> int:
    """How many items were got while one that had been put earlier was still inside. All values differ."""
    inside: list[int] = []
    early = 0
    for step in of(steps, "put", "get"):
        if step["op"] == "put":
            inside.append(step["value"])
        else:
            early += inside.index(step["value"]) > 0
            inside.remove(step["value"])
    return early


class TestPool:
    """Scenario `pool`, and the sum of `sharing`."""

    @pytest.mark.parametrize("call", CALLS)
    def test_every_task_is_a_bar_and_every_figure_that_of_the_steps(
        self, page: Page, server: RunningServer, call: str
    ) -> None:
        run = server.run(scenario="pool", call=call, pace="slow", step_ms=5)["id"]
        steps = server.steps(run)
        (arena,) = show(page, server, run)
        assert arena.count(".task") == len(of(steps, "task_start")) == 10
        assert [value(text) for text in arena.texts(".box-words")] == [number**3 for number in range(10)]
        assert arena.figures() == ["10", str(most_at_once(steps)), str(out_of_order(steps))]
        assert arena.count(".wait") == len(of(steps, "wait", target="pool"))
        if out_of_order(steps):
            assert "results in order though the work was not" in arena.narration

    def test_in_the_middle_there_are_tasks_that_wait_and_tasks_that_run(
        self, page: Page, server: RunningServer
    ) -> None:
        page.set_viewport_size({"width": 1280, "height": 1000})
        run = server.run(scenario="pool", call="apply_async", pace="slow", step_ms=5)["id"]
        steps = server.steps(run)
        at = of(steps, "task_start")[4]["index"] + 1
        (arena,) = show(page, server, run, at=at)
        submitted, started, ended = (
            {step["task"] for step in of(steps[:at], op)} for op in ("submit", "task_start", "task_end")
        )
        assert arena.count(".task") == len(started)
        assert arena.count(".task.is-open") == len(started - ended)
        results = [str(number**3) for number in sorted(ended)]
        assert arena.texts(".box-words") == [str(number) for number in sorted(submitted - started)] + results
        assert arena.figures()[0] == str(len(ended))

    def test_a_thousand_tasks_are_a_thousand_bars_and_a_frame_takes_no_time(
        self, page: Page, server: RunningServer
    ) -> None:
        run = server.run(scenario="pool", call="apply_async", iterations=1000, processes=4, pace="free")["id"]
        (arena,) = show(page, server, run)
        assert arena.count(".task") == 1000
        assert arena.count(".bar-words") <= 1000
        times = page.evaluate(FRAMES, [server.view(run), columns(server.steps(run)), "pool"])
        assert sorted(times)[len(times) // 2] < 8

    def test_the_sum_is_written_once(self, page: Page, server: RunningServer) -> None:
        run = server.run(scenario="sharing", guard="sum", iterations=30)["id"]
        (arena,) = show(page, server, run)
        assert arena.figures() == ["60", "2", str(most_at_once(server.steps(run)))]
        assert len(of(server.steps(run), "write")) == 1
        assert arena.texts(".box-words") == ["30", "30"]


def most_at_once(steps: list[Step]) -> int:
    """The most tasks that were worked on at one moment."""
    running, most = 0, 0
    for step in of(steps, "task_start", "task_end"):
        running += 1 if step["op"] == "task_start" else -1
        most = max(most, running)
    return most


def out_of_order(steps: list[Step]) -> int:
    """How many tasks were done before one with a lower number."""
    done = [step["task"] for step in of(steps, "task_end")]
    return sum(min(done[place:]) < task for place, task in enumerate(done))


def columns(steps: list[Step]) -> dict[str, list[Any]]:
    """Steps as the stream sends them."""
    names = ("index", "t_ns", "process", "op", "target", "value", "version", "base", "lost", "line", "task")
    return {name: [step.get(name) for step in steps] for name in names}


FRAMES = """
async ([run, columns, stage]) => {
  const { History } = await import("/static/js/history.js");
  const { story } = await import(`/static/js/stories/${stage}.js`);
  const history = new History(run);
  history.append(columns);
  const root = document.querySelector('[data-part="stage"]');
  const drawn = story.createStage(root, {});
  const times = [];
  for (let position = 0; position <= history.length; position += Math.ceil(history.length / 200)) {
    const began = performance.now();
    drawn.render({
      run, history, position, moment: position, timebase: { name: "beat" }, look: { projector: false }, live: false,
      moving: true, atEnd: false, fresh: [], motion: 0, step: position ? history.step(position - 1) : null,
    });
    times.push(performance.now() - began);
  }
  drawn.destroy();
  return times;
}
"""
"""How long it takes to draw a story at two hundred positions, one after the other."""

QUEUE = """
async ([run, columns, positions]) => {
  const { History } = await import("/static/js/history.js");
  const { queueOf, ownerOf } = await import("/static/js/stories/pipe-model.js");
  const { sentence } = await import("/static/js/stories/pipe-words.js");
  const history = new History(run);
  history.append(columns);
  return positions.map((position) => {
    const frame = { run, history, position, step: history.step(position - 1) };
    const queue = queueOf(frame);
    return {
      inside: queue.inside.map((item) => [item.value, ownerOf(queue, item), item.isPassed]),
      out: queue.out.map((got) => [got.value, got.from, got.passed.length]),
      told: sentence(frame),
    };
  });
}
"""
"""What is known of a queue, and said, after so many steps."""


class TestWhatIsKnownOfAQueue:
    """Steps by hand, for what real runs show only by luck."""

    @staticmethod
    def known(page: Page, server: RunningServer, *steps: tuple[str, str, int], at: list[int]) -> list[dict[str, Any]]:
        """`steps` are process, op and value."""
        page.goto(server.url)
        names = [{"name": name, "pid": 1, "exitcode": None, "state": "ended"} for name in ("P1", "P2", "reader")]
        request = {"scenario": "queue-workers", "processes": 2, "iterations": 5, "guard": "none"}
        run = {"id": "x", "status": "finished", "request": request, "processes": names, "summary": {"cells": []}}
        rows = [
            {"index": index, "t_ns": index, "process": process, "op": op, "target": "queue", "value": value}
            for index, (process, op, value) in enumerate(steps)
        ]
        found: list[dict[str, Any]] = page.evaluate(QUEUE, [run, columns(rows), at])
        return found

    def test_what_comes_out_before_an_earlier_one_is_told(self, page: Page, server: RunningServer) -> None:
        steps = (("P1", "put", 1), ("P2", "put", -1), ("P1", "put", 4), ("reader", "get", 1), ("reader", "get", 4))
        before, after = self.known(page, server, *steps, at=[4, 5])
        assert before["out"] == [[1, 0, 0]]
        assert before["inside"] == [[-1, 1, False], [4, 0, False]]
        assert "first in, first out" in before["told"]
        assert after["out"] == [[1, 0, 0], [4, 0, 1]]
        assert after["inside"] == [[-1, 1, True]]
        assert after["told"].startswith("reader gets 4, though P2 put −1 earlier.")
        assert "between processes no order is promised" in after["told"]

    def test_of_items_that_look_alike_it_is_not_said_whose_they_were(self, page: Page, server: RunningServer) -> None:
        steps = (("P1", "put", 1), ("P1", "put", 1), ("P2", "put", 1), ("reader", "get", 1), ("P2", "put", 1))
        before, after, last = self.known(page, server, *steps, ("reader", "get", 1), at=[3, 4, 5])
        assert before["inside"] == [[1, 0, False], [1, 0, False], [1, 1, False]]
        assert after["inside"] == [[1, -1, False], [1, -1, False]]
        assert after["out"] == [[1, -1, 0]]
        assert "cannot be told" in after["told"]
        assert last["inside"] == [[1, -1, False], [1, -1, False], [1, 1, False]]

    def test_an_item_whose_put_was_lost_with_its_process_is_nobodys(self, page: Page, server: RunningServer) -> None:
        (known,) = self.known(page, server, ("P1", "put", 1), ("reader", "get", 9), at=[2])
        assert known["out"] == [[9, -1, 0]]
        assert known["inside"] == [[1, 0, False]]


REQUESTS: dict[str, list[dict[str, Any]]] = {
    "lifelines": [{"scenario": "processes", "start_method": method, "iterations": 2} for method in METHODS],
    "fifo": [{"scenario": "queue-fifo", "pace": "free"}],
    "workers": [{"scenario": "queue-workers", "pace": "free"}],
    "pool": [{"scenario": "pool", "call": "map", "pace": "slow", "step_ms": 5}],
    "sharing": [{"scenario": "sharing", "guard": guard, "iterations": 8} for guard in ("with", "owner", "sum")],
}


@pytest.fixture(scope="module")
def shown_runs(server: RunningServer) -> dict[str, list[str]]:
    """The runs of every kind of story."""
    return {name: [str(server.run(**request)["id"]) for request in requests] for name, requests in REQUESTS.items()}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_in_the_way(
    open_page: OpenPage, server: RunningServer, shown_runs: dict[str, list[str]], name: str, scheme: str
) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    show(page, server, *shown_runs[name])
    assert_nothing_is_in_the_way(page)
    show(page, server, *shown_runs[name], at=9)
    assert_nothing_is_in_the_way(page)


@pytest.mark.parametrize("name", REQUESTS)
def test_on_a_projector_nothing_on_a_stage_is_small(
    page: Page, server: RunningServer, shown_runs: dict[str, list[str]], name: str
) -> None:
    for at in (9, None):
        for arena in show(page, server, *shown_runs[name], at=at, also="&projector"):
            sizes = arena.stage.locator(".story text").evaluate_all(
                "(texts) => texts.map((text) => parseFloat(getComputedStyle(text).fontSize))"
            )
            assert min(sizes, default=24) >= 24


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=["laptop", "phone"])
def test_nothing_stands_outside_its_stage(
    open_page: OpenPage,
    server: RunningServer,
    shown_runs: dict[str, list[str]],
    name: str,
    size: tuple[int, int],
) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]})
    for at in (9, None):
        for arena in show(page, server, *shown_runs[name], at=at):
            stage = arena.stage.bounding_box()
            assert stage
            for text in arena.stage.locator(".story text").all():
                box = text.bounding_box()
                assert box, text.text_content()
                assert box["x"] >= stage["x"] - 2, text.text_content()
                assert box["x"] + box["width"] <= stage["x"] + stage["width"] + 2, text.text_content()
                assert box["y"] >= stage["y"] - 4, text.text_content()
                assert box["y"] + box["height"] <= stage["y"] + stage["height"] + 4, text.text_content()


@pytest.mark.parametrize("name", REQUESTS)
def test_who_wants_no_motion_gets_none(
    open_page: OpenPage, server: RunningServer, shown_runs: dict[str, list[str]], name: str
) -> None:
    page = open_page(reduced_motion="reduce")
    show(page, server, *shown_runs[name], at=4)
    for at in range(5, 10):
        page.keyboard.press("ArrowRight")
        expect(page.locator('[data-part="position"]')).to_have_text(re.compile(rf"^Step {at} of "))
        assert page.evaluate("() => document.getAnimations().length") == 0


def test_a_run_that_is_not_recorded_says_so(page: Page, server: RunningServer) -> None:
    run = server.run(scenario="sharing", guard="owner", iterations=8, traced=False)["id"]
    page.goto(f"{server.url}/?runs={run}")
    arena = Shown(page)
    expect(arena.root.locator('[data-part="narration"]')).to_contain_text(
        "Counter 16. It was not recorded", timeout=RACE_MS
    )
    assert arena.figures() == ["16", "–", "–"]


@pytest.mark.parametrize(
    "asked",
    [
        {"scenario": "pool", "pace": "slow", "step_ms": 50},
        {"scenario": "queue-fifo", "pace": "slow", "step_ms": 50},
        {"scenario": "processes", "pace": "free"},
    ],
    ids=["pool", "queue-fifo", "processes"],
)
def test_a_run_that_was_stopped_shows_how_far_it_came(page: Page, server: RunningServer, asked: dict[str, Any]) -> None:
    run = server.start(iterations=200, **asked)
    until(lambda: server.view(run)["steps"] > 4)
    server.stop(run)
    view = server.finished(run)
    assert view["status"] == "stopped"
    page.goto(f"{server.url}/?runs={run}")
    arena = Shown(page)
    expect(arena.root.locator('[data-part="narration"]')).to_contain_text(
        view["reason"] or "The run was stopped.", timeout=RACE_MS
    )
    expect(arena.stage.locator(".story")).to_be_visible()
