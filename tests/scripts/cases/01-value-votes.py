# 01-value-votes
# KIND: lost_update
# EXPECT: loses under every start method (a run may come out whole)
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: 36478 of 60000 | 30316 of 60000 | 51570 of 60000 | 41476 of 60000 | 43060 of 60000
#   spawn: 39628 of 60000 | 59407 of 60000 | 45829 of 60000 | 42936 of 60000 | 60000 of 60000
#   forkserver: 60000 of 60000 | 37893 of 60000
"""Two tellers count votes on one Value with +=."""

from multiprocessing import Process, Value

VOTES = 30_000


def teller(tally):
    for _ in range(VOTES):
        tally.value += 1


if __name__ == "__main__":
    tally = Value("i", 0)
    tellers = [Process(target=teller, args=(tally,)) for _ in range(2)]
    for t in tellers:
        t.start()
    for t in tellers:
        t.join()
    print("RESULT", tally.value, "of", 2 * VOTES)
