"""An RLock that a helper takes again."""

from multiprocessing import Process, RLock, Value


class Account:
    def __init__(self):
        self.balance = Value("l", 0)
        self.lock = RLock()

    def add(self, amount):
        with self.lock:
            self.balance.value += amount

    def add_twice(self, amount):
        with self.lock:
            self.add(amount)
            self.add(amount)


def work(account):
    for amount in range(20):
        account.add_twice(amount)


if __name__ == "__main__":
    account = Account()
    workers = [Process(target=work, args=(account,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(account.balance.value)
