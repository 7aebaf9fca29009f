"""Two processes add one each, 0.4 s apart: nothing is lost, by luck."""

import sys
import time
from multiprocessing import Process, Value, set_start_method


def add(number, seconds):
    time.sleep(seconds)
    before = number.value
    number.value = before + 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        set_start_method(sys.argv[1])
    number = Value("i", 0)
    processes = [Process(target=add, args=(number, seconds)) for seconds in (0, 0.4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(number.value)
