"""What a tutorial shows first: some processes add to a shared Value and some to a shared Array, 10 ms between rounds.

Whether anything is lost is a matter of chance: the pauses are a thousand times longer than an increment.
"""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, INCREMENT, OWN_LOOKS, Amount, Role, Scenario, by_name

START = [0.0, 100.0, 200.0]


def add_to_the_number(number, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        number.value += 1


def add_to_the_numbers(numbers, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        for index in range(len(numbers)):
            numbers[index] += 1


def add_to_the_number_with_acquire_and_release(number, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        lock.acquire()
        number.value += 1
        lock.release()


def add_to_the_numbers_with_acquire_and_release(numbers, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        for index in range(len(numbers)):
            lock.acquire()
            numbers[index] += 1
            lock.release()


def add_to_the_number_with_lock(number, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        with lock:
            number.value += 1


def add_to_the_numbers_with_lock(numbers, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        for index in range(len(numbers)):
            with lock:
                numbers[index] += 1


def halves(processes):
    """The first half of the processes, an odd one included, adds to the number, the others to the numbers."""
    return (processes + 1) // 2, processes // 2


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    on_the_number, on_the_numbers = halves(processes)
    lock = {"lock": mp.Lock()} if guard != "none" else {}
    number = {"number": mp.Value("i", 0), **lock}
    numbers = {"numbers": mp.Array("d", START), **lock}
    return [number] * on_the_number + [numbers] * on_the_numbers


def adds(processes, iterations):
    """By how much each cell grows when nothing is lost."""
    on_the_number, on_the_numbers = halves(processes)
    numbers = {f"numbers[{index}]": on_the_numbers * iterations for index in range(len(START))}
    return {"number": on_the_number * iterations, **numbers}


SCENARIO = Scenario(
    name="tutorial",
    title="A tutorial’s program",
    about="Half of the processes add 1 to a Value, the others to each element of an Array. All sleep between rounds.",
    field="guard",
    lineup="pair",
    variants=by_name(
        guarded("none", Role(add_to_the_number, free=INCREMENT), Role(add_to_the_numbers, free=INCREMENT * 3)),
        guarded(
            "lock",
            Role(add_to_the_number_with_acquire_and_release, free=(Op.ACQUIRE,), held=HELD),
            Role(add_to_the_numbers_with_acquire_and_release, free=(Op.ACQUIRE,) * 3, held=HELD * 3),
        ),
        guarded(
            "with",
            Role(add_to_the_number_with_lock, free=(Op.ACQUIRE,), held=HELD),
            Role(add_to_the_numbers_with_lock, free=(Op.ACQUIRE,) * 3, held=HELD * 3),
        ),
    ),
    share=share,
    adds=adds,
    cells=(("number", 0), *((f"numbers[{index}]", value) for index, value in enumerate(START))),
    chosen="with",
    iterations_label="Rounds each",
    sentence="Half of {processes} processes add 1 to a number, the others to each number of an array,"
    " in {iterations} [round|rounds], {pace}.",
    beside="Beside them, the same {variant}.",
    page={"iterations": 100, "pace": "tutorial"},
    processes=Amount(least=2, usual=4, most=OWN_LOOKS),
)
