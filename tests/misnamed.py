"""A scenario whose names mislead: its lock is called `queue`, its queue `lock`, and its cell `P1`.

Code that looks at a name to learn what something is gets it wrong. `tests.misnamed_server` offers it.
"""

from typing import Any

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import HELD, Amount, Extra, Role, Scenario, by_name


def add_and_put(P1: Any, queue: Any, lock: Any, iterations: int) -> None:  # noqa: N803 - that is what misleads
    for _ in range(iterations):
        with queue:
            P1.value += 1
        lock.put(1)


def get_all(lock: Any, iterations: int, processes: int) -> None:
    for _ in range(iterations * processes):
        lock.get()


def put_and_acquire_again(P1: Any, queue: Any, lock: Any) -> None:  # noqa: N803 - as above
    queue.acquire()
    P1.value += 1
    lock.put(1)
    queue.acquire()


def get_once_too_often(lock: Any) -> None:
    lock.get()
    lock.get()


def share(mp: Any, guard: str, processes: int) -> list[dict[str, Any]]:
    """What each process is handed, by the name of its parameter."""
    shared = {"P1": mp.Value("i", 0), "queue": mp.Lock(), "lock": mp.Queue(), "processes": processes}
    return [shared] * (processes if guard == "forgotten_release" else processes + 1)


SCENARIO = Scenario(
    name="misnamed",
    title="Misleading names",
    about="A lock called queue, a queue called lock, and a cell called P1.",
    field="guard",
    lineup="one",
    variants=by_name(
        guarded(
            "with",
            Role(add_and_put, free=(Op.ACQUIRE, Op.PUT), held=HELD),
            extra=Extra("reader", Role(get_all, free=(Op.GET,), of="everybody")),
        ),
        guarded(
            "forgotten_release",
            Role(put_and_acquire_again, free=(Op.ACQUIRE, Op.READ, Op.MODIFY, Op.WRITE, Op.PUT)),
            Role(get_once_too_often, free=(Op.GET,)),
            may_block=True,
        ),
    ),
    share=share,
    adds=lambda processes, iterations: {"P1": processes * iterations},
    cells=(("P1", 0),),
    chosen="with",
    iterations_label="Increments each",
    page={"iterations": 4, "pace": "slow", "step_ms": 10},
    processes=Amount(usual=2, most=2),
)
