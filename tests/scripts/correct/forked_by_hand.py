"""os.fork, and the parent adds after it has waited for the child."""

import os
from multiprocessing import Value

if __name__ == "__main__":
    number = Value("i", 0)
    for _ in range(2):
        child = os.fork()
        if child == 0:
            number.value += 10
            os._exit(0)
        os.waitpid(child, 0)
        number.value += 1
    print(number.value)
