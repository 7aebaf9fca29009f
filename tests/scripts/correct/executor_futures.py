"""An executor of the standard library: what comes of the tasks is added up by the parent."""

from concurrent.futures import ProcessPoolExecutor, as_completed


def cube(number):
    return number**3


if __name__ == "__main__":
    with ProcessPoolExecutor(2) as executor:
        futures = [executor.submit(cube, number) for number in range(8)]
        print(sum(each.result() for each in as_completed(futures)))
        print(list(executor.map(cube, range(4))))
