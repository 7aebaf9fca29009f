"""Locks of every kind, used in every way, and misused."""

import multiprocessing
import sys
import traceback


def worker(locks, value, held, asked):
    lock, rlock, places, bounded = locks
    held.wait()
    print("taken:", lock.acquire(False), lock.acquire(timeout=0.01), flush=True)
    asked.set()
    with lock:
        print(lock, flush=True)
    with rlock, rlock:
        print(rlock, flush=True)
    places.acquire()
    print(places.acquire(block=False), places, flush=True)
    places.release()
    with bounded:
        pass
    with value.get_lock():
        value.value += 1
    with value:
        value.value += 1
    value.acquire()
    value.value += 1
    value.release()


def wrong(function):
    try:
        function()
    except Exception:
        traceback.print_exc()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    lock, rlock = multiprocessing.Lock(), multiprocessing.RLock()
    places, bounded = multiprocessing.Semaphore(1), multiprocessing.BoundedSemaphore(2)
    value = multiprocessing.Value("i", 0)
    shared = multiprocessing.Value("i", 0, lock=rlock)
    held, asked = multiprocessing.Event(), multiprocessing.Event()
    process = multiprocessing.Process(
        target=worker, args=((lock, rlock, places, bounded), value, held, asked), name="W"
    )
    process.start()
    with lock:
        held.set()
        asked.wait()
    process.join()
    print(value.value, process.exitcode, shared.get_lock() is rlock, rlock.acquire(), rlock.release())
    wrong(lock.release)
    wrong(bounded.release)
    wrong(rlock.release)
    wrong(lambda: lock.acquire("x", "y"))
    import pickle

    wrong(lambda: pickle.dumps(lock))
