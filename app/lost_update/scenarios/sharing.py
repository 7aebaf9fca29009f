"""Sharing without sharing: the same count by a lock, by messages to one owner, and by a pool and a sum."""

import functools
import time

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, INCREMENT, OWN_LOOKS, Amount, Extra, Role, Scenario, Variant, by_name


def with_the_lock(number, lock, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        with lock:
            number.value += 1


def send_increments(queue, iterations, pause):
    for _ in range(iterations):
        time.sleep(pause)
        queue.put(1)


def own_the_number(number, queue, processes, iterations):
    for _ in range(processes * iterations):
        increment = queue.get()
        number.value += increment


def count(iterations, pause):
    total = 0
    for _ in range(iterations):
        time.sleep(pause)
        total += 1
    return total


def add_the_totals(mp, number, processes, iterations, pause):
    pool = mp.Pool(processes)
    totals = pool.map(functools.partial(count, pause=pause), [iterations] * processes)
    pool.close()
    pool.join()
    number.value += sum(totals)


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    number = mp.Value("i", 0)
    if guard == "with":
        return [{"number": number, "lock": mp.Lock()}] * processes
    if guard == "owner":
        queue = mp.Queue()
        return [{"queue": queue}] * processes + [{"number": number, "queue": queue, "processes": processes}]
    return [{} for _ in range(processes)] + [{"number": number, "processes": processes}]


_OWNER = Extra("owner", Role(own_the_number, free=(Op.GET, *INCREMENT), of="everybody"))
_MAIN = Extra(
    "main",
    Role(add_the_totals, free=(Op.SUBMIT, Op.WAIT, Op.RESULT, *INCREMENT), of="once"),
    launches=True,
    start_method="fork",
    has_threads=False,
)

SCENARIO = Scenario(
    name="sharing",
    title="Counting in three ways",
    about="The same count in three ways: with a lock, by messages to one owner, and with a pool and a sum.",
    field="guard",
    lineup="all",
    variants=by_name(
        guarded("with", Role(with_the_lock, free=(Op.ACQUIRE,), held=HELD)),
        Variant(
            "owner",
            "messages to an owner",
            "Only one process touches the number. The others send it their increments.",
            "right",
            (Role(send_increments, free=(Op.PUT,)),),
            _OWNER,
            stage="pipe",
        ),
        Variant(
            "sum",
            "a pool and a sum",
            "Every process counts alone. Main adds up what they return.",
            "right",
            (Role(count, free=(Op.TASK_START, Op.TASK_END), of="once"),),
            _MAIN,
            stage="pool",
        ),
    ),
    share=share,
    adds=lambda processes, iterations: {"number": processes * iterations},
    cells=(("number", 0),),
    chosen="with",
    iterations_label="Increments each",
    sentence="{processes} [process counts|processes count] to {iterations} [|each], {pace}.",
    beside="Side by side, three ways to do that right.",
    page={"iterations": 100, "pace": "free"},
    processes=Amount(usual=2, most=OWN_LOOKS),
    iterations=Amount(usual=100, most=2_000),
    panels=("code",),
)
