# 35-file-counter
# KIND: external_state
# EXPECT: loses nearly everything; a file, outside multiprocessing
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: 141 of 3000 | 156 of 3000 | 34 of 3000 | 34 of 3000 | 48 of 3000
#   spawn: 169 of 3000 | 141 of 3000 | 37 of 3000 | 31 of 3000 | 376 of 3000
#   forkserver: 8 of 3000 | 53 of 3000
"""A counter in a file: read, add one, write. No multiprocessing object is shared at all."""

import os
import sys
import tempfile
from multiprocessing import Process


def visit(path, times):
    for _ in range(times):
        with open(path) as f:
            n = int(f.read() or 0)
        with open(path, "w") as f:
            f.write(str(n + 1))


if __name__ == "__main__":
    fd, path = tempfile.mkstemp()
    os.write(fd, b"0")
    os.close(fd)
    ps = [Process(target=visit, args=(path, 1_500)) for _ in range(2)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("RESULT", open(path).read() or "(empty)", "of 3000")
    os.unlink(path)
