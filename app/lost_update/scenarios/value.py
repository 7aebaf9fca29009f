"""A shared counter: every process adds 1 to the same `Value`, again and again.

Nothing here knows that it is traced: `mp` is `multiprocessing`, or a stand-in that makes traced objects.
"""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, INCREMENT, Role, Scenario, by_name


def without_a_lock(number, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        number.value += 1


def with_acquire_and_release(number, lock, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        lock.acquire()
        number.value += 1
        lock.release()


def with_the_lock(number, lock, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        with lock:
            number.value += 1


def with_get_lock(number, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        with number.get_lock():
            number.value += 1


def with_a_lock_of_its_own(number, lock, iterations, pause):
    # The mistake was made where the processes were started: args=(number, Lock()), a new lock for each.
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        with lock:
            number.value += 1


def with_only_the_write_locked(number, lock, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        value = number.value
        with lock:
            number.value = value + 1


def with_a_forgotten_release(number, lock, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        lock.acquire()
        number.value += 1


def with_a_then_b(number, a, b, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        with a, b:
            number.value += 1


def with_b_then_a(number, a, b, iterations, pause):
    for _ in range(iterations):
        if pause:
            time.sleep(pause)
        with b, a:
            number.value += 1


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    number = mp.Value("i", 0)
    if guard in ("none", "get_lock"):
        return [{"number": number}] * processes
    if guard == "crossed_locks":
        return [{"number": number, "a": mp.Lock(), "b": mp.Lock()}] * processes
    if guard == "separate_locks":
        return [{"number": number, "lock": mp.Lock()} for _ in range(processes)]
    return [{"number": number, "lock": mp.Lock()}] * processes


SCENARIO = Scenario(
    name="value",
    title="Shared counter",
    about="Every process adds 1 to the same Value, again and again.",
    field="guard",
    lineup="pair",
    variants=by_name(
        guarded("none", Role(without_a_lock, free=INCREMENT)),
        guarded("lock", Role(with_acquire_and_release, free=(Op.ACQUIRE,), held=HELD)),
        guarded("with", Role(with_the_lock, free=(Op.ACQUIRE,), held=HELD)),
        guarded("get_lock", Role(with_get_lock, free=(Op.ACQUIRE,), held=HELD)),
        guarded("separate_locks", Role(with_a_lock_of_its_own, free=(Op.ACQUIRE, *HELD)), own_locks=True),
        guarded(
            "write_only",
            Role(with_only_the_write_locked, free=(Op.READ, Op.ACQUIRE), held=(Op.MODIFY, Op.WRITE, Op.RELEASE)),
        ),
        guarded(
            "crossed_locks",
            Role(with_a_then_b, free=(Op.ACQUIRE,), held=(Op.ACQUIRE, *HELD, Op.RELEASE)),
            Role(with_b_then_a, free=(Op.ACQUIRE,), held=(Op.ACQUIRE, *HELD, Op.RELEASE)),
            may_block=True,
            locks=("a", "b"),
        ),
        guarded("forgotten_release", Role(with_a_forgotten_release, free=(Op.ACQUIRE, *INCREMENT)), may_block=True),
    ),
    share=share,
    adds=lambda processes, iterations: {"number": processes * iterations},
    cells=(("number", 0),),
    chosen="with",
    iterations_label="Increments each",
    sentence="{processes} [process adds|processes add] 1 to the same number, {iterations} [time|times] each, {pace}.",
    beside="Beside them, the same {variant}.",
    asks=True,
    page={"iterations": 10, "pace": "slow", "step_ms": 120},
)
