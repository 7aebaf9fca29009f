"""Two semaphores that begin at one and at none give the turns."""

from multiprocessing import Process, Semaphore, Value


def play(number, mine, theirs):
    for _ in range(8):
        mine.acquire()
        number.value += 1
        theirs.release()


if __name__ == "__main__":
    number, ping, pong = Value("i", 0), Semaphore(1), Semaphore(0)
    pair = [Process(target=play, args=(number, *way)) for way in ((ping, pong), (pong, ping))]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(number.value)
