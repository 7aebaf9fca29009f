"""The largest number that anybody has found."""

import random
from multiprocessing import Array, Process


def search(best, seed):
    numbers = random.Random(seed)
    for _ in range(30):
        found = numbers.randrange(1000)
        with best.get_lock():
            if found > best[0]:
                best[0] = found
                best[1] = seed


if __name__ == "__main__":
    best = Array("i", 2)
    crew = [Process(target=search, args=(best, seed)) for seed in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(best[0])
