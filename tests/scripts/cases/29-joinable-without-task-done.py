# 29-joinable-without-task-done
# KIND: hang
# EXPECT: queue.join() hangs under every start method
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: HANG | HANG | HANG | HANG | HANG
#   spawn: HANG | HANG | HANG | HANG | HANG
#   forkserver: HANG | HANG
"""JoinableQueue.join() waits for task_done(); the worker says it only for even numbers."""

from multiprocessing import JoinableQueue, Process


def clerk(inbox):
    while True:
        n = inbox.get()
        if n % 2 == 0:
            inbox.task_done()


if __name__ == "__main__":
    inbox = JoinableQueue()
    Process(target=clerk, args=(inbox,), daemon=True).start()
    for n in range(6):
        inbox.put(n)
    inbox.join()
    print("RESULT all done")
