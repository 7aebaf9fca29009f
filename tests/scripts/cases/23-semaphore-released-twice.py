# 23-semaphore-released-twice
# KIND: invariant
# EXPECT: 3 inside where 2 are allowed; no lost update, no deadlock
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: most inside 3 allowed 2 | most inside 3 allowed 2 | most inside 3 allowed 2 | most inside 3 allowed 2 | most inside 3 allowed 2
#   spawn: most inside 3 allowed 2 | most inside 3 allowed 2 | most inside 2 allowed 2 | most inside 2 allowed 2 | most inside 3 allowed 2
#   forkserver: most inside 3 allowed 2 | most inside 3 allowed 2
"""A Semaphore for two toilets; one guest releases twice, so a third gets in."""

import time
from multiprocessing import Lock, Process, Semaphore, Value


def guest(free, inside, most, lock, careless):
    with free:
        with lock:
            inside.value += 1
            most.value = max(most.value, inside.value)
        time.sleep(0.15)
        with lock:
            inside.value -= 1
    if careless:
        free.release()


if __name__ == "__main__":
    free, lock, inside, most = Semaphore(2), Lock(), Value("i", 0), Value("i", 0)
    ps = [Process(target=guest, args=(free, inside, most, lock, i == 0)) for i in range(8)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("RESULT most inside", most.value, "allowed 2")
