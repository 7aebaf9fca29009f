# 10-structure-transfer
# KIND: lost_update
# EXPECT: sum drifts up or down under every start method; each += on a field is a lost update
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: sum 1000 should be 1000 | sum -493 should be 1000 | sum 9505 should be 1000 | sum 5056 should be 1000 | sum 1000 should be 1000
#   spawn: sum -11727 should be 1000 | sum 10623 should be 1000 | sum 1000 should be 1000 | sum -1583 should be 1000 | sum 5804 should be 1000
#   forkserver: sum 6181 should be 1000 | sum -2198 should be 1000
"""A ctypes Structure in a Value: coins are moved between two fields, nobody locks. The sum should stay 1000."""

import ctypes
from multiprocessing import Process, Value


class Purses(ctypes.Structure):
    _fields_ = [("anna", ctypes.c_long), ("bela", ctypes.c_long)]


def move(purses, way, times):
    for _ in range(times):
        purses.anna -= way
        purses.bela += way


if __name__ == "__main__":
    purses = Value(Purses, 500, 500)
    p = Process(target=move, args=(purses, 1, 8_000))
    q = Process(target=move, args=(purses, -1, 8_000))
    p.start()
    q.start()
    p.join()
    q.join()
    print("RESULT sum", purses.anna + purses.bela, "should be 1000")
