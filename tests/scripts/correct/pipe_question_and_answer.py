"""The parent asks, the child answers, until the pipe is closed."""

from multiprocessing import Pipe, Process


def answer(end):
    while True:
        try:
            question = end.recv()
        except EOFError:
            return
        end.send(question + 1)


if __name__ == "__main__":
    mine, theirs = Pipe()
    child = Process(target=answer, args=(theirs,))
    child.start()
    theirs.close()
    total = 0
    for number in range(10):
        mine.send(number)
        total += mine.recv()
    mine.send(100)
    print(total, mine.recv())
    child.terminate()
    child.join()
