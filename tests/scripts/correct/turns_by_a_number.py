"""Whose turn it is stands in shared memory; who has had it counts it on."""

import time
from multiprocessing import Process, Value


def add(number, turn, mine, of):
    for _ in range(5):
        while turn.value % of != mine:
            time.sleep(0.0005)
        number.value += 1
        turn.value += 1


if __name__ == "__main__":
    number, turn = Value("i", 0), Value("i", 0)
    crew = [Process(target=add, args=(number, turn, mine, 3)) for mine in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(number.value)
