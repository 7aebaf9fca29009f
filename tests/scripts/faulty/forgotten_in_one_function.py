"""Two functions deposit under the lock; a third forgets it."""

from multiprocessing import Process, Value, Lock


def deposit(balance, lock):
    for _ in range(3000):
        with lock:
            balance.value += 1


def withdraw(balance, lock):
    for _ in range(3000):
        balance.value -= 1


if __name__ == "__main__":
    balance = Value("i", 0, lock=False)
    lock = Lock()
    ps = [
        Process(target=deposit, args=(balance, lock)),
        Process(target=withdraw, args=(balance, lock)),
        Process(target=deposit, args=(balance, lock)),
    ]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("ok")
