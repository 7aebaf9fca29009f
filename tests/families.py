"""Programs whose processes start others, and these others again, as scenarios that a test brings.

`tests.test_families` runs them by each start method. How many there are is in no list: they are declared as they come.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lost_update.scenarios.catalogue import SCENARIOS
from lost_update.scenarios.scenario import Amount, Extra, Role, Scenario, Variant, by_name
from lost_update.tracing.launching import StartMethod

if TYPE_CHECKING:
    from lost_update.execution.registry import Registry

METHODS: tuple[StartMethod, ...] = ("fork", "forkserver", "spawn")

GENERATIONS = (2, 2, 1)
"""How many children main has, each of those, and each of these again."""

FAMILY = 2 + 2 * 2 + 2 * 2 * 1

LONG_SECONDS = 60
MAX_SECONDS = 480


def branch(mp: Any, number: Any, generations: tuple[int, ...]) -> None:
    number.value += 1
    children = [
        mp.Process(target=branch, args=(mp, number, generations[1:]))
        for _ in range(generations[0] if generations else 0)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()


def family(mp: Any, number: Any, iterations: int) -> None:
    for _ in range(iterations):
        children = [mp.Process(target=branch, args=(mp, number, GENERATIONS[1:])) for _ in range(GENERATIONS[0])]
        for child in children:
            child.start()
        for child in children:
            child.join()


def add_one(number: Any) -> None:
    number.value += 1


def many(mp: Any, number: Any, iterations: int) -> None:
    children = [mp.Process(target=add_one, args=(number,)) for _ in range(iterations)]
    for position in range(0, iterations, 4):
        some = children[position : position + 4]
        for child in some:
            child.start()
        for child in some:
            child.join()


def wait_long(number: Any) -> None:
    number.value += 1
    time.sleep(LONG_SECONDS)


def parent_of_one(mp: Any, number: Any) -> None:
    child = mp.Process(target=wait_long, args=(number,))
    child.start()
    child.join()


def living(mp: Any, number: Any) -> None:
    """main starts P1, P1 starts P2, and that one does not end by itself."""
    child = mp.Process(target=parent_of_one, args=(mp, number))
    child.start()
    child.join()


def parent_on_request(mp: Any, number: Any) -> None:
    asked: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, _frame: asked.append(number))
    number.value += 1
    while not asked:
        time.sleep(0.01)
    child = mp.Process(target=add_one, args=(number,))
    child.start()
    child.join()


def on_request(mp: Any, number: Any) -> None:
    """P1 starts P2 when it is sent SIGUSR1: that it can be has shown once it has written."""
    child = mp.Process(target=parent_on_request, args=(mp, number))
    child.start()
    child.join()


def killed_at_once(mp: Any, number: Any) -> None:
    """The first child is killed as soon as there is one; whether it has said anything by then is open."""
    child = mp.Process(target=wait_long, args=(number,))
    child.start()
    os.kill(child.pid, signal.SIGKILL)
    child.join()


class Unpicklable:
    """What no child can be handed that is not forked."""

    def __reduce__(self) -> Any:
        raise ValueError("this does not travel")


def fails_to_start(mp: Any, number: Any) -> None:
    try:
        mp.Process(target=add_one, args=(Unpicklable(),)).start()
    except ValueError:
        number.value += 1
    child = mp.Process(target=add_one, args=(number,))
    child.start()
    child.join()


def killed_while_it_starts_one(mp: Any, number: Any) -> None:
    """main has registered a child and launched it when it dies, and has not started it."""

    class Deadly:
        def __reduce__(self) -> Any:
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError

    mp.Process(target=add_one, args=(Deadly(),)).start()


def share(mp: Any, _start_method: str, processes: int) -> list[dict[str, Any]]:
    """Main is handed the number; the others get it from their parent."""
    return [{} for _ in range(processes)] + [{"number": mp.Value("i", 0)}]


def scenario_of(main: Callable[..., None], *shows: Callable[..., Any]) -> Scenario:
    """A scenario in which main does that."""
    return Scenario(
        name=main.__name__,
        title=main.__name__,
        about=(main.__doc__ or main.__name__),
        field="start_method",
        lineup="one",
        variants=by_name(
            *(
                Variant(
                    method,
                    method,
                    method,
                    "plain",
                    (Role(add_one),),
                    Extra("main", Role(main), launches=True, start_method=method, has_threads=method != "fork"),
                    stage="lifelines",
                    shows=shows,
                )
                for method in METHODS
            )
        ),
        share=share,
        chosen="fork",
        iterations_label="Children",
        page={},
        processes=Amount(least=1, usual=1, most=1),
    )


MAINS = (family, many, living, on_request, killed_at_once, fails_to_start, killed_while_it_starts_one)


def offer() -> None:
    """Let runs be asked for of all these programs."""
    for main in MAINS:
        SCENARIOS[main.__name__] = scenario_of(main, branch, add_one, wait_long, parent_of_one, parent_on_request)


@contextmanager
def offered() -> Iterator["Registry"]:
    """A registry of its own while they are offered. It has time for a hundred new Pythons."""
    from lost_update.execution.registry import Registry
    from lost_update.settings import Settings

    before = dict(SCENARIOS)
    offer()
    registry = Registry(Settings(max_seconds=MAX_SECONDS))
    try:
        yield registry
    finally:
        registry.close()
        SCENARIOS.clear()
        SCENARIOS.update(before)


def run_living(method: StartMethod) -> None:
    """Run `living`, say the pids of its processes once all are at work, and go on until this process is killed."""
    from lost_update.execution.registry import Registry
    from lost_update.settings import Settings
    from lost_update.sources.request import RunRequest
    from tests.serving import until

    offer()
    run = Registry(Settings()).submit(RunRequest(scenario=living.__name__, start_method=method))
    pids = until(lambda: [each["pid"] for each in run.view()["processes"]], lambda pids: len(pids) == 3 and all(pids))
    print(*pids, flush=True)
    run.join()
