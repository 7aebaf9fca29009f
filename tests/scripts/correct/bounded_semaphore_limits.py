"""At most two at a time; what they count is under a lock of its own."""

from multiprocessing import BoundedSemaphore, Lock, Process, Value


def visit(places, lock, inside, most):
    with places:
        with lock:
            inside.value += 1
            most.value = max(most.value, inside.value)
        with lock:
            inside.value -= 1


if __name__ == "__main__":
    places, lock = BoundedSemaphore(2), Lock()
    inside, most = Value("i", 0), Value("i", 0)
    guests = [Process(target=visit, args=(places, lock, inside, most)) for _ in range(5)]
    for guest in guests:
        guest.start()
    for guest in guests:
        guest.join()
    print(inside.value, most.value <= 2)
