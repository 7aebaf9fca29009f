"""Two locks are handed to and fro: each releases that of the other."""

import multiprocessing as mp


def w(v, mine, nxt):
    for _ in range(10):
        mine.acquire()
        v.value += 1
        nxt.release()


if __name__ == "__main__":
    v = mp.Value("i", 0)
    a, b = mp.Lock(), mp.Lock()
    b.acquire()
    ps = [mp.Process(target=w, args=(v, a, b)), mp.Process(target=w, args=(v, b, a))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(v.value)
