"""A whole array is read as a slice, and written back."""

from multiprocessing import Process, Array


def scale(a):
    for _ in range(300):
        a[:] = [x + 1 for x in a[:]]


if __name__ == "__main__":
    a = Array("i", 4)
    ps = [Process(target=scale, args=(a,)) for _ in range(3)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(max(a) <= 900)
