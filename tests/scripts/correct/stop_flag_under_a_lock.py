"""Whoever has found it sets a flag under a lock; to set it twice does no harm."""

import multiprocessing as mp, time


def w(stop, l, i):
    for k in range(50):
        if stop.value:
            break
        if k == 10 + i:
            with l:
                stop.value = 1
        time.sleep(0.001)


if __name__ == "__main__":
    stop, l = mp.Value("b", 0), mp.Lock()
    ps = [mp.Process(target=w, args=(stop, l, i)) for i in range(3)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(stop.value)
