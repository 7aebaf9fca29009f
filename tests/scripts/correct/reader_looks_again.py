"""A reader takes no lock, and looks again whether the version is still the same."""

from multiprocessing import Process, Value, Lock


def w(ver, a, b, lock):
    for i in range(1, 400):
        with lock:
            ver.value += 1
            a.value = i
            b.value = i
            ver.value += 1


def r(ver, a, b):
    n = 0
    while n < 50:
        v1 = ver.value
        x, y = a.value, b.value
        if v1 % 2 == 0 and ver.value == v1:
            assert x == y
            n += 1


if __name__ == "__main__":
    ver, a, b, lock = Value("i", 0), Value("i", 0), Value("i", 0), Lock()
    ps = [Process(target=w, args=(ver, a, b, lock)), Process(target=r, args=(ver, a, b))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print([p.exitcode for p in ps])
