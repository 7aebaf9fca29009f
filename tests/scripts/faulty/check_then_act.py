"""Seats are looked at without the lock, and sold under it: more are sold than there are."""

import multiprocessing as mp
import time


def book(seats, lock, out, me):
    got = 0
    for _ in range(40):
        if seats.value > 0:
            time.sleep(0.001)
            with lock:
                seats.value -= 1
                got += 1
    out.put(got)


if __name__ == "__main__":
    seats = mp.Value("i", 30)
    lock = mp.Lock()
    out = mp.Queue()
    ps = [mp.Process(target=book, args=(seats, lock, out, i)) for i in range(4)]
    for p in ps:
        p.start()
    n = sum(out.get() for _ in ps)
    for p in ps:
        p.join()
    print("at least all seats sold:", n >= 30)
