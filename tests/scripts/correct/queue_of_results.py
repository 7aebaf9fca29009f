"""Each sends what it has found; the parent takes as many as it has asked for, then joins."""

from multiprocessing import Process, Queue


def square(number, results):
    results.put((number, number * number))


if __name__ == "__main__":
    results = Queue()
    crew = [Process(target=square, args=(number, results)) for number in range(5)]
    for each in crew:
        each.start()
    found = dict(results.get() for _ in crew)
    for each in crew:
        each.join()
    print(sorted(found.items()))
