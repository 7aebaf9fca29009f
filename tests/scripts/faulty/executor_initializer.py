"""A counter reaches the workers of an executor by its initializer; nobody locks."""

from concurrent.futures import ProcessPoolExecutor
import multiprocessing as mp
import time

COUNTER = None


def init(c):
    global COUNTER
    COUNTER = c


def task(_):
    time.sleep(0.05)
    for _ in range(1000):
        COUNTER.value += 1
    return 1


def main():
    c = mp.Value("i", 0)
    with ProcessPoolExecutor(max_workers=3, initializer=init, initargs=(c,)) as ex:
        done = sum(ex.map(task, range(12)))
    print(done)


if __name__ == "__main__":
    main()
