"""Processes: created, started, joined. `main` does it, as every program does, and one of its processes fails."""

import os
import time

from lost_update.scenarios.scenario import OWN_LOOKS, Amount, Extra, Role, Scenario, Variant, by_name


def work(number, iterations, pause):
    for _ in range(iterations * number):
        time.sleep(pause or 0.005)
    if number == 1:
        raise RuntimeError("this process fails, to show what becomes of it")


def start_and_join(mp, processes, iterations, pause):
    workers = []
    for number in range(processes, 0, -1):
        worker = mp.Process(target=work, args=(number, iterations, pause))
        worker.start()
        workers.append(worker)
    for worker in workers:
        worker.join()


def share(mp, start_method, processes):
    """What `main` is handed: nothing is shared."""
    return [{} for _ in range(processes)] + [{"processes": processes}]


def _started_by(start_method, about):
    extra = Extra("main", Role(start_and_join), launches=True, start_method=start_method, has_threads=False)
    return Variant(start_method, start_method, about, "plain", (Role(work),), extra, stage="lifelines", may_fail=True)


CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

SCENARIO = Scenario(
    name="processes",
    title="Start and join",
    about="One process starts others and waits for each of them. The last one fails.",
    field="start_method",
    lineup="all",
    variants=by_name(
        _started_by(
            "fork", "The new process is a copy of main, made at once. This is safe only if main has a single thread."
        ),
        _started_by(
            "forkserver", "A small server process without threads starts first. Each new process is a copy of it."
        ),
        _started_by("spawn", "Each process is a new Python, which imports everything again."),
    ),
    share=share,
    chosen="forkserver",
    iterations_label="Rounds of work",
    sentence="One process starts {processes} [other|others]. Each works for {iterations} [round|rounds], {pace}."
    " The last one fails.",
    beside="Side by side, the three ways to start a process.",
    page={"iterations": 20, "pace": "free"},
    processes=Amount(usual=max(2, min(CORES, OWN_LOOKS)), most=OWN_LOOKS),
    iterations=Amount(usual=20, most=1_000),
    pauses_queue=True,
    panels=("code",),
)
