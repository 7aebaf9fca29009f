"""Each fills a slice of its own, without any lock."""

from multiprocessing import Process
from multiprocessing.sharedctypes import RawArray


def fill(cells, first, last):
    for place in range(first, last):
        cells[place] += place
    cells[first:last] = [2 * cell for cell in cells[first:last]]


if __name__ == "__main__":
    cells = RawArray("i", 30)
    crew = [Process(target=fill, args=(cells, 10 * k, 10 * k + 10)) for k in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(sum(cells))
