# 24-barrier-one-short
# KIND: hang
# EXPECT: hangs under every start method: a party of the barrier is dead
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: HANG | HANG | HANG | HANG | HANG
#   forkserver: HANG | HANG
"""A Barrier for three, but only two ever come (one raises first). Both wait for ever."""

from multiprocessing import Barrier, Process


def runner(line, n):
    if n == 2:
        raise SystemExit(3)  # fell ill
    line.wait()
    print("runner", n, "ran", flush=True)


if __name__ == "__main__":
    line = Barrier(3)
    field = [Process(target=runner, args=(line, n)) for n in range(3)]
    for f in field:
        f.start()
    for f in field:
        f.join()
    print("RESULT race over")
