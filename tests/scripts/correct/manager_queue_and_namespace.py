"""A manager's queue carries the work, its namespace what only the parent writes."""

from multiprocessing import Manager, Process


def work(tasks, results, settings):
    for task in iter(tasks.get, "stop"):
        results.append(task * settings.factor)


if __name__ == "__main__":
    with Manager() as manager:
        tasks, results, settings = manager.Queue(), manager.list(), manager.Namespace()
        settings.factor = 3
        crew = [Process(target=work, args=(tasks, results, settings)) for _ in range(2)]
        for each in crew:
            each.start()
        for number in range(6):
            tasks.put(number)
        for _ in crew:
            tasks.put("stop")
        for each in crew:
            each.join()
        print(sorted(results))
