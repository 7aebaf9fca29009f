"""Queues of every kind, and pipes."""

import multiprocessing
import sys
import traceback


class Parcel:
    __hash__ = None

    def __eq__(self, other):
        return isinstance(other, Parcel)

    def __repr__(self):
        print("nobody asked for this")
        return "Parcel"


def worker(plain, simple, joinable, end, writer):
    for number in range(3):
        plain.put(number)
    simple.put("a word")
    simple.put(bytes(200_000))
    while True:
        task = joinable.get()
        joinable.task_done()
        if task is None:
            break
    end.send({"a": 1})
    end.send_bytes(b"raw")
    print(end.recv(), flush=True)
    writer.send(b"x" * 1_000_000)
    plain.put(Parcel())


def wrong(function):
    try:
        function()
    except Exception:
        traceback.print_exc()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    plain, simple = multiprocessing.Queue(2), multiprocessing.SimpleQueue()
    joinable = multiprocessing.JoinableQueue()
    end, other = multiprocessing.Pipe()
    reader, writer = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.Process(target=worker, args=(plain, simple, joinable, other, writer), name="W")
    process.start()
    other.close()
    writer.close()
    print([plain.get() for _ in range(3)], simple.get(), len(simple.get()))
    for task in (1, 2, None):
        joinable.put(task)
    joinable.join()
    print(end.recv(), end.recv_bytes())
    end.send(5)
    print(reader.poll(30), len(reader.recv()))
    print(plain.get() == Parcel())
    wrong(lambda: plain.get(timeout=0.01))
    wrong(plain.get_nowait)
    plain.put(1)
    plain.put(2)
    wrong(lambda: plain.put(3, timeout=0.01))
    wrong(lambda: plain.put_nowait(3))
    wrong(joinable.task_done)
    process.join()
    wrong(end.recv)
    wrong(lambda: reader.send(1))
    wrong(lambda: plain.put(lambda: 0, 1, 2, 3))
    print(plain.qsize(), plain.full(), joinable.empty())
    plain.close()
    try:
        plain.put(1)
    except ValueError as error:
        print(str(error).rpartition(" ")[2])
