"""A field of each structure in an array is added to, and nobody locks."""

import ctypes as ct
from multiprocessing import Process, Array


class Player(ct.Structure):
    _fields_ = [("hp", ct.c_int), ("xp", ct.c_int)]


def fight(team):
    for _ in range(3000):
        for p in team:
            p.xp += 1


if __name__ == "__main__":
    team = Array(Player, [(10, 0), (20, 0)])
    ps = [Process(target=fight, args=(team,)) for _ in range(2)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print([p.hp for p in team])
