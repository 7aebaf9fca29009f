"""On which reads a write depends, on small programs. Reads are marked by letters, the write by `W`.

    x = v.value  # A
    print(v.value)  # B
    v.value = x + 1  # W

The write depends on `A`. A letter stands for all that is read on its line.
"""

import ast
import re
import textwrap
from collections.abc import Iterator

import pytest

from lost_update.analysis.dependence import Dependence, Dependences, Place, Source
from lost_update.analysis.dependence.positions import Position, position_of

MARK = re.compile(r"#\s*([A-Z](?:\s*[A-Z])*)\s*$")


def marked(text: str) -> dict[str, int]:
    """The lines of the marks."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        for letter in "".join(MARK.findall(line)).replace(" ", ""):
            found[letter] = number
    return found


def stores(text: str, line: int) -> Iterator[Position]:
    """Where attributes, elements and methods' calls on that line stand that may write."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            where = position_of(node)
            if where is not None and where.line == line:
                yield where
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            where = position_of(node.value)
            if where is not None and where.line == line:
                yield where


def calls(text: str) -> str:
    """Calls of the functions of a text that it does not call itself, with plain values."""
    made = ""
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            is_called = "uncalled" in node.name or re.search(rf"(?<!def )\b{node.name}\b", text)
            if not is_called:
                made += f"\n{node.name}({', '.join('object()' for _ in node.args.args)})"
    return made


def of(text: str) -> tuple[str, Dependence]:
    """The letters that the marked write depends on, and all that is known of it."""
    text = textwrap.dedent(text)
    marks = marked(text)
    text += calls(text)
    dependence = Dependences.of_text(text).of(Place(1, next(stores(text, marks["W"]))))
    lines = {place.position.line for place in dependence.reads}
    return "".join(sorted(letter for letter, line in marks.items() if line in lines and letter != "W")), dependence


def check(text: str, letters: str, *, certain: bool = True) -> Dependence:
    found, dependence = of(text)
    assert found == letters
    assert dependence.is_certain is certain
    return dependence


BLIND = {
    "printed and reset": """
        def f(v):
            print(v.value)  # A
            v.value = 0  # W
        """,
    "read, and another value written": """
        def f(v):
            x = v.value  # A
            print(x)
            x = 5
            v.value = x  # W
        """,
    "an if that writes nothing": """
        def f(v):
            if v.value > 3:  # A
                print("many")
            v.value = 0  # W
        """,
    "an if and an else that meet": """
        def f(v):
            if v.value > 3:  # A
                word = "many"
            else:
                word = "few"
            print(word)
            v.value = 0  # W
        """,
    "a loop that was broken off": """
        def f(v):
            for _ in range(10):
                if v.value:  # A
                    break
            v.value = 0  # W
        """,
    "the next round of a loop that breaks where it went wrong": """
        def main(v):
            while True:
                v.value = 0  # W
                run(v)
                if v.value != 3:  # A
                    break
        """,
    "a value from a parameter that is a literal": """
        def f(v, way):
            print(v.value)  # A
            v.value = way  # W
        f(v, 1)
        f(v, -1)
        """,
    "something random": """
        import random
        import time
        def f(v):
            n = v.value  # A
            time.sleep(n)
            v.value = random.randint(1, 6)  # W
        """,
    "a loop variable that took its name": """
        def f(v):
            n = v.value  # A
            for n in range(3):
                v.value = n  # W
        """,
    "a comprehension": """
        def f(v):
            print(v.value)  # A
            v.value = sum(n for n in range(3))  # W
        """,
    "a message": """
        def f(v, queue):
            print(v.value)  # A
            v.value = queue.get()  # W
        f(v, q)
        """,
    "a list to which it was not put": """
        def f(v):
            seen, other = [], []
            seen.append(v.value)  # A
            v.value = len(other)  # W
        """,
    "a function that reads and returns something else": """
        def look(v):
            print(v.value)  # A
            return 3
        def f(v):
            v.value = look(v)  # W
        """,
    "a function that logs its argument": """
        def log(x):
            print(x)
            return 1
        def f(v):
            v.value = log(  # W
                v.value  # A
            )
        """,
    "an increment before": """
        def f(v):
            v.value += 1  # A
            v.value = 0  # W
        """,
    "an own attribute that was given another value": """
        class Worker:
            def run(self):
                self.last = self.total.value  # A
                self.last = 3
                self.total.value = self.last  # W
        """,
    "a call under try that is made either way": """
        def f(v):
            try:
                print(v.value)  # A
            except OSError:
                print("no")
            v.value = 0  # W
        """,
    "at last": """
        def f(v):
            try:
                if v.value:  # A
                    return
            finally:
                v.value = 0  # W
        """,
}

DEPENDS = {
    "an increment": ("def f(v):\n    v.value += 1  # AW", "A"),
    "read, then written": (
        """
        def f(v):
            x = v.value  # A
            print(v.value)  # B
            v.value = x + 1  # W
        """,
        "A",
    ),
    "compared": (
        """
        def f(v, best):
            if v.value < best:  # A
                v.value = best  # W
        f(v, 3)
        """,
        "A",
    ),
    "compared with what was worked out before": (
        """
        def f(v, items):
            best = min(items)
            current = v.value  # A
            if best < current:
                print("better")
                v.value = best  # W
        f(v, [1, 2])
        """,
        "A",
    ),
    "a return before": (
        """
        def f(v):
            if v.value > 3:  # A
                return
            v.value = 0  # W
        """,
        "A",
    ),
    "a continue before": (
        """
        def f(v):
            for _ in range(3):
                if v.value > 3:  # A
                    continue
                v.value = 7  # W
        """,
        "A",
    ),
    "a break before": (
        """
        def f(v):
            while True:
                if v.value > 3:  # A
                    break
                v.value = 7  # W
        """,
        "A",
    ),
    "after an endless loop": (
        """
        def f(v):
            while True:
                if v.value > 3:  # A
                    break
            v.value = 7  # W
        """,
        "A",
    ),
    "waited for": (
        """
        def f(v):
            while v.value:  # A
                pass
            v.value = 1  # W
        """,
        "A",
    ),
    "inside a while": (
        """
        def f(v):
            while v.value < 3:  # A
                v.value = 3  # W
        """,
        "A",
    ),
    "a raise before": (
        """
        def f(v):
            if v.value > 3:  # A
                raise ValueError
            v.value = 0  # W
        """,
        "A",
    ),
    "a function that raises": (
        """
        def check(v):
            if v.value > 3:  # A
                raise ValueError
        def f(v):
            check(v)
            v.value = 0  # W
        """,
        "A",
    ),
    "sys.exit before": (
        """
        import sys
        def f(v):
            if v.value > 3:  # A
                sys.exit(1)
            v.value = 0  # W
        """,
        "A",
    ),
    "asserted": (
        """
        def f(v):
            assert v.value == 3  # A
            v.value = 0  # W
        """,
        "A",
    ),
    "matched": (
        """
        def f(v):
            match v.value:  # A
                case 0:
                    v.value = 1  # W
        """,
        "A",
    ),
    "a name in a pattern": (
        """
        def f(v):
            match v.value:  # A
                case n:
                    pass
            v.value = n + 1  # W
        """,
        "A",
    ),
    "either": (
        """
        def f(v):
            if v.value > 3:  # A
                y = 1
            else:
                y = 2
            v.value = y  # W
        """,
        "A",
    ),
    "left as it was": (
        """
        def f(v):
            y = 1
            if v.value > 3:  # A
                y = 2
            v.value = y  # W
        """,
        "A",
    ),
    "a conditional expression": (
        """
        def f(v):
            v.value = 1 if v.value else 2  # AW
        """,
        "A",
    ),
    "an or": (
        """
        def f(v):
            ready = v.value or False  # A
            v.value = not ready  # W
        """,
        "A",
    ),
    "tuples": (
        """
        def f(v, w):
            a, b = v.value, w.value  # A
            w.value, v.value = a, b  # W
        """,
        "A",
    ),
    "only its part of a tuple": (
        """
        def f(v):
            a, b = (
                v.value,  # A
                3,  # B
            )
            v.value = a + 1  # W
        """,
        "A",
    ),
    "a walrus": (
        """
        def f(v):
            if (n := v.value) < 3:  # A
                v.value = n + 1  # W
        """,
        "A",
    ),
    "a loop variable": (
        """
        def f(v, cells):
            for n in cells:  # A
                v.value = n  # W
        """,
        "A",
    ),
    "from turn to turn": (
        """
        def f(v):
            n = 0
            for _ in range(3):
                v.value = n  # W
                n = v.value + 1  # A
        """,
        "A",
    ),
    "a comprehension": (
        """
        def f(cells):
            total = sum([n * 2 for n in cells])  # A
            cells[0] = total  # W
        """,
        "A",
    ),
    "a sum of a slice": (
        """
        def f(cells):
            total = sum(cells[1:])  # A
            cells[0] = total  # W
        """,
        "A",
    ),
    "augmented": (
        """
        def f(v):
            n = 1
            n += v.value  # A
            n *= 2
            v.value = n  # W
        """,
        "A",
    ),
    "a call of a builtin": (
        """
        def f(v, n):
            v.value = max(v.value, n)  # AW
        f(v, 3)
        """,
        "A",
    ),
    "a list": (
        """
        def f(v):
            seen = []
            seen.append(v.value)  # A
            v.value = seen[-1] + 1  # W
        """,
        "A",
    ),
    "a dictionary": (
        """
        def f(v):
            known = {}
            known["n"] = v.value  # A
            v.value = known["n"] + 1  # W
        """,
        "A",
    ),
    "an object of its own": (
        """
        from types import SimpleNamespace
        def f(v):
            box = SimpleNamespace()
            box.n = v.value  # A
            v.value = box.n + 1  # W
        """,
        "A",
    ),
    "an object of a class of the program": (
        """
        from dataclasses import dataclass
        @dataclass
        class Box:
            n: int
        def f(v):
            box = Box(v.value)  # A
            v.value = box.n + 1  # W
        """,
        "A",
    ),
    "a closure": (
        """
        def f(v):
            n = v.value  # A
            def write():
                v.value = n + 1  # W
            write()
        """,
        "A",
    ),
    "nonlocal": (
        """
        def f(v):
            n = 0
            def look():
                nonlocal n
                n = v.value  # A
            look()
            v.value = n + 1  # W
        """,
        "A",
    ),
    "a global": (
        """
        last = 0
        def look(v):
            global last
            last = v.value  # A
        def f(v):
            v.value = last + 1  # W
        """,
        "A",
    ),
    "a global of a module's body": (
        """
        before = v.value  # A
        def f():
            v.value = before + 1  # W
        """,
        "A",
    ),
    "an own attribute": (
        """
        class Worker:
            def look(self):
                self.last = self.total.value  # A
            def write(self):
                self.total.value = self.last + 1  # W
        """,
        "A",
    ),
    "with as": (
        """
        def f(v):
            with closing(v.value) as n:  # A
                v.value = n  # W
        """,
        "A",
    ),
    "an f-string": (
        """
        def f(d):
            word = f"{d['a']}!"  # A
            d["a"] = word  # W
        """,
        "A",
    ),
    "a function that reads": (
        """
        def look(v):
            print("looking")
            return v.value  # A
        def f(v):
            v.value = look(v) + 1  # W
        """,
        "A",
    ),
    "a function that changes its argument": (
        """
        def twice(x):
            return x * 2
        def f(v):
            n = v.value  # A
            v.value = twice(n)  # W
        """,
        "A",
    ),
    "a function with the arguments of that very call": (
        """
        def same(x):
            return x
        def f(v):
            m = same(v.value)  # B
            n = same(v.value)  # A
            print(m)
            v.value = n  # W
        """,
        "A",
    ),
    "a method": (
        """
        class Counter:
            def get(self):
                return self.n.value  # A
            def bump(self):
                self.n.value = self.get() + 1  # W
        """,
        "A",
    ),
    "a method of the class below": (
        """
        class Base:
            def bump(self):
                self.n.value = self.step()  # W
        class Counter(Base):
            def step(self):
                return self.n.value + 1  # A
        """,
        "A",
    ),
    "super": (
        """
        class Base:
            def get(self):
                return self.n.value  # A
        class Counter(Base):
            def bump(self):
                self.n.value = super().get() + 1  # W
        """,
        "A",
    ),
    "a property": (
        """
        class Counter:
            @property
            def now(self):
                return self.n.value  # A
            def bump(self):
                self.n.value = self.now + 1  # W
        """,
        "A",
    ),
    "a property's setter": (
        """
        class Counter:
            @property
            def now(self):
                return self.n.value  # A
            @now.setter
            def now(self, x):
                self.n.value = x  # W
        counter = Counter()
        counter.now = counter.now + 1
        """,
        "A",
    ),
    "a nested function": (
        """
        def f(v):
            def look():
                return v.value  # A
            v.value = look() + 1  # W
        """,
        "A",
    ),
    "a lambda": (
        """
        def f(v):
            look = lambda: v.value  # A
            v.value = look() + 1  # W
        """,
        "A",
    ),
    "a function as argument": (
        """
        def apply(v, change):
            v.value = change(v.value)  # AW
        apply(v, lambda n: n * 2)
        """,
        "A",
    ),
    "functions in a list": (
        """
        def look(v):
            return v.value  # A
        def f(v):
            for one in [look]:
                v.value = one(v)  # W
        """,
        "A",
    ),
    "a generator": (
        """
        def looks(v):
            yield v.value  # A
        def f(v):
            for n in looks(v):
                v.value = n + 1  # W
        """,
        "A",
    ),
    "a recursive function": (
        """
        def look(v, n):
            if n:
                return look(v, n - 1)
            return v.value  # A
        def f(v):
            v.value = look(v, 3) + 1  # W
        """,
        "A",
    ),
    "a parameter that a caller fills": (
        """
        def put(v, x):
            v.value = x  # W
        def f(v):
            n = v.value  # A
            put(v, n + 1)
        """,
        "A",
    ),
    "a parameter through two calls, by name": (
        """
        def put(v, x):
            v.value = x  # W
        def pass_on(v, x=0):
            put(x=x, v=v)
        def f(v):
            pass_on(v, x=v.value + 1)  # A
        """,
        "A",
    ),
    "a condition of the caller": (
        """
        def reset(v):
            v.value = 0  # W
        def f(v):
            if v.value > 3:  # A
                reset(v)
        """,
        "A",
    ),
    "starred arguments": (
        """
        def put(v, x):
            v.value = x  # W
        def f(v):
            arguments = (v, v.value)  # A
            put(*arguments)
        """,
        "A",
    ),
    "arguments of a process": (
        """
        def put(v, x):
            v.value = x  # W
        p = Process(target=put, args=(v, v.value + 1))  # A
        """,
        "A",
    ),
    "get with a default": (
        """
        def f(d, w):
            n = d.get(w, 0)  # A
            d[w] = n + 1  # W
        """,
        "A",
    ),
    "looked for": (
        """
        def f(d, w):
            if w not in d:  # A
                d[w] = 1  # W
        """,
        "A",
    ),
    "looked for, or else": (
        """
        def f(d, w):
            if w in d:  # A
                d[w] += 1
            else:
                d[w] = 1  # W
        """,
        "A",
    ),
    "an exception": (
        """
        def f(d, w):
            try:
                d[w] += 1  # A
            except KeyError:
                d[w] = 1  # W
        """,
        "A",
    ),
    "a default after an exception": (
        """
        def f(d, w):
            try:
                n = d[w]  # A
            except KeyError:
                n = 0
            d[w] = n + 1  # W
        """,
        "A",
    ),
    "a method that writes": (
        """
        def f(items):
            n = len(items)  # A
            items.append(n)  # W
        """,
        "A",
    ),
    "the index of a write": (
        """
        def f(cells):
            cells[cells[0]] = 7  # AW
        """,
        "A",
    ),
    "swapped": (
        """
        def f(cells):
            cells[0], cells[1] = cells[1], cells[0]  # AW
        """,
        "A",
    ),
    "awaited": (
        """
        async def look(v):
            return v.value  # A
        async def f(v):
            v.value = await look(v) + 1  # W
        """,
        "A",
    ),
    "int of it": (
        """
        def f(v):
            v.value = int(v.value) + 1  # AW
        """,
        "A",
    ),
    "behind two locks": (
        """
        def take(last, lock):
            with lock:
                n = last.value  # A
            with lock:
                last.value = n + 1  # W
        """,
        "A",
    ),
}


@pytest.mark.parametrize("text", BLIND.values(), ids=BLIND)
def test_a_write_that_depends_on_no_read_is_blind(text: str) -> None:
    check(text, "")


@pytest.mark.parametrize(("text", "letters"), DEPENDS.values(), ids=DEPENDS)
def test_a_write_depends_on_the_reads_that_its_value_or_a_condition_comes_from(text: str, letters: str) -> None:
    found, dependence = of(text)
    assert found == letters
    assert dependence.is_certain


UNCERTAIN = {
    "a function without a text that is handed it": """
        from elsewhere import bump
        def f(v):
            v.value = bump(v)  # W
        """,
    "eval": """
        def f(v):
            v.value = eval("v.value + 1")  # W
        """,
    "a parameter that nobody here fills": """
        def uncalled(v, x):
            v.value = x  # W
        """,
    "handed over in a list": """
        from elsewhere import bump
        def f(v):
            v.value = bump([v])  # W
        """,
}


@pytest.mark.parametrize("text", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_the_code_does_not_show_is_not_certain(text: str) -> None:
    assert not of(text)[1].is_certain


CERTAIN = {
    "a library": """
        import math
        def f(v, n):
            v.value = math.floor(n)  # W
        f(v, 3.5)
        """,
    "a function without a text that is handed numbers": """
        from elsewhere import shape
        def f(v, n):
            x = v.value
            v.value = shape(n, x)  # W
        f(v, 3)
        """,
    "a method of a text": """
        def f(v, words):
            v.value = len(" ".join(words).split())  # W
        f(v, ["a"])
        """,
    "how it is filled is seen": """
        def f(v, iterations):
            v.value = iterations  # W
        for n in range(3):
            Process(target=f, args=(v, n)).start()
        """,
    "a pool's items": """
        def f(n):
            v.value = n  # W
        pool.map(f, [1, 2, 3])
        """,
    "an own attribute": """
        class Worker(Process):
            def __init__(self, total, step):
                self.total, self.step = total, step
            def run(self):
                self.total.value = self.step  # W
        Worker(v, 3).start()
        """,
}


@pytest.mark.parametrize("text", CERTAIN.values(), ids=CERTAIN)
def test_what_is_handed_plain_values_leaves_it_certain(text: str) -> None:
    assert of(text)[1].is_certain


def test_sources_are_followed_into_each_other() -> None:
    helper = "def bump(v):\n    n = v.value\n    return n + 1\n"
    script = "from helper import bump\ndef f(v):\n    v.value = bump(v)\nf(1)\n"
    dependences = Dependences([Source(1, "/home/me/script.py", script), Source(2, "/home/me/helper.py", helper)])
    dependence = dependences.of(Place(1, Position(3, 3, 4, 11)))
    assert Place(2, Position(2, 2, 8, 15)) in dependence.always
    assert dependence.is_certain
    assert Place(2, Position(2, 2, 8, 15)) in dependence.sums


def test_a_place_that_is_in_no_source_is_not_certain() -> None:
    assert not Dependences.of_text("x = 1").of(Place(3, Position(1, 1, 0, 7))).is_certain


@pytest.mark.parametrize("text", ["def f(:", "\0", "(" * 500 + ")" * 500, ""])
def test_a_text_that_cannot_be_read_says_nothing(text: str) -> None:
    assert not Dependences.of_text(text).of(Place(1, Position(1, 1, 0, 7))).is_certain


def test_what_is_read_only_on_some_ways_is_told_apart() -> None:
    _, dependence = of(
        """
        def f(v, n):
            if n:
                x = v.value  # A
            else:
                x = 0
            v.value = x  # W
        """
    )
    assert not [place for place in dependence.always if place.position.line == 4]
    assert [place for place in dependence.reads if place.position.line == 4]
