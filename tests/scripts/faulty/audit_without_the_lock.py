"""Money goes to and fro under a lock; who adds it up takes no lock."""

from multiprocessing import Process, Array, Lock


def transfer(acc, src, dst, lock, n):
    for _ in range(n):
        with lock:
            acc[src] -= 1
            acc[dst] += 1


def audit(acc):
    bad = 0
    for _ in range(5000):
        if acc[0] + acc[1] != 200:
            bad += 1
    print("audited")


if __name__ == "__main__":
    accounts, lock = Array("i", [100, 100], lock=False), Lock()
    ps = [
        Process(target=transfer, args=(accounts, 0, 1, lock, 3000)),
        Process(target=transfer, args=(accounts, 1, 0, lock, 3000)),
        Process(target=audit, args=(accounts,)),
    ]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(sum(accounts))
