"""A ShareableList, of which each child changes its own item; the parent adds up after the joins."""

from multiprocessing import Process
from multiprocessing.shared_memory import ShareableList


def fill(name, mine):
    items = ShareableList(name=name)
    for _ in range(5):
        items[mine] += mine + 1
    items.shm.close()


if __name__ == "__main__":
    items = ShareableList([0, 0, 0])
    try:
        crew = [Process(target=fill, args=(items.shm.name, mine)) for mine in range(3)]
        for each in crew:
            each.start()
        for each in crew:
            each.join()
        print(list(items))
    finally:
        items.shm.close()
        items.shm.unlink()
