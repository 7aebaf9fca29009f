# 44-fork-with-held-thread-lock
# KIND: hang
# EXPECT: hangs under fork; ends under spawn and forkserver
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: exit code 0 | exit code 0 | exit code 0 | exit code 0 | exit code 0
#   forkserver: exit code 0 | exit code 0
"""A thread of the parent holds a threading.Lock while the parent forks: the child's copy stays locked for ever.
Under spawn the child has a fresh one."""

import threading
import time
from multiprocessing import Process

talk = threading.Lock()


def child():
    with talk:
        print("child spoke", flush=True)


def holder():
    with talk:
        time.sleep(1.0)


if __name__ == "__main__":
    threading.Thread(target=holder).start()
    time.sleep(0.1)
    p = Process(target=child)
    p.start()
    p.join()
    print("RESULT exit code", p.exitcode)
