# 36-file-counter-flock
# KIND: control_ok
# EXPECT: never loses; fcntl.flock
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: 2000 of 2000 | 2000 of 2000 | 2000 of 2000 | 2000 of 2000 | 2000 of 2000
#   spawn: 2000 of 2000 | 2000 of 2000 | 2000 of 2000 | 2000 of 2000 | 2000 of 2000
#   forkserver: 2000 of 2000 | 2000 of 2000
"""Control: the counter in a file under fcntl.flock. A lock that multiprocessing knows nothing of."""

import fcntl
import os
import tempfile
from multiprocessing import Process


def visit(path, times):
    with open(path, "r+") as f:
        for _ in range(times):
            fcntl.flock(f, fcntl.LOCK_EX)
            f.seek(0)
            n = int(f.read())
            f.seek(0)
            f.write(str(n + 1))
            f.flush()
            fcntl.flock(f, fcntl.LOCK_UN)


if __name__ == "__main__":
    fd, path = tempfile.mkstemp()
    os.write(fd, b"0")
    os.close(fd)
    ps = [Process(target=visit, args=(path, 1_000)) for _ in range(2)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("RESULT", open(path).read(), "of 2000")
    os.unlink(path)
