"""Processes that start processes: all add under one lock."""

from multiprocessing import Lock, Process, Value


def work(bricks, lock):
    for _ in range(20):
        with lock:
            bricks.value += 1


def lead(bricks, lock):
    gang = [Process(target=work, args=(bricks, lock)) for _ in range(2)]
    for each in gang:
        each.start()
    work(bricks, lock)
    for each in gang:
        each.join()


if __name__ == "__main__":
    bricks, lock = Value("i", 0), Lock()
    leaders = [Process(target=lead, args=(bricks, lock)) for _ in range(2)]
    for each in leaders:
        each.start()
    for each in leaders:
        each.join()
    print(bricks.value)
