"""Turns at a shared number, given by messages in both directions."""

from multiprocessing import Pipe, Process
from multiprocessing.sharedctypes import RawValue


def other(end, number):
    for _ in range(10):
        end.recv_bytes()
        number.value += 1
        end.send_bytes(b"yours")


if __name__ == "__main__":
    end, theirs = Pipe()
    number = RawValue("i", 0)
    child = Process(target=other, args=(theirs, number))
    child.start()
    for _ in range(10):
        number.value += 1
        end.send_bytes(b"yours")
        end.recv_bytes()
    child.join()
    print(number.value)
