"""A flag in shared memory is looked at until it is set; only then the other adds."""

import time
from multiprocessing import Process, Value
from multiprocessing.sharedctypes import RawValue


def first(number, ready):
    for _ in range(20):
        number.value += 1
    ready.value = 1


def second(number, ready):
    while ready.value == 0:
        time.sleep(0.001)
    for _ in range(20):
        number.value += 1


if __name__ == "__main__":
    number, ready = Value("i", 0), RawValue("b", 0)
    pair = [Process(target=each, args=(number, ready)) for each in (second, first)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(number.value)
