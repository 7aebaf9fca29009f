# 03-lock-made-in-worker
# KIND: lost_update
# EXPECT: loses under every start method: the locks exclude nobody
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: left 48652 should be 0 | left 74717 should be 0 | left 29337 should be 0 | left 15919 should be 0 | left 36013 should be 0
#   spawn: left 15047 should be 0 | left 0 should be 0 | left 0 should be 0 | left 33761 should be 0 | left 31643 should be 0
#   forkserver: left 5957 should be 0 | left 4968 should be 0
"""Each worker makes a Lock of its own before it uses it: a lock that nobody else ever sees."""

import multiprocessing as mp


def drain(tank, litres):
    mine = mp.Lock()
    for _ in range(litres):
        mine.acquire()
        tank.value = tank.value - 1
        mine.release()


if __name__ == "__main__":
    tank = mp.Value("l", 240_000, lock=False)
    a = mp.Process(target=drain, args=(tank, 120_000), name="pump-a")
    b = mp.Process(target=drain, args=(tank, 120_000), name="pump-b")
    a.start()
    b.start()
    a.join()
    b.join()
    print("RESULT left", tank.value, "should be 0")
