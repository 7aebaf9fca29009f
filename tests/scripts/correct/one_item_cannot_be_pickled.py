"""Something that cannot be pickled is put after what is waited for."""

import multiprocessing as mp, time


def w(q):
    q.put("fine")
    q.put(lambda: 1)
    time.sleep(0.5)


if __name__ == "__main__":
    q = mp.Queue()
    p = mp.Process(target=w, args=(q,))
    p.start()
    print(q.get())
    p.join()
