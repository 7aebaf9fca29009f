"""A manager's value is added to by several, without a lock."""

from multiprocessing import Process, Manager


def go(v):
    for _ in range(200):
        v.value = v.value + 2


if __name__ == "__main__":
    with Manager() as manager:
        v = manager.Value("i", 0)
        ps = [Process(target=go, args=(v,)) for _ in range(3)]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        print(v.value <= 1200)
