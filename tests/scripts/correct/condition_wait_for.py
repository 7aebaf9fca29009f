"""The last of three says that all have come, by `wait_for`."""

from multiprocessing import Condition, Process, Value


def come(here, changed):
    with changed:
        here.value += 1
        changed.notify_all()
        changed.wait_for(lambda: here.value == 3)


if __name__ == "__main__":
    here, changed = Value("i", 0), Condition()
    three = [Process(target=come, args=(here, changed)) for _ in range(3)]
    for each in three:
        each.start()
    for each in three:
        each.join()
    print(here.value)
