"""Processes that end in different ways, and children of children."""

import multiprocessing as mp
import os
import signal
import sys
import time


class Worker(mp.Process):
    def run(self):
        sys.exit(4)


def child(depth):
    if depth:
        grandchild = mp.Process(target=child, args=(depth - 1,), name="grandchild")
        grandchild.start()
        grandchild.join()
    sys.exit(depth)


def wait_for_ever():
    time.sleep(600)


def fail():
    raise ValueError("as it should")


if __name__ == "__main__":
    for process in (mp.Process(target=child, args=(1,), name="parent"), Worker(name="worker"), mp.Process(target=fail)):
        process.start()
        process.join()
        print(process.name, process.exitcode)
    killed = mp.Process(target=wait_for_ever, name="killed")
    killed.start()
    killed.terminate()
    killed.join()
    print(killed.exitcode == -signal.SIGTERM)
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(3)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    sys.exit(7)
