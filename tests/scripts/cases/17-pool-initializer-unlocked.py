# 17-pool-initializer-unlocked
# KIND: lost_update
# EXPECT: loses under every start method; Pool with initializer
# OBSERVED on Linux, Python 3.11.7, 2 CPUs (other load on the machine); HANG = killed after 6 s:
#   fork: 18206 of 24000 | 10807 of 24000 | 16000 of 24000 | 14236 of 24000 | 16052 of 24000
#   spawn: 21640 of 24000 | 19616 of 24000 | 24000 of 24000 | 24000 of 24000 | 24000 of 24000
#   forkserver: 16391 of 24000 | 22662 of 24000
"""The counter reaches a Pool's workers by the initializer, as it should; but += is not locked."""

from multiprocessing import Pool, Value

done = None


def arm(counter):
    global done
    done = counter


def work(n):
    for _ in range(n):
        done.value += 1
    return n


if __name__ == "__main__":
    counter = Value("i", 0)
    with Pool(3, initializer=arm, initargs=(counter,)) as pool:
        asked = sum(pool.map(work, [4_000] * 6, chunksize=1))
    print("RESULT", counter.value, "of", asked)
