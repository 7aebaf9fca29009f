"""A worker says how far it is, each time anew; the parent only looks."""

import time
from multiprocessing import Process, Value


def work(progress):
    for percent in range(0, 101, 10):
        progress.value = percent
        time.sleep(0.002)


if __name__ == "__main__":
    progress = Value("i", 0)
    worker = Process(target=work, args=(progress,))
    worker.start()
    while worker.is_alive():
        seen = progress.value
        time.sleep(0.005)
    worker.join()
    print(progress.value)
