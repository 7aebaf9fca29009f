"""A shared array: every process adds 1 to each element, again and again. Each element is a cell of its own."""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, INCREMENT, Role, Scenario, by_name

START = [0.0, 100.0, 200.0]


def without_a_lock(numbers, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        for index in range(len(numbers)):
            numbers[index] += 1


def with_acquire_and_release(numbers, lock, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        for index in range(len(numbers)):
            lock.acquire()
            numbers[index] += 1
            lock.release()


def with_the_lock(numbers, lock, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        for index in range(len(numbers)):
            with lock:
                numbers[index] += 1


def with_get_lock(numbers, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        for index in range(len(numbers)):
            with numbers.get_lock():
                numbers[index] += 1


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    shared = {"numbers": mp.Array("d", START)}
    if guard in ("lock", "with"):
        shared["lock"] = mp.Lock()
    return [shared] * processes


SCENARIO = Scenario(
    name="array",
    title="Shared array",
    about="Every process adds 1 to each of the three elements of the same Array, again and again.",
    field="guard",
    lineup="pair",
    variants=by_name(
        guarded("none", Role(without_a_lock, free=INCREMENT * 3)),
        guarded("lock", Role(with_acquire_and_release, free=(Op.ACQUIRE,) * 3, held=HELD * 3)),
        guarded("with", Role(with_the_lock, free=(Op.ACQUIRE,) * 3, held=HELD * 3)),
        guarded("get_lock", Role(with_get_lock, free=(Op.ACQUIRE,) * 3, held=HELD * 3)),
    ),
    share=share,
    adds=lambda processes, iterations: {f"numbers[{index}]": processes * iterations for index in range(len(START))},
    cells=tuple((f"numbers[{index}]", value) for index, value in enumerate(START)),
    chosen="with",
    iterations_label="Rounds each",
    sentence="{processes} [process adds|processes add] 1 to all three numbers of the same array,"
    " {iterations} [time|times] each, {pace}.",
    beside="Beside them, the same {variant}.",
    page={"iterations": 4, "pace": "slow", "step_ms": 100},
)
