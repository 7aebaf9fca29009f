"""A queue with room for two; who makes waits for who takes."""

from multiprocessing import Process, Queue


def make(out):
    for number in range(15):
        out.put(number)
    out.put(-1)


if __name__ == "__main__":
    out = Queue(2)
    maker = Process(target=make, args=(out,))
    maker.start()
    total = 0
    while (number := out.get()) >= 0:
        total += number
    maker.join()
    print(total)
