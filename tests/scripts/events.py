"""Events, conditions and barriers."""

import multiprocessing
import sys
import traceback
from threading import BrokenBarrierError


def worker(event, condition, own, barrier, told):
    print("event", event.wait(), flush=True)
    with condition:
        condition.notify()
    with own:
        told.set()
        print("own", own.wait(30), flush=True)
    barrier.wait()
    try:
        barrier.wait(0.05)
    except BrokenBarrierError:
        print("broken", barrier.broken, flush=True)


def wrong(function):
    try:
        function()
    except Exception:
        traceback.print_exc()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    event, condition, lock = multiprocessing.Event(), multiprocessing.Condition(), multiprocessing.Lock()
    own, barrier, told = multiprocessing.Condition(lock), multiprocessing.Barrier(2), multiprocessing.Event()
    process = multiprocessing.Process(target=worker, args=(event, condition, own, barrier, told), name="W")
    process.start()
    print(event.is_set(), event.wait(0.01), repr(event).split()[-1])
    with condition:
        print(condition.wait_for(lambda: False, 0.01))
        event.set()
        print(condition.wait(30))
    told.wait()
    with own:
        own.notify_all()
    barrier.wait()
    process.join()
    barrier.reset()
    print(barrier.broken, barrier.n_waiting, barrier.parties)
    event.clear()
    print(event.is_set())
    wrong(condition.notify)
    wrong(condition.wait)
    barrier.abort()
    wrong(barrier.wait)
