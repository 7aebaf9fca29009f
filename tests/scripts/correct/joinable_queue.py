"""Every task that is got is said to be done; the workers are daemons."""

from multiprocessing import JoinableQueue, Lock, Process, Value


def work(tasks, total, lock):
    while True:
        task = tasks.get()
        try:
            with lock:
                total.value += task
        finally:
            tasks.task_done()


if __name__ == "__main__":
    tasks, total, lock = JoinableQueue(), Value("i", 0), Lock()
    for _ in range(2):
        Process(target=work, args=(tasks, total, lock), daemon=True).start()
    for number in range(20):
        tasks.put(number)
    tasks.join()
    with lock:
        print(total.value)
