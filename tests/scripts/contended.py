"""Two processes increment a cell, each of them as often as the first argument says. The second: with a lock or without."""

import multiprocessing as mp
import sys


def work(number, times):
    for _ in range(times):
        number.value += 1


if __name__ == "__main__":
    times = int(sys.argv[1])
    number = mp.RawValue("i", 0) if sys.argv[2] == "raw" else mp.Value("i", 0)
    processes = [mp.Process(target=work, args=(number, times)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
