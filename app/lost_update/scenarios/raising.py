"""What happens to a lock when the code raises while it is held: `with` releases it, else it stays locked."""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, OWN_LOOKS, Amount, Role, Scenario, by_name


def with_acquire_and_release(number, lock, raises, iterations, pause):
    for done in range(iterations):
        if pause:
            time.sleep(pause)
        lock.acquire()
        if raises and done == 1:
            raise ValueError("an error between acquire and release")
        number.value += 1
        lock.release()


def with_the_lock(number, lock, raises, iterations, pause):
    for done in range(iterations):
        if pause:
            time.sleep(pause)
        with lock:
            if raises and done == 1:
                raise ValueError("an error between acquire and release")
            number.value += 1


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter. P1 is the one that raises."""
    shared = {"number": mp.Value("i", 0), "lock": mp.Lock()}
    return [{**shared, "raises": process == 0} for process in range(processes)]


SCENARIO = Scenario(
    name="raising",
    title="An exception while locked",
    about="In its second round P1 raises an exception while it holds the lock.",
    field="guard",
    lineup="pair",
    variants=by_name(
        guarded("lock", Role(with_acquire_and_release, free=(Op.ACQUIRE,), held=HELD), may_fail=True, may_block=True),
        guarded("with", Role(with_the_lock, free=(Op.ACQUIRE,), held=HELD), may_fail=True),
    ),
    share=share,
    adds=lambda processes, iterations: {"number": (processes - 1) * iterations + 1},
    cells=(("number", 0),),
    chosen="with",
    iterations_label="Increments each",
    sentence="{processes} processes add 1 to the same number under a lock, {iterations} times each, {pace}."
    " In its second round P1 raises an exception.",
    beside="Beside them, the same {variant}.",
    page={"iterations": 4, "pace": "slow", "step_ms": 120},
    processes=Amount(least=2, usual=2, most=OWN_LOOKS),
    iterations=Amount(least=2, usual=4, most=10_000),
    panels=("value", "timeline", "map", "lineage", "code"),
)
