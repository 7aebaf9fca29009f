"""Whoever has the token may add; it goes round."""

from multiprocessing import Process, SimpleQueue, Value


def add(number, inbox, outbox):
    for _ in range(10):
        inbox.get()
        number.value += 1
        outbox.put("token")


if __name__ == "__main__":
    number, there, back = Value("i", 0), SimpleQueue(), SimpleQueue()
    pair = [Process(target=add, args=(number, *way)) for way in ((there, back), (back, there))]
    for each in pair:
        each.start()
    there.put("token")
    for each in pair:
        each.join()
    print(number.value, there.get())
