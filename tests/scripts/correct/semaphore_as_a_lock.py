"""A semaphore for one, used as a lock."""

from multiprocessing import Process, Semaphore, Value


def count(total, one):
    for _ in range(40):
        with one:
            total.value = total.value + 2


if __name__ == "__main__":
    total, one = Value("i", 0), Semaphore(1)
    crew = [Process(target=count, args=(total, one)) for _ in range(2)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(total.value)
