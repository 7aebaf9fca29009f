"""Every philosopher takes the fork with the lower number first."""

from multiprocessing import Lock, Process, Value


def dine(forks, left, right, eaten):
    first, second = sorted((left, right))
    for _ in range(5):
        with forks[first], forks[second], eaten.get_lock():
            eaten.value += 1


if __name__ == "__main__":
    forks, eaten = [Lock() for _ in range(4)], Value("i", 0)
    table = [Process(target=dine, args=(forks, seat, (seat + 1) % 4, eaten)) for seat in range(4)]
    for each in table:
        each.start()
    for each in table:
        each.join()
    print(eaten.value)
