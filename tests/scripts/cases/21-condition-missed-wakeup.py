# 21-condition-missed-wakeup
# KIND: hang
# EXPECT: hangs (missed wakeup); may pass if the cook starts late
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: HANG | HANG | HANG | HANG | both done
#   forkserver: HANG | HANG
"""notify() before anybody waits is forgotten; the waiter checks no predicate and waits for ever."""

import time
from multiprocessing import Condition, Process


def cook(ready):
    with ready:
        ready.notify_all()
    print("served", flush=True)


def eater(ready):
    time.sleep(0.5)  # washes hands
    with ready:
        ready.wait()
    print("ate", flush=True)


if __name__ == "__main__":
    ready = Condition()
    e, c = Process(target=eater, args=(ready,)), Process(target=cook, args=(ready,))
    e.start()
    c.start()
    c.join()
    e.join()
    print("RESULT both done")
