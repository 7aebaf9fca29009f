# 19-two-locked-halves
# KIND: atomicity
# EXPECT: duplicate tickets under fork; rare under spawn; every access holds the lock, so lockset is silent
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: distinct 7449 of 10000 | distinct 7564 of 10000 | distinct 7702 of 10000 | distinct 9711 of 10000 | distinct 8502 of 10000
#   spawn: distinct 10000 of 10000 | distinct 10000 of 10000 | distinct 10000 of 10000 | distinct 10000 of 10000 | distinct 10000 of 10000
#   forkserver: distinct 7216 of 10000 | distinct 10000 of 10000
"""Ticket numbers: the read is locked, the write is locked, but not together. Duplicates, and no access without a lock."""

from multiprocessing import Lock, Process, Queue, Value


def take(last, lock, out, times):
    mine = []
    for _ in range(times):
        with lock:
            n = last.value
        with lock:
            last.value = n + 1
        mine.append(n + 1)
    out.put(mine)


if __name__ == "__main__":
    last, lock, out = Value("i", 0, lock=False), Lock(), Queue()
    ps = [Process(target=take, args=(last, lock, out, 5_000)) for _ in range(2)]
    for p in ps:
        p.start()
    tickets = out.get() + out.get()
    for p in ps:
        p.join()
    print("RESULT distinct", len(set(tickets)), "of", len(tickets))
