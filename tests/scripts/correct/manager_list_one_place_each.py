"""Each has its own place in a manager's list, and a key of its own in a dictionary."""

from multiprocessing import Manager, Process


def fill(places, names, mine):
    for _ in range(5):
        places[mine] += mine
    names[f"P{mine}"] = mine


if __name__ == "__main__":
    with Manager() as manager:
        places, names = manager.list([0, 0, 0]), manager.dict()
        crew = [Process(target=fill, args=(places, names, mine)) for mine in range(3)]
        for each in crew:
            each.start()
        for each in crew:
            each.join()
        print(list(places), sorted(names.items()))
