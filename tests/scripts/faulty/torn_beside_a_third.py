"""Three are written under one lock, and were set before; two of them are read without it."""

from multiprocessing import Process, Value, Lock


def w(a, b, n, lock):
    for i in range(4000):
        with lock:
            a.value = i
            n.value += 1
            b.value = i


def r(a, b):
    for _ in range(6000):
        x = a.value
        y = b.value


if __name__ == "__main__":
    a, b, n, lock = Value("i"), Value("i"), Value("i"), Lock()
    a.value = 7
    b.value = 7
    ps = [Process(target=w, args=(a, b, n, lock)), Process(target=r, args=(a, b))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("ok")
