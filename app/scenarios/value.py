"""A shared counter: every process adds 1 to the same `Value`, again and again.

Nothing here knows that it is traced: `mp` is `multiprocessing`, or a stand-in that makes traced objects.
"""

import time


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
        new_value = number.value + 1
        with lock:
            number.value = new_value


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    number = mp.Value("i", 0)
    if guard in ("none", "get_lock"):
        return [{"number": number}] * processes
    if guard == "separate_locks":
        return [{"number": number, "lock": mp.Lock()} for _ in range(processes)]
    return [{"number": number, "lock": mp.Lock()}] * processes
