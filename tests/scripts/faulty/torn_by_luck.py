"""Two are written under a lock, and read without it, long after. Nothing shows, and it can."""

from multiprocessing import Process, Value, Lock
import time


def writer(lo, hi, lock):
    for i in range(5):
        with lock:
            lo.value = i
            hi.value = i
        time.sleep(0.02)


def reader(lo, hi):
    time.sleep(0.5)
    for _ in range(5):
        a = lo.value
        b = hi.value
        time.sleep(0.02)


if __name__ == "__main__":
    lo, hi, lock = Value("i", 0), Value("i", 0), Lock()
    ps = [Process(target=writer, args=(lo, hi, lock)), Process(target=reader, args=(lo, hi))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("ok")
