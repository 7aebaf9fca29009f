"""A counter under a lock that is passed along, taken by `with`."""

from multiprocessing import Lock, Process, Value


def count(total, lock):
    for _ in range(50):
        with lock:
            total.value += 1


if __name__ == "__main__":
    total, lock = Value("i", 0, lock=False), Lock()
    crew = [Process(target=count, args=(total, lock)) for _ in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(total.value)
