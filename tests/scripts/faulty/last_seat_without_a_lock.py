"""Two people see one free seat, and both take it: nothing is lost, but one seat was sold twice. There is no lock."""

import time
from multiprocessing import Process, Value


def book(seats):
    if seats.value > 0:
        time.sleep(0.3)
        seats.value -= 1


def main():
    seats = Value("i", 1)
    people = [Process(target=book, args=(seats,)) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    print("free:", seats.value)


if __name__ == "__main__":
    main()
