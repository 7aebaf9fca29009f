"""The one that the barrier chooses adds up; the others wait for it at the barrier again."""

from multiprocessing import Array, Barrier, Process, Value


def work(parts, total, line, mine):
    parts[mine] = mine * mine
    if line.wait() == 0:
        total.value += sum(parts)
    line.wait()
    if line.wait() == 0:
        total.value += 1


if __name__ == "__main__":
    parts, total, line = Array("i", 3), Value("i", 0), Barrier(3)
    crew = [Process(target=work, args=(parts, total, line, mine)) for mine in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    print(total.value)
