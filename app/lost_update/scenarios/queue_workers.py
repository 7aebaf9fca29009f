"""Two processes put on one queue, and a third one gets. Each one's items stay in order; how they mix is left open."""

import time

from lost_update.model.ops import Op
from lost_update.scenarios.scenario import Amount, Extra, Role, Scenario, Variant, by_name


def put_squares(queue, iterations, pause):
    for number in range(1, iterations + 1):
        if pause:
            time.sleep(pause)
        queue.put(number * number)


def put_negatives(queue, iterations, pause):
    for number in range(1, iterations + 1):
        if pause:
            time.sleep(pause)
        queue.put(-number)


def get_all(queue, iterations):
    numbers = []
    for _ in range(2 * iterations):
        numbers.append(queue.get())


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    return [{"queue": mp.Queue()}] * (processes + 1)


SCENARIO = Scenario(
    name="queue-workers",
    title="Two into one queue",
    about="P1 puts squares on a queue, P2 negative numbers. Nothing promises how the two mix.",
    field="guard",
    lineup="one",
    variants=by_name(
        Variant(
            "none",
            "Two put, one gets",
            "The queue has its own lock, so we need none.",
            "plain",
            (Role(put_squares, free=(Op.PUT,)), Role(put_negatives, free=(Op.PUT,))),
            Extra("reader", Role(get_all, free=(Op.GET,), of="everybody")),
            stage="pipe",
        )
    ),
    share=share,
    chosen="none",
    iterations_label="Items each",
    sentence="Two processes put {iterations} [number|numbers] each on the same queue, a third gets them all, {pace}.",
    page={"iterations": 5, "pace": "slow", "step_ms": 250},
    processes=Amount(least=2, usual=2, most=2),
    iterations=Amount(usual=5, most=500),
    panels=("code",),
)
