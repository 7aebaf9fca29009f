"""A semaphore that lets two in is taken for a lock."""

from multiprocessing import Process, Semaphore, Value


def add(sem, v):
    for _ in range(3000):
        with sem:
            v.value += 1


if __name__ == "__main__":
    sem = Semaphore(2)
    v = Value("i", 0)
    ps = [Process(target=add, args=(sem, v)) for _ in range(3)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(v.value <= 9000)
