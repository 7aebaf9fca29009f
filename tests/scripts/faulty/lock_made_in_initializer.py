"""Each worker of a pool makes a lock of its own."""

import multiprocessing as mp
import time


def init(v):
    global LOCK, V
    LOCK, V = mp.Lock(), v


def task(n):
    time.sleep(0.05)
    for _ in range(n):
        with LOCK:
            V.value += 1
    return n


if __name__ == "__main__":
    v = mp.Value("i", 0)
    with mp.Pool(3, init, (v,)) as pool:
        print(sum(pool.map(task, [1500] * 6, chunksize=1)))
