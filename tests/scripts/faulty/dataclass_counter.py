"""A counter in a dataclass, which a lambda makes."""

from dataclasses import dataclass, field
import multiprocessing as mp


@dataclass
class Stats:
    hits: object = field(default_factory=lambda: mp.Value("i", 0))


def work(stats, n):
    for _ in range(n):
        stats.hits.value += 1


if __name__ == "__main__":
    stats = Stats()
    ps = [mp.Process(target=work, args=(stats, 3000)) for _ in range(3)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("hits", stats.hits.value <= 9000)
