# 46-dict-swap-manager-list
# KIND: lost_update
# EXPECT: sum drifts under every start method; manager list
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: sum 916 should be 900 [307, 305, 304] | sum 916 should be 900 [307, 303, 306] | sum 880 should be 900 [298, 286, 296] | sum 895 should be 900 [290, 299, 306] | sum 901 should be 900 [300, 300, 301]
#   spawn: sum 915 should be 900 [315, 300, 300] | sum 865 should be 900 [271, 300, 294] | sum 873 should be 900 [300, 300, 273] | sum 917 should be 900 [289, 314, 314] | sum 900 should be 900 [300, 300, 300]
#   forkserver: sum 889 should be 900 [297, 302, 290] | sum 900 should be 900 [300, 300, 300]
"""A Manager list of stock levels; a move takes from one index and gives to another, each a get and a set."""

from multiprocessing import Manager, Process


def shuffle(shelves, src, dst, times):
    for _ in range(times):
        shelves[src] -= 1
        shelves[dst] += 1


if __name__ == "__main__":
    with Manager() as m:
        shelves = m.list([300, 300, 300])
        ps = [Process(target=shuffle, args=(shelves, i, (i + 1) % 3, 150)) for i in range(3)]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        print("RESULT sum", sum(shelves), "should be 900", list(shelves))
