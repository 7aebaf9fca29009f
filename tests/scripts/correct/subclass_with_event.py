"""A subclass of Process that works until it is told to stop."""

from multiprocessing import Event, Process, Queue


class Ticker(Process):
    def __init__(self, out):
        super().__init__()
        self.out = out
        self.stopping = Event()

    def run(self):
        ticks = 0
        while not self.stopping.wait(0.005):
            ticks += 1
        self.out.put(ticks)

    def stop(self):
        self.stopping.set()


if __name__ == "__main__":
    out = Queue()
    ticker = Ticker(out)
    ticker.start()
    ticker.stop()
    print(out.get() >= 0)
    ticker.join()
