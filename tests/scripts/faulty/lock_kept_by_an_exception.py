"""An exception leaves a lock taken."""

from multiprocessing import Process, Lock
import time


def bad(lock):
    lock.acquire()
    raise ValueError("forgot")


def good(lock):
    time.sleep(0.4)
    lock.acquire()
    lock.release()


if __name__ == "__main__":
    lock = Lock()
    ps = [Process(target=bad, args=(lock,)), Process(target=good, args=(lock,))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
