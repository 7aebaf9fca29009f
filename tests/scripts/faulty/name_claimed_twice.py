"""Whether a name is free is asked without the lock of a manager, and it is taken under it."""

import time
from multiprocessing import Manager, Process


def claim(owners, key, me, lock):
    if key not in owners:
        time.sleep(0.05)
        with lock:
            owners[key] = me


if __name__ == "__main__":
    with Manager() as m:
        owners = m.dict()
        lock = m.Lock()
        ps = [Process(target=claim, args=(owners, "seat", i, lock)) for i in range(3)]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        print(list(owners))
