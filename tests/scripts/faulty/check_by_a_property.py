"""A property looks without the lock whether something is left, and what takes it has the lock."""

import multiprocessing as mp, time


class Stock:
    def __init__(self, n):
        self.n = mp.Value("i", n)

    @property
    def left(self):
        return self.n.value

    def buy(self):
        if self.left > 0:
            time.sleep(0.001)
            with self.n.get_lock():
                self.n.value -= 1
                return True
        return False


def shopper(stock):
    while stock.buy():
        pass


if __name__ == "__main__":
    stock = Stock(40)
    ps = [mp.Process(target=shopper, args=(stock,)) for _ in range(3)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("sold out")
