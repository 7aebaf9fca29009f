"""Two processes take two locks in opposite orders, 0.4 s apart: they never meet, by luck."""

import time
from multiprocessing import Lock, Process


def take(first, second, seconds):
    time.sleep(seconds)
    with first:
        with second:
            pass


if __name__ == "__main__":
    left, right = Lock(), Lock()
    processes = [Process(target=take, args=(left, right, 0)), Process(target=take, args=(right, left, 0.4))]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print("well")
