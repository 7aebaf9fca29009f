"""What the one has written the other reads and changes after the event."""

from multiprocessing import Event, Process, Value


def first(number, done):
    for _ in range(30):
        number.value += 1
    done.set()


def second(number, done):
    done.wait()
    for _ in range(30):
        number.value *= 1
        number.value += 1


if __name__ == "__main__":
    number, done = Value("i", 0), Event()
    pair = [Process(target=each, args=(number, done)) for each in (second, first)]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(number.value)
