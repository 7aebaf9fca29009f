"""A pool and an executor, in all their ways; a task that fails, and one whose failure nobody hears of."""

import concurrent.futures
import multiprocessing
import sys
import time
import traceback


class Secret(Exception):
    def __str__(self):
        print("nobody asked for this")
        return "secret"


def square(number):
    if number == 7:
        raise ValueError("seven")
    return number * number


def add(one, other=1):
    return one + other


def not_to_be_sent():
    return lambda: 0


def wrong(function):
    try:
        function()
    except Exception:
        traceback.print_exc()


def pooled():
    with multiprocessing.Pool(2) as pool:
        print(pool.map(square, range(5)), pool.starmap(add, [(1, 2), (3, 4)], 1), pool.apply(add, (1,), {"other": 2}))
        print(list(pool.imap(square, [1, 2, 3])), sorted(pool.imap_unordered(square, [1, 2, 3])))
        print(list(pool.imap(square, [1, 2, 3], 2)), pool.map(square, []))
        result = pool.apply_async(square, (7,), error_callback=lambda error: print("called back with", repr(error)))
        result.wait()
        print(result.ready(), result.successful())
        wrong(result.get)
        wrong(lambda: pool.map(square, [7]))
        wrong(lambda: list(pool.imap(square, [7])))
        wrong(lambda: pool.apply_async(time.sleep, (0.2,)).get(0.01))
        try:
            pool.apply(not_to_be_sent)
        except multiprocessing.pool.MaybeEncodingError:
            print("not to be sent")
    pool.join()
    lonely = multiprocessing.Pool(1)
    lonely.apply_async(square, (7,))
    lonely.close()
    lonely.join()
    wrong(lambda: lonely.apply(square, (1,)))


def executed():
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        print(list(executor.map(square, range(3))), list(executor.map(square, range(3), chunksize=2)))
        futures = [executor.submit(square, number) for number in range(3)]
        print(sorted(future.result() for future in concurrent.futures.as_completed(futures)))
        print(len(concurrent.futures.wait(futures).done), all(future.done() for future in futures))
        failed = executor.submit(square, 7)
        print(repr(failed.exception()))
        wrong(failed.result)
        wrong(lambda: executor.submit(time.sleep, 0.2).result(0.01))
    wrong(lambda: executor.submit(square, 1))


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    pooled()
    executed()
