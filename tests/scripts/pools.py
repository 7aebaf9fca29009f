"""Processes that somebody else starts for the script: of a pool, an executor and a manager."""

import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor


def double(number):
    return 2 * number


if __name__ == "__main__":
    with mp.Pool(2) as pool:
        print(pool.map(double, range(5)))
    with ProcessPoolExecutor(1) as executor:
        print(list(executor.map(double, range(5))))
    with mp.Manager() as manager:
        print(manager.dict(one=1).copy())
