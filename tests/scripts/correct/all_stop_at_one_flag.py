"""Whoever finds it first sets the flag that all look at; two may do it."""

from multiprocessing import Process, Queue, Value


def search(numbers, found, results):
    for number in numbers:
        if found.value:
            break
        if number % 17 == 0:
            found.value = 1
            results.put(number)
            return
    results.put(None)


if __name__ == "__main__":
    found, results = Value("b", 0), Queue()
    crew = [Process(target=search, args=(range(k * 40 + 1, k * 40 + 40), found, results)) for k in range(3)]
    for each in crew:
        each.start()
    print(any(answer for answer in [results.get() for _ in crew]))
    for each in crew:
        each.join()
