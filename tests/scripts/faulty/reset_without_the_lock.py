"""A counter is set back without the lock that those who count hold."""

from multiprocessing import Process, Value, Lock
import time


def add(n, lock):
    for _ in range(5):
        with lock:
            n.value += 1
        time.sleep(0.05)


def reset(n):
    time.sleep(0.6)
    n.value = 0


if __name__ == "__main__":
    n, lock = Value("i", 0, lock=False), Lock()
    ps = [Process(target=add, args=(n, lock)), Process(target=add, args=(n, lock)), Process(target=reset, args=(n,))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("ok")
