# 27-join-before-drain
# KIND: hang
# EXPECT: join before drain: hangs under every start method
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: HANG | HANG | HANG | HANG | HANG
#   forkserver: HANG | HANG
"""The parent joins before it takes the result off the queue; the result is larger than a pipe holds."""

from multiprocessing import Process, Queue


def produce(q):
    q.put(bytes(300_000))


if __name__ == "__main__":
    q = Queue()
    p = Process(target=produce, args=(q,))
    p.start()
    p.join()
    print("RESULT", len(q.get()))
