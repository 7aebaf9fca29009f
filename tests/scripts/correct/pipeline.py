"""Three stages with a queue between each two, and None that goes through all."""

from multiprocessing import Process, Queue


def stage(change, inbox, outbox):
    while (item := inbox.get()) is not None:
        outbox.put(change(item))
    outbox.put(None)


def double(number):
    return 2 * number


def add_one(number):
    return number + 1


if __name__ == "__main__":
    first, second, third = Queue(), Queue(), Queue()
    crew = [
        Process(target=stage, args=(double, first, second)),
        Process(target=stage, args=(add_one, second, third)),
    ]
    for each in crew:
        each.start()
    for number in range(10):
        first.put(number)
    first.put(None)
    print(sum(iter(third.get, None)))
    for each in crew:
        each.join()
