"""The bases of writes, of programs that really run: which read each write was built on."""

import random
import time

import pytest

from lost_update.analysis.bases import BLIND, Bases
from lost_update.analysis.dependence import Dependences, Place, Position
from lost_update.model.ops import ADDS, ASSUMED
from tests.executed import execute, written

PROGRAMS: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "increments": ("for _ in range(3):\n    v.value += 1", [("v", 0, ADDS), ("v", 1, ADDS), ("v", 2, ADDS)]),
    "read and written": ("x = v.value\nprint(end='')\nv.value = x + 1", [("v", 0, ADDS)]),
    "printed and reset": ("v.value += 1\nprint(v.value, end='')\nv.value = 0", [("v", 0, ADDS), ("v", BLIND, 0)]),
    "older than a write of its own": (
        "x = v.value\nv.value = 1\nv.value = x + 1",
        [("v", BLIND, 0), ("v", 0, ADDS)],
    ),
    "a read in between that does not count": (
        "x = v.value\nv.value = 7\nv.value\nv.value = x * 2",
        [("v", BLIND, 0), ("v", 0, 0)],
    ),
    "a loop reads afresh each time": (
        "for _ in range(2):\n    x = v.value\n    v.value = x + 1",
        [("v", 0, ADDS), ("v", 1, ADDS)],
    ),
    "one read for many writes": (
        "x = v.value\nfor n in range(2):\n    v.value = x + n",
        [("v", 0, ADDS), ("v", 0, ADDS)],
    ),
    "compared": ("if v.value < 5:\n    v.value = 5", [("v", 0, 0)]),
    "elements of an array": (
        "for i in range(2):\n    a[i] += 1\n    a[i + 1] -= 1",
        [("a[0]", 0, ADDS), ("a[1]", 0, ADDS), ("a[1]", 1, ADDS), ("a[2]", 0, ADDS)],
    ),
    "swapped": ("a[0], a[1] = a[1], a[0]", [("a[0]", 0, 0), ("a[1]", 0, 0)]),
    "a slice": ("n = sum(a[0:2])\na[1] = n", [("a[1]", 0, 0)]),
    "a slice that is written": (
        "n = [x + 1 for x in a[:]]\na[0:2] = n[0:2]",
        [("a[0]", 0, 0), ("a[1]", 0, 0)],
    ),
    "a loop over an array": ("for x in a:\n    last = x\na[3] = last", [("a[3]", 0, 0)]),
    "a comprehension over an array": ("n = [x for x in a]\na[2] = n[0]", [("a[2]", 0, 0)]),
    "a list of an array": ("n = list(a)\na[2] = n[0] + 1", [("a[2]", 0, 0)]),
    "unpacked": ("p, q, *_ = a\na[1] = q * 2", [("a[1]", 0, 0)]),
    "words": (
        "for word in 'ab' * 2:\n    d[word] = d.get(word, 0) + 1",
        [("d['a']", 0, ADDS), ("d['b']", 0, ADDS), ("d['a']", 1, ADDS), ("d['b']", 1, ADDS)],
    ),
    "words, looked for": (
        "for word in 'aa':\n    if word in d:\n        d[word] += 1\n    else:\n        d[word] = 1",
        [("d['a']", 0, 0), ("d['a']", 1, ADDS)],
    ),
    "words, tried": (
        "for word in 'aa':\n    try:\n        d[word] += 1\n    except KeyError:\n        d[word] = 1",
        [("d['a']", 0, 0), ("d['a']", 1, ADDS)],
    ),
    "taken away": ("d['a'] = 1\nd.pop('a')", [("d['a']", BLIND, 0), ("d['a']", 1, 0)]),
    "appended": ("d2 = []\na.append(3)", [("a[4]", BLIND, 0)]),
    "a function that puts, with and without a read": (
        """
        def put(cell, x):
            cell.value = x
        for _ in range(2):
            put(v, v.value + 1)
        put(v, 0)
        """,
        [("v", 0, ADDS), ("v", 1, ADDS), ("v", BLIND, ASSUMED)],
    ),
    "one way and the other": (
        """
        for n in range(4):
            if n % 2:
                x = 0
            else:
                x = v.value
            v.value = x * 2
        """,
        [("v", 0, 0), ("v", BLIND, ASSUMED), ("v", 2, 0), ("v", BLIND, ASSUMED)],
    ),
    "several lines": (
        """
        def f(cell):
            (cell
                .value) += 1
            n = (cell
                .value)
            (cell
                .value) = n + 1
        f(v)
        """,
        [("v", 0, ADDS), ("v", 1, ADDS)],
    ),
    "letters of several bytes": (
        """
        def f(zähler):
            ü = "ä"; n = zähler.value; zähler.value = n + 1
        f(v)
        """,
        [("v", 0, ADDS)],
    ),
    "a string that is formatted": ("d['a'] = 'x'\nd['a'] = f\"{d['a']}!\"", [("d['a']", BLIND, 0), ("d['a']", 1, 0)]),
    "code that nobody sees": (
        """
        def f(cell):
            n = cell.value
            print(cell.value, end="")
            cell.value = eval("n + 1")
        f(v)
        """,
        [("v", 0, ASSUMED)],
    ),
    "an attribute of its own": (
        """
        class Counter:
            def __init__(self, cell):
                self.cell = cell
            def look(self):
                self.seen = self.cell.value
            def write(self):
                self.cell.value = self.seen + 1
        counter = Counter(v)
        counter.look()
        v.value
        counter.write()
        """,
        [("v", 0, ADDS)],
    ),
    "a class with methods": (
        """
        class Counter:
            def __init__(self, cell):
                self.cell = cell
            def now(self):
                return self.cell.value
            def bump(self, n=1):
                self.cell.value = self.now() + n
            def reset(self):
                self.cell.value = 0
        counter = Counter(v)
        counter.bump()
        counter.bump(3)
        counter.reset()
        """,
        [("v", 0, ADDS), ("v", 1, ADDS), ("v", BLIND, 0)],
    ),
    "another cell": ("x = w.value\nv.value = x + 1", [("v", BLIND, 0)]),
    "set by setattr": ("setattr(v, 'value', v.value + 1)", [("v", 0, 0)]),
    "read by getattr": ("v.value = getattr(v, 'value') + 1", [("v", 0, ADDS)]),
    "a loop's target": ("for v.value in range(2):\n    pass", [("v", BLIND, 0), ("v", BLIND, 0)]),
}


@pytest.mark.parametrize(("text", "bases"), PROGRAMS.values(), ids=PROGRAMS)
def test_a_write_is_built_on_the_latest_read_that_it_depends_on(text: str, bases: list[tuple[str, int, int]]) -> None:
    assert written(text) == bases


ADDITIONS = {
    "v.value += 1": True,
    "v.value -= n": True,
    "v.value = v.value + n": True,
    "v.value = n + v.value": True,
    "v.value = v.value - 1": True,
    "v.value = 1 - v.value": False,
    "v.value *= 2": False,
    "v.value = v.value * 2": False,
    "v.value = max(v.value, n)": False,
    "v.value = n": False,
    "v.value = (v.value + 1) % n": False,
    "v.value = v.value + v.value": False,
    "v.value = v.value + w.value": True,
    "v.value = int(v.value) + 1": True,
    "x = v.value; v.value = x + 1": True,
    "x = v.value; x += 1; x -= n; v.value = x": True,
    "x = v.value; v.value = x + x": False,
    "x = v.value; n = n + x; v.value = n": True,
    "x = v.value; v.value += x": False,
    "a[n] += 1": True,
    "d[n] = d.get(n, 0) + 1": True,
    "d[n] = d.get(n, 5) + 1": False,
    "d[n] = (d.get(n) or 0) + 1": True,
    "d[n] = (d.get(n) or 5) + 1": False,
    "x = 5\n    try: x = d[n]\n    except KeyError: pass\n    d[n] = x + 1": False,
    "x = 5\n    if n in d: x = d[n]\n    d[n] = x + 1": False,
    "x = 0\n    try: x = d[n]\n    except KeyError: pass\n    d[n] = x + 1": True,
    "v.value = bump(v.value)": True,
    "v.value = square(v.value)": False,
    "v.value = look(v) + 1": True,
    "if v.value < 9: v.value += 1": True,
    "if v.value < n: v.value = n": False,
    "x = v.value\n    step = 1 if x % 2 else 3\n    v.value = x + step": False,
    "x = v.value\n    if x % 2: step = 1\n    else: step = 3\n    v.value = x + step": False,
    "x = d.get(n)\n    if x is None: x = 0\n    d[n] = x + 1": True,
    "x = v.value\n    if x > 9: x = 0\n    v.value = x + 1": False,
    "try: x = d[n]\n    except KeyError: x = 0\n    d[n] = x + 1": True,
    "while v.value < 9:\n        step = n * 2\n        v.value += step": True,
    "x = v.value\n    if n: x = x + 1\n    else: x = x + 2\n    v.value = x": True,
    "x = v.value\n    if n: x = x + 1\n    else: x = x * 2\n    v.value = x": False,
}


@pytest.mark.parametrize(("code", "adds"), ADDITIONS.items(), ids=ADDITIONS)
def test_an_addition_is_one_of_something_that_does_not_depend_on_that_read(code: str, adds: bool) -> None:
    text = (
        "def bump(x):\n    return x + 1\ndef square(x):\n    return x * x\ndef look(v):\n    return v.value\n"
        f"def f(v, w, d, a, n):\n    {code}\nf(v, w, d, a, 3)\n"
    )
    assert (written(text)[-1][2] == ADDS) is adds


def test_threads_of_a_process_do_not_confuse_each_other() -> None:
    text = """
    import threading
    turns = [threading.Event() for _ in range(3)]
    def first():
        x = v.value
        turns[0].set()
        turns[1].wait()
        v.value = x + 1
    def second():
        turns[0].wait()
        v.value += 1
        turns[1].set()
    threads = [thread(target=first), thread(target=second)]
    for one in threads: one.start()
    for one in threads: one.join()
    """
    assert written(text) == [("v", 0, ADDS), ("v", 0, ADDS)]


def test_a_value_that_another_thread_read_is_assumed_to_be_blind() -> None:
    text = """
    def put(cell, x):
        cell.value = x
    one = thread(target=put, args=(v, v.value + 1))
    one.start()
    one.join()
    """
    assert written(text) == [("v", BLIND, ASSUMED)]


def test_where_nobody_knows_the_place_the_latest_read_is_assumed() -> None:
    bases = Bases(Dependences([]), dict[int, Place]().get)
    bases.read("P1", "v", 1, 4)
    bases.read("P2", "v", 1, 5)
    assert bases.write("P1", "v", 2, 6) == (4, ASSUMED)
    assert bases.write("P3", "v", 2, 7) == (BLIND, 0)


def test_another_source_may_come_in_on_the_way() -> None:
    place = Place(1, Position(1, 1, 0, 7))
    bases = Bases(Dependences([]), {1: place}.get)
    bases.read("P1", "v", 1, 0)
    assert bases.write("P1", "v", 1, 1) == (0, ASSUMED)
    bases.know(Dependences.of_text("v.value += 1"))
    bases.read("P1", "v", 1, 1)
    assert bases.write("P1", "v", 1, 2) == (1, ADDS)


def test_every_place_of_a_write_is_known() -> None:
    for text, _ in PROGRAMS.values():
        log = execute(text)
        dependences = Dependences.of_text(log.text)
        for access in log.accesses:
            if access.is_write and "eval" not in text:
                assert dependences.of(access.place).is_certain, (text, access)


def test_half_a_million_updates_are_followed_in_little_time() -> None:
    draw = random.Random(3)
    text = "def f(v):\n    for _ in range(9):\n        v.value += 1\n        if v.value < 3:\n            v.value = 3\n"
    aug, test, put = (Place(1, Position(*where)) for where in ((3, 3, 8, 15), (4, 4, 11, 18), (5, 5, 12, 19)))
    bases = Bases(Dependences.of_text(text), {1: aug, 2: test, 3: put}.get)
    threads = [draw.randrange(8) for _ in range(250_000)]
    began = time.process_time()
    for version, thread in enumerate(threads):
        bases.read(thread, 7, 1, 2 * version)
        bases.write(thread, 7, 1, 2 * version + 1)
        bases.read(thread, 7, 2, 2 * version + 1)
        bases.write(thread, 7, 3, 2 * version + 2)
    assert time.process_time() - began < 5
