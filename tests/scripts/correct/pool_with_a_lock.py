"""Lock and counter reach the workers by the initializer."""

from multiprocessing import Lock, Pool, Value

counter = lock = None


def arm(its_counter, its_lock):
    global counter, lock
    counter, lock = its_counter, its_lock


def work(times):
    for _ in range(times):
        with lock:
            counter.value += 1
    return times


if __name__ == "__main__":
    shared, guard = Value("i", 0), Lock()
    with Pool(3, arm, (shared, guard)) as pool:
        asked = sum(pool.map(work, [10] * 6, chunksize=1))
        pool.close()
        pool.join()
    print(shared.value, asked)
