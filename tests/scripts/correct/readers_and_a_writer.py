"""A writer changes two numbers that belong together; readers take both under the lock."""

from multiprocessing import Lock, Process, Value


def write(low, high, lock):
    for number in range(20):
        with lock:
            low.value = number
            high.value = number + 100


def read(low, high, lock):
    for _ in range(20):
        with lock:
            assert high.value - low.value == 100


if __name__ == "__main__":
    low, high, lock = Value("i", 0), Value("i", 100), Lock()
    crew = [Process(target=each, args=(low, high, lock)) for each in (write, read, read)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(high.value - low.value, [each.exitcode for each in crew])
