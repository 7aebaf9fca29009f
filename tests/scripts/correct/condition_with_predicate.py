"""A buffer for one number: both sides wait in a loop for what they need."""

from multiprocessing import Condition, Process, Value


def produce(slot, is_full, changed):
    for number in range(20):
        with changed:
            while is_full.value:
                changed.wait()
            slot.value = number
            is_full.value = 1
            changed.notify_all()


def consume(slot, is_full, changed, total):
    for _ in range(20):
        with changed:
            while not is_full.value:
                changed.wait()
            total.value += slot.value
            is_full.value = 0
            changed.notify_all()


if __name__ == "__main__":
    slot, is_full, total, changed = Value("i", 0), Value("b", 0), Value("i", 0), Condition()
    maker = Process(target=produce, args=(slot, is_full, changed))
    taker = Process(target=consume, args=(slot, is_full, changed, total))
    maker.start()
    taker.start()
    maker.join()
    taker.join()
    print(total.value)
