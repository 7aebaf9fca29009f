"""Only one takes: what it saw without the lock others only make more."""

import multiprocessing as mp, time


def producer(n, l):
    for _ in range(10):
        with l:
            n.value += 1
        time.sleep(0.001)


def consumer(n, l):
    left = 10
    while left:
        if n.value > 0:
            with l:
                n.value -= 1
            left -= 1
        else:
            time.sleep(0.0005)


if __name__ == "__main__":
    n, l = mp.Value("i", 0), mp.Lock()
    ps = [mp.Process(target=producer, args=(n, l)), mp.Process(target=consumer, args=(n, l))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(n.value)
