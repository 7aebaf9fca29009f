"""The event is looked at until it is set."""

import time
from multiprocessing import Event, Process, Value


def first(number, done):
    number.value += 5
    done.set()


def second(number, done):
    while not done.is_set():
        time.sleep(0.001)
    number.value += 7


if __name__ == "__main__":
    number, done = Value("i", 0), Event()
    pair = [Process(target=each, args=(number, done)) for each in (first, second)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(number.value)
