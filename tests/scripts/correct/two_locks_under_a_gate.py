"""The locks are taken in both orders, but only by whoever is in the room."""

from multiprocessing import Lock, Process, Value


def move(room, first, second, number):
    for _ in range(5):
        with room, first, second:
            number.value += 1


if __name__ == "__main__":
    room, a, b, number = Lock(), Lock(), Lock(), Value("i", 0)
    pair = [Process(target=move, args=(room, *order, number)) for order in ((a, b), (b, a))]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(number.value)
