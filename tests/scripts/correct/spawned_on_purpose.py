"""A context of its own: processes that begin anew, and locks made for them."""

import multiprocessing


def count(total, lock):
    for _ in range(10):
        with lock:
            total.value += 1


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    total, lock = context.Value("i", 0), context.Lock()
    pair = [context.Process(target=count, args=(total, lock)) for _ in range(2)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(total.value)
