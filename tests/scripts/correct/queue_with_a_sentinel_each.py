"""Workers stop at None; each gets one."""

from multiprocessing import Process, Queue


def work(tasks, results):
    for task in iter(tasks.get, None):
        results.put(task * 2)
    results.put(None)


if __name__ == "__main__":
    tasks, results = Queue(), Queue()
    crew = [Process(target=work, args=(tasks, results)) for _ in range(3)]
    for each in crew:
        each.start()
    for number in range(20):
        tasks.put(number)
    for _ in crew:
        tasks.put(None)
    total, ended = 0, 0
    while ended < len(crew):
        result = results.get()
        if result is None:
            ended += 1
        else:
            total += result
    for each in crew:
        each.join()
    print(total)
