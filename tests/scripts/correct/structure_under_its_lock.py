"""Coins go from one field to the other, and whoever looks holds the lock."""

import ctypes
from multiprocessing import Process, Value


class Purses(ctypes.Structure):
    _fields_ = [("anna", ctypes.c_long), ("bela", ctypes.c_long)]


def move(purses, amount):
    for _ in range(20):
        with purses.get_lock():
            purses.anna -= amount
            purses.bela += amount


def look(purses):
    for _ in range(20):
        with purses.get_lock():
            assert purses.anna + purses.bela == 100


if __name__ == "__main__":
    purses = Value(Purses, 50, 50)
    crew = [Process(target=move, args=(purses, 1)), Process(target=move, args=(purses, -1))]
    crew.append(Process(target=look, args=(purses,)))
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(purses.anna + purses.bela)
