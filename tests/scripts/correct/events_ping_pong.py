"""Two events, one for each direction."""

from multiprocessing import Event, Process, Value


def play(number, mine, theirs):
    for _ in range(8):
        mine.wait()
        mine.clear()
        number.value += 1
        theirs.set()


if __name__ == "__main__":
    number, ping, pong = Value("i", 0), Event(), Event()
    pair = [Process(target=play, args=(number, *way)) for way in ((ping, pong), (pong, ping))]
    for each in pair:
        each.start()
    ping.set()
    for each in pair:
        each.join()
    print(number.value)
