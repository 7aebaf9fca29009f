# 06-rawvalue-float
# KIND: lost_update
# EXPECT: loses under every start method
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: 50620.0 of 120000.0 | 71657.5 of 120000.0 | 39075.5 of 120000.0 | 56703.5 of 120000.0 | 77155.0 of 120000.0
#   spawn: 100205.5 of 120000.0 | 79389.5 of 120000.0 | 43803.5 of 120000.0 | 110612.0 of 120000.0 | 97321.5 of 120000.0
#   forkserver: 112795.5 of 120000.0 | 71643.5 of 120000.0
"""RawValue: no lock of its own at all. Money is added in halves by four cashiers."""

from multiprocessing import Process
from multiprocessing.sharedctypes import RawValue


def cashier(till, customers):
    for _ in range(customers):
        before = till.value
        till.value = before + 0.5


if __name__ == "__main__":
    till = RawValue("d", 0.0)
    staff = [Process(target=cashier, args=(till, 60_000)) for _ in range(4)]
    for s in staff:
        s.start()
    for s in staff:
        s.join()
    print("RESULT", till.value, "of", 4 * 60_000 * 0.5)
