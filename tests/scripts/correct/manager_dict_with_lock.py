"""Words are counted in a manager's dictionary under a lock of the manager."""

from multiprocessing import Manager, Process


def count(words, totals, lock):
    for word in words:
        with lock:
            totals[word] = totals.get(word, 0) + 1


if __name__ == "__main__":
    with Manager() as manager:
        totals, lock = manager.dict(), manager.Lock()
        crew = [Process(target=count, args=(["a", "b", "a", "c"], totals, lock)) for _ in range(2)]
        for each in crew:
            each.start()
        for each in crew:
            each.join()
        print(sorted(totals.items()))
