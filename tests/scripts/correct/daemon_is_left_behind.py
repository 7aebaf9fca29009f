"""A daemon waits for work when the program ends: that is what it is for."""

from multiprocessing import Process, Queue


def serve(tasks, answers):
    while True:
        answers.put(tasks.get() + 1)


if __name__ == "__main__":
    tasks, answers = Queue(), Queue()
    Process(target=serve, args=(tasks, answers), daemon=True).start()
    tasks.put(1)
    print(answers.get())
