"""The page in Chromium: a long run that has ended, opened and gone about in; a story of many tasks; a key pressed.

A real server in a process of its own, a headless Chromium without a GPU, a window of 1280 × 720, the timeline open.
Ready is the first frame painted in which the scrubber spans all steps and the result is shown, counted from the
navigation, each time in a new browser profile. A page is blocked by a task of more than 50 ms, as the browser counts
them; where there is none, it is 0. Scripting is all of our own code in an event and in the animation frame that follows
from it; layout and painting come on top, and show in the frames a second. A story of many tasks is drawn by itself,
outside of any frame, at positions spread evenly over its run, one after the other. A key on the scheduler, pressed five
times a second, is answered by a real process: the grant, its step, the stream and the drawing lie in between. Seeks go
to positions drawn at random. The wheel is turned once a frame, in and out again, at random places of the timeline. The
heap is what is left after a garbage collection, with the memory of typed arrays; a step takes what such a page has more
than one with a run of a few steps.

The exported page is one file, opened from a disk with no network: ready is counted in the same way.

The first page is opened by a browser that has nothing of it, over a network that it imitates: 3 Mbit/s, and 40 ms from
a request to its answer. Its first view is what it asks for until it has been painted and its scripts are at work; all
of it counts as it travels, headers too.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from lost_update.execution.supervisor import Context
from tests.bench.effort import Effort
from tests.bench.pairs import in_turn, ratios
from tests.bench.report import Row
from tests.browser import chromium
from tests.serving import RunningServer, serving

READY_WITHIN_MS = 1_500
SCRIPTING_WITHIN_MS = 16
PLAYED_WITHIN_MS = 6
STORY_WITHIN_MS = 8
PRESSED_WITHIN_MS = 100
FRAMES_A_SECOND = 55
"""Of the 60 that there are: the last ones come and go with the machine."""
LONGER_TIMES = 5
FIRST_VIEW_KB = 80
FIRST_VIEW_MS = 600
STEP_BYTES = 30
MOST_STEPS = 4_000_000
LONGEST_PROCESSES = 6
LONGEST_REPLAYS = 3
EXPORTED_STEPS = 30_000
EXPORTED_KB = 1_000
EXPORTED_WITHIN_MS = 1_000
SEEKS = 200
TASKS = 1_000
DRAWINGS = 200
TURNS = 90
PRESSES = 48
PRESSED_EVERY_MS = 200
"""As a person presses. Who presses before the last step's view has come waits for that, 50 ms at most."""
PLAYED_MS = 3_000
WAIT_MS = 30_000

# Runs before the page's own scripts: takes down when each animation frame began and how long its scripting took, and
# what has kept the page busy for long.
STOPWATCH = """
(() => {
  const next = window.requestAnimationFrame.bind(window);
  const watch = window.stopwatch = { frames: [], next: () => new Promise(next), ready: null, blocked: [] };
  new PerformanceObserver(list => watch.blocked.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
  window.requestAnimationFrame = (callback) => next((now) => {
    const began = performance.now();
    callback(now);
    watch.frames.push({ began, took: performance.now() - began });
    const told = document.querySelector('.is-end-sentence');
    if (watch.ready === null && told && document.querySelector('[data-part=scrubber]').max === watch.steps) {
      watch.ready = 0;
      next(() => { watch.ready = performance.now(); document.body.dataset.ready = ''; });
    }
  });
})();
"""

# A browser that lets no page have a worker.
NO_WORKER = "window.Worker = class { constructor() { throw new DOMException('', 'SecurityError'); } };"

SEEK = """
async positions => {
  const scrubber = document.querySelector('[data-part=scrubber]');
  const took = [];
  for (const position of positions) {
    await stopwatch.next();
    stopwatch.frames.length = 0;
    scrubber.value = String(position);
    const began = performance.now();
    scrubber.dispatchEvent(new Event('input', { bubbles: true }));
    const handled = performance.now() - began;
    await stopwatch.next();
    took.push(stopwatch.frames.reduce((sum, frame) => sum + frame.took, handled));
  }
  return took;
}
"""

PLAY = """
async ([milliseconds, speeded]) => {
  document.querySelector('[data-part=start]').click();
  const speed = document.querySelector('[data-part=speed]');
  speed.value = speeded;
  speed.dispatchEvent(new Event('change'));
  await stopwatch.next();
  document.querySelector('[data-part=play]').click();
  stopwatch.frames.length = 0;
  const began = await stopwatch.next();
  let now = began;
  let frames = 0;
  for (; now - began < milliseconds; frames += 1) now = await stopwatch.next();
  document.querySelector('[data-part=play]').click();
  return { rate: frames / (now - began) * 1000, took: stopwatch.frames.map(({ took }) => took) };
}
"""

ZOOM = """
async places => {
  const canvas = document.querySelector('[data-part=timeline] canvas:last-of-type');
  const box = canvas.getBoundingClientRect();
  const took = [];
  const began = await stopwatch.next();
  let now = began;
  for (const [index, share] of places.entries()) {
    stopwatch.frames.length = 0;
    const place = { clientX: box.x + share * box.width, clientY: box.y + box.height / 2 };
    const deltaY = index < places.length / 2 ? -60 : 60;
    const turned = performance.now();
    canvas.dispatchEvent(new WheelEvent('wheel', { ...place, deltaY, bubbles: true, cancelable: true }));
    const handled = performance.now() - turned;
    now = await stopwatch.next();
    took.push(stopwatch.frames.reduce((sum, frame) => sum + frame.took, handled));
  }
  return { rate: places.length / (now - began) * 1000, took };
}
"""

# Of a run whose page is open: draws its story in the place of the one on show.
STORY = """
async ([id, drawings]) => {
  const { History } = await import('/static/js/core/history.js');
  const { stage } = await import('/static/js/stages/pool/stage.js');
  const run = await (await fetch(`/api/runs/${id}`)).json();
  const lines = await (await fetch(`/api/runs/${id}/steps.ndjson`)).text();
  const steps = lines.trim().split('\\n').map(line => JSON.parse(line));
  const fields = ['index', 't_ns', 'process', 'op', 'target', 'value', 'version', 'base', 'lost', 'line', 'task'];
  const history = new History(run);
  history.append(Object.fromEntries(fields.map(field => [field, steps.map(step => step[field] ?? null)])));
  const drawn = stage.createStage(document.querySelector('section.race [data-part=stage]'), {});
  const took = [];
  for (let drawing = 1; drawing <= drawings; drawing += 1) {
    const position = Math.round(drawing / drawings * history.length);
    const began = performance.now();
    drawn.render({
      run, history, position, moment: position, timebase: { name: 'steps' }, look: { projector: false }, live: false,
      moving: true, atEnd: false, fresh: [], motion: 0, step: history.step(position - 1),
    });
    took.push(performance.now() - began);
  }
  drawn.destroy();
  return took;
}
"""


# What a frame finds changed is on the screen with the next one.
PRESS = """
key => new Promise(done => {
  const position = document.querySelector('[data-part=position]');
  const before = position.textContent;
  const pressed = performance.now();
  const look = () => requestAnimationFrame(now => position.textContent === before ? look() : done(now - pressed));
  document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  look();
})
"""


def rows(_context: Context, effort: Effort) -> Iterator[Row]:
    """Measure."""
    with serving() as server, _browser() as browser:
        run = server.run(iterations=effort.iterations // 2)
        steps: int = run["steps"]
        address = f"{server.url}/runs/{run['id']}?panel=timeline"
        ready = []
        for _ in range(effort.replays + 1):
            with _opened(browser, address, steps) as page:
                ready.append(page.evaluate("stopwatch.ready"))
        # The first time was the warm-up.
        yield _opening(steps, ready[1:])
        yield from _opening_longer(browser, server, effort, median(ready[1:]))
        yield _opening_longest(browser, effort)
        few = server.run(iterations=1)
        with _opened(browser, f"{server.url}/runs/{few['id']}?panel=timeline", few["steps"]) as page:
            bare = _heap(page)
        with _opened(browser, address, steps) as page:
            heap = _heap(page)
            chance = random.Random(steps)
            yield _seeking(page.evaluate(SEEK, [chance.randint(0, steps) for _ in range(SEEKS)]))
            yield _moving("Playing it at 8×", **page.evaluate(PLAY, [PLAYED_MS, "8"]))
            places = [chance.uniform(0.1, 0.9) for _ in range(2 * TURNS)]
            yield _moving("Zooming its timeline", **page.evaluate(ZOOM, places))
    yield Row(
        "JavaScript heap and typed arrays with it open; of that a step",
        f"{heap:.0f} MB; {(heap - bare) * 1e6 / steps:.0f} bytes",
        target=f"a step below {STEP_BYTES} bytes",
        held=(heap - bare) * 1e6 / steps < STEP_BYTES,
    )
    with serving() as server, _browser() as browser:
        yield _exported(*exported_page(browser, server, effort))
    with serving() as server, _browser() as browser:
        yield _first_view([first_view(browser, server) for _ in range(effort.replays + 1)][1:])
    with serving() as server, _browser() as browser:
        yield _playing_two(browser, server)
        yield _drawing(story_times(browser, server))
        yield _pressing(press_times(browser, server))


def _opening_longer(browser: Browser, server: RunningServer, effort: Effort, shorter: float) -> Iterator[Row]:
    run = server.run(iterations=effort.iterations * 5 // 8 - 100, processes=8)
    address = f"{server.url}/runs/{run['id']}?panel=timeline"
    apart, here = in_turn(
        effort.replays,
        lambda: _open_once(browser, address, run["steps"]),
        lambda: _open_once(browser, address, run["steps"], NO_WORKER),
    )
    ready, blocked = [each.ready for each in apart], [each.blocked for each in apart]
    busy, busy_here = [each.busy for each in apart], [each.busy for each in here]
    yield Row(
        f"The same of {run['steps']:,} steps by eight processes; the alternative: built by the page itself",
        f"{median(ready):,.0f} ms, worst {max(ready):,.0f} ms",
        f"{median(each.ready for each in here):,.0f} ms",
        ratios(ready, [each.ready for each in here]),
        f"within {LONGER_TIMES} × the row above",
        median(ready) <= LONGER_TIMES * shorter,
    )
    yield Row(
        f"Longest that the page is blocked while it opens {run['steps']:,} steps, median and worst of {len(blocked)}",
        f"{median(blocked):.0f} ms, worst {max(blocked):.0f} ms",
        f"{median(each.blocked for each in here):.0f} ms",
    )
    yield Row(
        "For how long its thread is busy meanwhile, all in all",
        f"{median(busy):,.0f} ms",
        f"{median(busy_here):,.0f} ms",
        ratios(busy, busy_here),
    )


def _opening_longest(browser: Browser, effort: Effort) -> Row:
    with serving(LOST_UPDATE_MAX_STEPS=str(MOST_STEPS)) as server:
        # Under a lock a round takes five steps and more.
        run = server.run(iterations=effort.iterations, processes=LONGEST_PROCESSES, guard="with")
        address = f"{server.url}/runs/{run['id']}?panel=timeline"
        ready = [_open_once(browser, address, run["steps"]).ready for _ in range(min(effort.replays, LONGEST_REPLAYS))]
    return Row(f"Opening {run['steps']:,} steps, twice as many as a run may take", f"{median(ready):,.0f} ms")


@dataclass(frozen=True)
class Opening:
    """How a page opened, in ms: when it was ready, how long it was blocked at most, and busy in all."""

    ready: float
    blocked: float
    busy: float


def _open_once(browser: Browser, address: str, steps: int, before: str = "") -> Opening:
    with _new_page(browser, steps, before) as page:
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.enable")
        _open(page, address)
        metrics = {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}
        ready, blocked = page.evaluate("[stopwatch.ready, Math.max(0, ...stopwatch.blocked)]")
        return Opening(ready, blocked, metrics["TaskDuration"] * 1000)


def exported_page(browser: Browser, server: RunningServer, effort: Effort) -> tuple[int, int, list[float]]:
    """Of a run as a page in one file: its steps, the bytes of the file, and how long it took to open it, in ms."""
    run = server.run(iterations=EXPORTED_STEPS // 6)
    content = server.ask("GET", f"/api/runs/{run['id']}/export/html").content
    ready = []
    with TemporaryDirectory() as folder:
        file = Path(folder) / "race.html"
        file.write_bytes(content)
        for _ in range(effort.replays + 1):
            with _opened(browser, f"{file.as_uri()}?panel=timeline", run["steps"]) as page:
                ready.append(float(page.evaluate("stopwatch.ready")))
    # The first time was the warm-up.
    return run["steps"], len(content), ready[1:]


def _exported(steps: int, size: int, ready: list[float]) -> Row:
    return Row(
        f"The exported page of {steps:,} steps, opened from a disk: its size; ready, median and worst of {len(ready)}",
        f"{size / 1000:.0f} kB; {median(ready):,.0f} ms, worst {max(ready):,.0f} ms",
        target=f"below {EXPORTED_KB:,} kB; within {EXPORTED_WITHIN_MS:,} ms",
        held=size < EXPORTED_KB * 1000 and median(ready) <= EXPORTED_WITHIN_MS,
    )


def first_view(browser: Browser, server: RunningServer) -> tuple[float, float]:
    """Of the first page: the bytes of its first view, and after how many ms its scripts are at work."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    sent: dict[str, float] = {}
    bytes_of: dict[str, int] = {}
    tools.on("Network.requestWillBeSent", lambda event: sent.update({event["requestId"]: event["timestamp"]}))
    tools.on("Network.loadingFinished", lambda event: bytes_of.update({event["requestId"]: event["encodedDataLength"]}))
    tools.send("Network.enable")
    tools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 40, "downloadThroughput": 3e6 / 8, "uploadThroughput": 3e6 / 8},
    )
    page.goto(server.url)
    page.locator('section[data-race="left"] .narration').wait_for(state="attached", timeout=WAIT_MS)
    page.wait_for_load_state("networkidle")
    painted, working = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd]"
    )
    began = min(sent.values())
    size = sum(bytes_of.get(name, 0) for name, at in sent.items() if (at - began) * 1000 < max(painted, working))
    context.close()
    return float(size), max(float(painted), float(working))


def _first_view(views: list[tuple[float, float]]) -> Row:
    size, ready = max(size for size, _ in views) / 1000, [ready for _, ready in views]
    return Row(
        f"The first view of `/` over 3 Mbit/s and 40 ms: as it travels; ready, median and worst of {len(views)}",
        f"{size:.0f} kB; {median(ready):.0f} ms, worst {max(ready):.0f} ms",
        target=f"at most {FIRST_VIEW_KB} kB; within {FIRST_VIEW_MS} ms",
        held=size <= FIRST_VIEW_KB and median(ready) <= FIRST_VIEW_MS,
    )


def _playing_two(browser: Browser, server: RunningServer) -> Row:
    pair = [server.run(guard=guard, iterations=10, pace="slow", step_ms=5) for guard in ("none", "with")]
    address = f"{server.url}/?runs={','.join(run['id'] for run in pair)}"
    with _opened(browser, address, max(run["steps"] for run in pair)) as page:
        played = page.evaluate(PLAY, [PLAYED_MS, "1"])
    return _moving("Playing two races of two processes, in motion", **played, within=PLAYED_WITHIN_MS)


def story_times(browser: Browser, server: RunningServer) -> list[float]:
    """How long each drawing of a story of many tasks took, in ms."""
    run = server.run(scenario="pool", call="apply_async", iterations=TASKS, processes=4)
    with _opened(browser, f"{server.url}/runs/{run['id']}", run["steps"]) as page:
        took: list[float] = page.evaluate(STORY, [run["id"], DRAWINGS])
    return took


def press_times(browser: Browser, server: RunningServer) -> list[float]:
    """How long it took, in ms, from each press of a key on the scheduler until the step was on the screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{server.url}/scheduler?guard=none&processes=4&iterations={PRESSES // 12}")
    page.locator('[data-process="P4"]', has_text="reads number").wait_for(timeout=WAIT_MS)
    took = []
    for press in range(PRESSES):
        page.wait_for_timeout(PRESSED_EVERY_MS)
        took.append(float(page.evaluate(PRESS, str(press % 4 + 1))))
    context.close()
    return took


def _pressing(took: list[float]) -> Row:
    return Row(
        f"From a key on the scheduler to the step on the screen, median and worst of {len(took)}",
        f"{median(took):.0f} ms, worst {max(took):.0f} ms",
        target=f"median within {PRESSED_WITHIN_MS} ms",
        held=median(took) <= PRESSED_WITHIN_MS,
    )


def _drawing(took: list[float]) -> Row:
    return Row(
        f"Drawing a story of {TASKS:,} tasks at {len(took)} positions: scripting of a frame, median and worst",
        f"{median(took):.1f} ms, worst {max(took):.1f} ms",
        target=f"median within {STORY_WITHIN_MS} ms",
        held=median(took) <= STORY_WITHIN_MS,
    )


def _opening(steps: int, ready: list[float]) -> Row:
    return Row(
        f"Opening a run of {steps:,} steps in Chromium, until it can be scrubbed, median and worst of {len(ready)}",
        f"{median(ready):,.0f} ms, worst {max(ready):,.0f} ms",
        target=f"within {READY_WITHIN_MS:,} ms",
        held=median(ready) <= READY_WITHIN_MS,
    )


def _seeking(took: list[float]) -> Row:
    return Row(
        f"Scripting of a seek in it, median and worst of {len(took)}",
        f"{median(took):.1f} ms, worst {max(took):.1f} ms",
        target=f"median within {SCRIPTING_WITHIN_MS} ms",
        held=median(took) <= SCRIPTING_WITHIN_MS,
    )


def _moving(what: str, *, rate: float, took: list[float], within: float = SCRIPTING_WITHIN_MS) -> Row:
    return Row(
        f"{what}: frames a second; scripting of a frame, median and worst of {len(took)}",
        f"{rate:.0f}; {median(took):.1f} ms, worst {max(took):.1f} ms",
        target=f"at least {FRAMES_A_SECOND}; worst within {within:g} ms",
        held=rate >= FRAMES_A_SECOND and max(took) <= within,
    )


@contextmanager
def _browser() -> Iterator[Browser]:
    path: Path | None = chromium.find() or chromium.fetch()
    if path is None:
        raise RuntimeError(chromium.ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _opened(browser: Browser, address: str, steps: int) -> Iterator[Page]:
    with _new_page(browser, steps) as page:
        _open(page, address)
        yield page


@contextmanager
def _new_page(browser: Browser, steps: int, before: str = "") -> Iterator[Page]:
    """A page that takes down how it opens a run. `before` is a script that comes before all others."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(WAIT_MS)
    context.add_init_script(f"{before} {STOPWATCH} stopwatch.steps = '{steps}';")
    try:
        yield context.new_page()
    finally:
        context.close()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("body[data-ready]").wait_for(timeout=WAIT_MS)


def _heap(page: Page) -> float:
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = tools.send("Runtime.getHeapUsage")
    tools.detach()
    return float(used["usedSize"] + used.get("embedderHeapUsedSize", 0) + used.get("backingStorageSize", 0)) / 1e6
