"""One None for all: whoever gets it puts it back for the next."""

from multiprocessing import Process, Queue


def work(tasks, results):
    total = 0
    while True:
        task = tasks.get()
        if task is None:
            tasks.put(None)
            break
        total += task
    results.put(total)


if __name__ == "__main__":
    tasks, results = Queue(), Queue()
    for number in range(20):
        tasks.put(number)
    tasks.put(None)
    crew = [Process(target=work, args=(tasks, results)) for _ in range(3)]
    for each in crew:
        each.start()
    print(sum(results.get() for _ in crew))
    for each in crew:
        each.join()
