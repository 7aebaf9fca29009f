# 11-manager-dict-words
# KIND: lost_update
# EXPECT: loses under every start method; cells live in a manager
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: 801 of 1080 | 1045 of 1080 | 813 of 1080 | 818 of 1080 | 947 of 1080
#   spawn: 955 of 1080 | 823 of 1080 | 1080 of 1080 | 845 of 1080 | 947 of 1080
#   forkserver: 837 of 1080 | 966 of 1080
"""Word counts in a Manager dict: d[w] = d.get(w, 0) + 1 is two messages to the manager."""

from multiprocessing import Manager, Process

TEXT = "the cat the dog the end".split() * 60


def count(words, totals):
    for word in words:
        totals[word] = totals.get(word, 0) + 1


if __name__ == "__main__":
    with Manager() as manager:
        totals = manager.dict()
        crew = [Process(target=count, args=(TEXT, totals)) for _ in range(3)]
        for c in crew:
            c.start()
        for c in crew:
            c.join()
        print("RESULT", sum(totals.values()), "of", 3 * len(TEXT))
