"""The last seat: each looks without the lock, far apart in time. Nothing shows, and it can."""

from multiprocessing import Process, Value, Lock
import time


def book(seats, lock, delay):
    time.sleep(delay)
    if seats.value > 0:
        with lock:
            seats.value -= 1


if __name__ == "__main__":
    seats, lock = Value("i", 1), Lock()
    ps = [Process(target=book, args=(seats, lock, d)) for d in (0.4, 0.8)]
    ps.append(Process(target=book, args=(seats, lock, 0)))
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("ok")
