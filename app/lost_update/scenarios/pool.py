"""A pool of processes: tasks go in, any worker takes the next ones, results come back in the order of the tasks."""

import functools
import time

from lost_update.model.ops import Op
from lost_update.scenarios.scenario import OWN_LOOKS, Amount, Extra, Role, Scenario, Variant, by_name


def cube(number, pause):
    time.sleep(pause)
    return number**3


def with_map(mp, processes, chunksize, iterations, pause):
    pool = mp.Pool(processes)
    task = functools.partial(cube, pause=pause)
    cubes = pool.map(task, range(iterations), chunksize)
    pool.close()
    pool.join()
    return cubes


def with_apply(mp, processes, iterations, pause):
    pool = mp.Pool(processes)
    cubes = []
    for number in range(iterations):
        cubes.append(pool.apply(cube, (number, pause)))
    pool.close()
    pool.join()
    return cubes


def with_map_async(mp, processes, chunksize, iterations, pause):
    pool = mp.Pool(processes)
    collected = []
    task = functools.partial(cube, pause=pause)
    later = pool.map_async(task, range(iterations), chunksize, callback=collected.extend)
    cubes = later.get()
    pool.close()
    pool.join()
    return cubes


def with_apply_async(mp, processes, iterations, pause):
    pool = mp.Pool(processes)
    collected = []
    later = []
    for number in range(iterations):
        later.append(pool.apply_async(cube, (number, pause), callback=collected.append))
    cubes = [one.get() for one in later]
    pool.close()
    pool.join()
    return cubes


def share(mp, call, processes):
    """What `main` is handed: nothing is shared."""
    return [{} for _ in range(processes)] + [{"processes": processes}]


def _called(name, main, about):
    worker = Role(cube, free=(Op.TASK_START, Op.TASK_END), of="run")
    extra = Extra(
        "main",
        Role(main, free=(Op.SUBMIT, Op.WAIT, Op.CALLBACK, Op.RESULT)),
        launches=True,
        start_method="fork",
        has_threads=False,
    )
    return Variant(name, name, about, "plain", (worker,), extra, stage="pool")


SCENARIO = Scenario(
    name="pool",
    title="A pool of workers",
    about="A pool cubes 0, 1, 2, … Any worker takes the next task, and the results come back in order.",
    field="call",
    lineup="one",
    variants=by_name(
        _called("map", with_map, "All tasks at once, in chunks. Main waits for all results, and gets them in order."),
        _called("apply", with_apply, "One task at a time. Main waits for each, so only one worker is busy."),
        _called("map_async", with_map_async, "Like map, but main goes on at once. A callback gets all results."),
        _called(
            "apply_async",
            with_apply_async,
            "Each task alone, without waiting. A callback gets each result when it is ready.",
        ),
    ),
    share=share,
    chosen="map",
    iterations_label="Tasks",
    sentence="A pool of {processes} [worker|workers] cubes {iterations} [number|numbers] with {variant},"
    " in chunks of {chunksize}, {pace}.",
    page={"iterations": 10, "pace": "slow", "step_ms": 150},
    processes=Amount(usual=3, most=OWN_LOOKS),
    iterations=Amount(usual=10, most=1_000),
    takes_chunks=True,
    panels=("code",),
)
