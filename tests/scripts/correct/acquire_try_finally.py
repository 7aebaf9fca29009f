"""The lock is acquired and released by hand, also where something fails."""

from multiprocessing import Lock, Process, Value


def spend(purse, lock):
    for amount in (3, 200, 4):
        lock.acquire()
        try:
            if purse.value < amount:
                raise ValueError("too little")
            left = purse.value - amount
            purse.value = left
        except ValueError:
            pass
        finally:
            lock.release()


if __name__ == "__main__":
    purse, lock = Value("d", 100.0), Lock()
    spenders = [Process(target=spend, args=(purse, lock)) for _ in range(4)]
    for spender in spenders:
        spender.start()
    for spender in spenders:
        spender.join()
    print(purse.value)
