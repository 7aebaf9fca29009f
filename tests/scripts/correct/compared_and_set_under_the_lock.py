"""The new value is worked out without the lock, and set only where nothing has changed."""

import multiprocessing as mp


def add(v, l):
    for _ in range(100):
        while True:
            old = v.value
            new = old + 1
            with l:
                if v.value == old:
                    v.value = new
                    break


if __name__ == "__main__":
    v, l = mp.Value("i", 0), mp.Lock()
    ps = [mp.Process(target=add, args=(v, l)) for _ in range(3)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(v.value)
