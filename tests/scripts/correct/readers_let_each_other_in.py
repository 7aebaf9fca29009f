"""The first reader takes the lock of the writers, and the last gives it back."""

from multiprocessing import Process, Lock, Value


class RW:
    def __init__(self):
        self.readers = Value("i", 0, lock=False)
        self.mutex = Lock()
        self.write = Lock()

    def start_read(self):
        with self.mutex:
            self.readers.value += 1
            if self.readers.value == 1:
                self.write.acquire()

    def end_read(self):
        with self.mutex:
            self.readers.value -= 1
            if self.readers.value == 0:
                self.write.release()


def reader(rw, v, w):
    for _ in range(40):
        rw.start_read()
        assert v.value == w.value
        rw.end_read()


def writer(rw, v, w):
    for _ in range(40):
        with rw.write:
            v.value += 1
            w.value += 1


if __name__ == "__main__":
    rw, v, w = RW(), Value("i", 0, lock=False), Value("i", 0, lock=False)
    ps = [Process(target=reader, args=(rw, v, w)) for _ in range(2)] + [
        Process(target=writer, args=(rw, v, w)) for _ in range(2)
    ]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(v.value, w.value, [p.exitcode for p in ps])
