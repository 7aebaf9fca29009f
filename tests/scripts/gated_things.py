"""Puts two objects into a queue, sets an event, writes memory without a lock: each where a gate may stand."""

from multiprocessing import Array, Event, Process, Queue, RawValue


def send(queue, event, raw, numbers):
    raw.value = 1
    numbers[1] += 1
    numbers[:] = [number + 1 for number in numbers[:]]
    event.set()
    queue.put("from the child")


if __name__ == "__main__":
    queue, event, raw, numbers = Queue(), Event(), RawValue("i", 0), Array("i", 3)
    process = Process(target=send, args=(queue, event, raw, numbers))
    process.start()
    event.wait()
    print(queue.get(), raw.value, numbers[:])
    process.join()
