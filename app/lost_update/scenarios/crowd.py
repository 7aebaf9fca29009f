"""A counter that a whole class shares: as `value`, with as many processes as there are people in a room.

In a room every phone is a process, at the pace `step`: each waits until its owner lets it take a step.
"""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, INCREMENT, Amount, Role, Scenario, by_name


def without_a_lock(number, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        number.value += 1


def with_acquire_and_release(number, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        lock.acquire()
        number.value += 1
        lock.release()


def with_the_lock(number, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        with lock:
            number.value += 1


def with_get_lock(number, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        with number.get_lock():
            number.value += 1


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    shared = {"number": mp.Value("i", 0)}
    if guard in ("lock", "with"):
        shared["lock"] = mp.Lock()
    return [shared] * processes


SCENARIO = Scenario(
    name="crowd",
    title="A whole class",
    about="As many processes as there are people in a class add 1 to the same Value, each a few times.",
    field="guard",
    lineup="one",
    variants=by_name(
        guarded("none", Role(without_a_lock, free=INCREMENT)),
        guarded("lock", Role(with_acquire_and_release, free=(Op.ACQUIRE,), held=HELD)),
        guarded("with", Role(with_the_lock, free=(Op.ACQUIRE,), held=HELD)),
        guarded("get_lock", Role(with_get_lock, free=(Op.ACQUIRE,), held=HELD)),
    ),
    share=share,
    adds=lambda processes, iterations: {"number": processes * iterations},
    cells=(("number", 0),),
    chosen="none",
    iterations_label="Increments each",
    sentence="{processes} [process adds|processes add] 1 to the same number, {iterations} [time|times] each,"
    " {variant}, {pace}.",
    asks=True,
    page={"iterations": 2, "pace": "slow", "step_ms": 250},
    processes=Amount(usual=20),
    iterations=Amount(usual=2),
)
