"""A counter under the lock that a Value has of its own."""

import multiprocessing as mp


def count(total):
    for _ in range(50):
        with total.get_lock():
            total.value += 1


if __name__ == "__main__":
    total = mp.Value("i")
    crew = [mp.Process(target=count, args=(total,)) for _ in range(3)]
    [each.start() for each in crew]
    [each.join() for each in crew]
    print(total.value)
