"""Steps of two threads, and of a process that is killed in the middle."""

import multiprocessing as mp
import os
import signal
import threading


def add(number, times):
    for _ in range(times):
        number.value += 1


def die(number):
    add(number, 5000)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    number = mp.Value("q", 0)
    threads = [threading.Thread(target=add, args=(number, 100), name=f"adder {each}") for each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    process = mp.Process(target=die, args=(number,))
    process.start()
    process.join()
    print(process.exitcode)
