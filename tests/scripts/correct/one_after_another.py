"""Each is joined before the next one starts, and the parent adds in between."""

from multiprocessing import Process, Value


def add(number):
    for _ in range(10):
        number.value += 1


if __name__ == "__main__":
    number = Value("i", 0)
    for _ in range(3):
        child = Process(target=add, args=(number,))
        child.start()
        child.join()
        number.value += 100
    print(number.value)
