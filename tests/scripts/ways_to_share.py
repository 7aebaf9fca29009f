"""Every kind of shared memory, accessed in every way that the tests look at; and what goes wrong with it."""

import ctypes
import multiprocessing as mp
import sys
import traceback
from multiprocessing.shared_memory import ShareableList


class Purse(ctypes.Structure):
    _fields_ = [("coins", ctypes.c_int), ("weight", ctypes.c_double), ("notes", ctypes.c_short * 3)]


def work(number, numbers, raw, raws, word, purse, raw_purse, purses, listed, many, letters):
    number.value += 1
    numbers[1] += 2
    numbers[-1] = 7
    numbers[0:2] = [8, 9]
    print(numbers[:], list(numbers), len(numbers), numbers[::-1], numbers[5:])
    raw.value += 1.5
    raws[2] = 5
    raws[0] += 1
    print(list(raws))
    word.value = b"hey"
    word[0] = b"H"
    print(word.value, word.raw, word[:2])
    purse.coins += 1
    purse.weight = 2
    purse.notes[1] += 4
    print(purse.coins, purse.weight, list(purse.notes))
    raw_purse.coins = 3
    raw_purse.notes[2] = 9
    purses[0].coins += 1
    print(purses[0].coins, purses[1].weight)
    listed[0] += 1
    listed[1] = "yes"
    print(list(listed))
    many[:] = [1] * 3000
    print(sum(many[:]), sum(many))
    letters.value = b"xy"
    print(letters.value, letters[0], letters.raw)
    with number.get_lock():
        number.get_obj().value += 1
    print(number, type(raw), type(raws), raw, Purse.coins, number.get_obj())


def go_wrong(number, numbers, word, purse, listed):
    mistakes = [
        lambda: setattr(number, "value", "x"),
        lambda: numbers.__setitem__(0, "x"),
        lambda: numbers[9],
        lambda: numbers["k"],
        lambda: numbers.__setitem__(slice(0, 2), [1]),
        lambda: setattr(purse, "coins", 1.5),
        lambda: word.__setitem__(0, 5),
        lambda: setattr(word, "value", b"too long for it"),
        lambda: listed[9],
        lambda: listed.__setitem__(1, "too long for it"),
        lambda: mp.Value("zz"),
        lambda: mp.Array("i", "abc"),
        lambda: mp.Value("i", lock=5),
    ]
    for mistake in mistakes:
        try:
            mistake()
        except Exception:
            traceback.print_exc()


if __name__ == "__main__":
    number = mp.Value("i", 3)
    numbers = mp.Array("i", [1, 2, 3])
    raw = mp.RawValue("d", 1)
    raws = mp.RawArray("i", 4)
    word = mp.Array("c", b"hello")
    purse = mp.Value(Purse, 1, 2)
    raw_purse = mp.RawValue(Purse, 1, 2.5)
    purses = mp.Array(Purse, [(1, 2), (3, 4)])
    listed = ShareableList([1, "no ", 2.5, None, True])
    many = mp.Array("i", 3000)
    letters = mp.RawArray("c", 5)
    shared = (number, numbers, raw, raws, word, purse, raw_purse, purses, listed, many, letters)
    process = mp.Process(target=work, args=shared)
    process.start()
    process.join()
    print(number.value, numbers[:], raw.value, list(raws), word.value, purse.coins, purse.weight, list(listed), sum(many))
    unlocked = mp.Value("i", 0, lock=False)
    unlocked.value += 1
    print(unlocked.value, type(unlocked))
    plain = ctypes.c_int(5)
    plain.value += 1
    print(plain.value, plain, (ctypes.c_int * 4)(1, 2)[1], Purse(1).coins)
    for code, first, then in (("u", "a", "é"), (ctypes.c_bool, False, True), ("Q", 2**64 - 1, 2**63), ("f", 1.5, 0.1), ("B", 0, 255)):
        other = mp.Value(code, first)
        before = other.value
        other.value = then
        print(before, other.value)
    sys.stdout.flush()
    go_wrong(number, numbers, word, purse, listed)
    listed.shm.close()
    listed.shm.unlink()
