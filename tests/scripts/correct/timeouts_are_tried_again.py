"""Waits that end by themselves, and are begun again."""

import queue
from multiprocessing import Lock, Process, Queue, Value


def work(tasks, total, lock):
    while True:
        try:
            task = tasks.get(timeout=0.05)
        except queue.Empty:
            continue
        if task is None:
            return
        while not lock.acquire(timeout=0.01):
            pass
        total.value += task
        lock.release()


if __name__ == "__main__":
    tasks, total, lock = Queue(), Value("i", 0), Lock()
    crew = [Process(target=work, args=(tasks, total, lock)) for _ in range(2)]
    for each in crew:
        each.start()
    for number in range(10):
        tasks.put(number)
    for _ in crew:
        tasks.put(None)
    for each in crew:
        each.join()
    print(total.value)
