# 26-lock-taken-twice
# KIND: deadlock
# EXPECT: self-deadlock under every start method
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: HANG | HANG | HANG | HANG | HANG
#   forkserver: HANG | HANG
"""A helper takes the Lock that its caller holds already. Lock is not re-entrant: the process waits for itself."""

from multiprocessing import Lock, Process, Value


def log(total, lock):
    with lock:
        print("total", total.value, flush=True)


def add(total, lock):
    with lock:
        total.value += 5
        log(total, lock)


if __name__ == "__main__":
    total, lock = Value("i", 0), Lock()
    p = Process(target=add, args=(total, lock))
    p.start()
    p.join()
    print("RESULT", total.value)
