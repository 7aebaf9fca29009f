"""Nothing is shared: what the workers find is what `map` returns."""

from multiprocessing import Pool


def square(number):
    return number * number


if __name__ == "__main__":
    with Pool(2) as pool:
        print(sum(pool.map(square, range(30))))
        print(sorted(pool.imap_unordered(square, range(5))))
        print(pool.apply_async(square, (7,)).get())
