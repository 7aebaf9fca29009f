"""Threads of a child share a plain lock, and one Value with the other child's threads."""

import threading
from multiprocessing import Lock, Process, Value


def add(number, lock):
    for _ in range(10):
        with lock:
            number.value += 1


def lead(number, lock):
    own, mine = threading.Lock(), [0]

    def count():
        add(number, lock)
        with own:
            mine[0] += 10

    threads = [threading.Thread(target=count) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


if __name__ == "__main__":
    number, lock = Value("i", 0), Lock()
    pair = [Process(target=lead, args=(number, lock)) for _ in range(2)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(number.value)
