# 30-killed-with-the-lock
# KIND: hang
# EXPECT: hangs: lock held by a killed process
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: HANG | HANG | HANG | HANG | HANG
#   forkserver: HANG | HANG
"""The parent kills a worker that holds the lock. Nobody ever releases it; the next one waits for ever."""

import time
from multiprocessing import Event, Lock, Process, Value


def slow(lock, has_it, n):
    with lock:
        has_it.set()
        time.sleep(60)
        n.value += 1


def quick(lock, n):
    with lock:
        n.value += 1


if __name__ == "__main__":
    lock, has_it, n = Lock(), Event(), Value("i", 0)
    s = Process(target=slow, args=(lock, has_it, n))
    s.start()
    has_it.wait()
    s.terminate()
    s.join()
    q = Process(target=quick, args=(lock, n))
    q.start()
    q.join()
    print("RESULT", n.value)
