"""Looked at without the lock, and again under it before it is changed."""

from multiprocessing import Lock, Process, Value


def sell(seats, lock, sold):
    for _ in range(5):
        if seats.value > 0:
            with lock:
                if seats.value > 0:
                    seats.value -= 1
                    sold.value += 1


if __name__ == "__main__":
    seats, sold, lock = Value("i", 8), Value("i", 0), Lock()
    crew = [Process(target=sell, args=(seats, lock, sold)) for _ in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(seats.value, sold.value)
