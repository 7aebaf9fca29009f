"""One task at a time changes the number: the parent waits for each before it hands in the next."""

from multiprocessing import Pool, Value

number = None


def arm(its_number):
    global number  # noqa: PLW0603
    number = its_number


def step(amount):
    number.value = number.value + amount
    return number.value


if __name__ == "__main__":
    shared = Value("i", 0)
    with Pool(2, arm, (shared,)) as pool:
        for amount in range(8):
            pool.apply(step, (amount,))
        shared.value += 1
        print(pool.apply(step, (1,)))
