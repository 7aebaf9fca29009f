"""A queue between two processes: one puts, one gets, and what went in first comes out first."""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.scenario import Amount, Role, Scenario, Variant, by_name


def put_numbers(queue, iterations, pause):
    for number in range(1, iterations + 1):
        if pause:
            time.sleep(pause)
        queue.put(number)


def get_numbers(queue, iterations):
    numbers = []
    for _ in range(iterations):
        numbers.append(queue.get())


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    return [{"queue": mp.Queue()}] * processes


SCENARIO = Scenario(
    name="queue-fifo",
    title="A queue",
    about="One process puts numbers on a queue, another gets them: first in, first out.",
    field="guard",
    lineup="one",
    variants=by_name(
        Variant(
            "none",
            "First in, first out",
            "The queue has its own lock, so we need none.",
            "plain",
            (Role(put_numbers, free=(Op.PUT,)), Role(get_numbers, free=(Op.GET,))),
            stage="pipe",
        )
    ),
    share=share,
    chosen="none",
    iterations_label="Items",
    sentence="One process puts {iterations} [number|numbers] on a queue, another gets them, {pace}.",
    page={"iterations": 8, "pace": "slow", "step_ms": 250},
    processes=Amount(least=2, usual=2, most=2),
    iterations=Amount(usual=10, most=1_000),
    panels=("code",),
)
