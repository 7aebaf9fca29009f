"""What a program calls what it makes: each `Lock()` and the like in a text, in the order in which they stand."""

import ast
import textwrap

import pytest

from lost_update.analysis.dependence.positions import positions_of
from lost_update.analysis.made_as import MadeAs

MAKERS = ("Lock", "Value", "Queue", "Manager", "Pipe", "Process")


def names(text: str, nth: int = 0, part: int | None = None) -> list[str | None]:
    text = textwrap.dedent(text)
    made = MadeAs(text)
    calls = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MAKERS
    ]
    calls.sort(key=lambda node: (node.lineno, node.col_offset))
    return [made.name(next(positions_of(node)), nth, part) for node in calls]


NAMES: dict[str, list[str | None]] = {
    'tally = Value("i", 0)': ["tally"],
    'tally: object = Value("i", 0)': ["tally"],
    "if (lock := Lock()): pass": ["lock"],
    "one = two = Lock()": ["one"],
    'last, lock, out = Value("i", 0), Lock(), Queue()': ["last", "lock", "out"],
    "(a, b), c = (Lock(), Lock()), Lock()": [None, None, "c"],
    "class A:\n    def __init__(self):\n        self.total = Value('i')": ["self.total"],
    "class A:\n    lock = Lock()": ["A.lock"],
    "locks = [Lock(), Lock()]": ["locks[0]", "locks[1]"],
    "locks = (Lock(), Lock())": ["locks[0]", "locks[1]"],
    "locks = {'a': Lock(), 2: Lock()}": ["locks['a']", "locks[2]"],
    "locks = {name: Lock()}": [None],
    "locks = dict(a=Lock())": ["locks['a']"],
    "for lock in (Lock(), Lock()): pass": ["lock", "lock"],
    "jobs = [Process(args=(lock,)) for lock in (Lock(), Lock())]": ["jobs[0]", "lock", "lock"],
    "things = SimpleNamespace(lock=Lock())": ["things.lock"],
    "class A:\n    n: int = field(default_factory=lambda: Value('i'))\na = A()": ["a.n"],
    "class A:\n    n: int = field(default_factory=lambda: Value('i'))\na = A()\nb = A()": ["n"],
    "sort(key=lambda: Value('i'))": [None],
    "self.locks = {'a': [Lock()]}": ["self.locks['a'][0]"],
    "locks['a'] = Lock()": ["locks['a']"],
    "locks[i] = Lock()": [None],
    "with Manager() as manager: pass": ["manager"],
    "with mp.Manager() as m:\n    book = m.Queue(names=[])": ["m", "book"],
    "lock = Lock() if True else None": ["lock"],
    "lock = None or Lock()": ["lock"],
    "def f(lock=Lock()): pass": ["lock"],
    "def f(*, lock=Lock()): pass": ["lock"],
    "def f(v): pass\nProcess(target=f, args=(Value('i', 0),))": [None, "v"],
    "def f(v, lock): pass\np = Process(target=f, args=(1,), kwargs={'lock': Lock()})": ["p", "lock"],
    "def f(v, lock): pass\npool = Pool(2, initializer=f, initargs=(Value('i'), Lock()))": ["v", "lock"],
    "def f(v, lock): pass\nf(Value('i'), lock=Lock())": ["v", "lock"],
    "def f(v, *locks): pass\nf(1, Lock(), Lock())": ["locks[0]", "locks[1]"],
    "def f(v): pass\npool.submit(f, Lock())": ["v"],
    "def f(v): pass\ng = partial(f, Lock())": ["v"],
    "Process(target=g, args=(Lock(),))": [None, None],
    "class W:\n    def __init__(self, a, b):\n        self.a, self.lock = a, b\nw = W(1, Lock())": ["w.lock"],
    "class W:\n    def __init__(self, a, b):\n        use(b)\nw = W(1, Lock())": ["b"],
    "@dataclass\nclass S:\n    n: int\n    lock: object\ns = S(1, Lock())": ["s.lock"],
    "@dataclass\nclass S:\n    lock: object\ns = S(lock=Lock())": ["s.lock"],
    "def make():\n    return Lock()\nlock = make()": ["lock"],
    "def make():\n    lock = Lock()\n    return lock\nother = make()": ["lock"],
    "def make():\n    return Lock()\na, b = make(), make()": [None],
    "def make():\n    return make()\n    return Lock()": [None],
    "def make():\n    return Value('i'), Lock()\nv, lock = make()": ["v", "lock"],
    "Lock()": [None],
    "use(Lock())": [None],
    "with Lock(): pass": [None],
    "m = Manager().Queue()": ["m", "m"],
    "zähler = Value('i')": ["zähler"],
    "(store\n    .lock) = (mp\n    .Lock())": ["store.lock"],
}


@pytest.mark.parametrize(("text", "expected"), NAMES.items(), ids=NAMES)
def test_a_thing_is_called_as_the_program_calls_it(text: str, expected: list[str | None]) -> None:
    found = names(text)
    if text.startswith("m = Manager()"):  # the manager itself has no name; what it makes has
        assert sorted(found, key=str) == [None, "m"]
    else:
        assert found == expected


MANY: dict[str, list[str | None]] = {
    "locks = [Lock() for _ in range(3)]": ["locks[0]", "locks[1]", "locks[2]"],
    "locks = list(Lock() for _ in range(n))": ["locks[0]", "locks[1]", "locks[2]"],
    "locks = tuple([Lock() for _ in range(n)])": ["locks[0]", "locks[1]", "locks[2]"],
    "a, b, c = [Lock() for _ in range(3)]": ["a", "b", "c"],
    "locks = {name: Lock() for name in ('x', 'y', 'z')}": ["locks['x']", "locks['y']", "locks['z']"],
    "locks = {i: Lock() for i in range(1, 4)}": ["locks[1]", "locks[2]", "locks[3]"],
    "locks = {name: Lock() for name in names}": [None, None, None],
    "locks = {Lock() for _ in range(3)}": [None, None, None],
    "locks = []\nfor _ in range(3):\n    locks.append(Lock())": ["locks[0]", "locks[1]", "locks[2]"],
    "locks = [1]\nfor _ in range(3):\n    locks.append(Lock())": [None, None, None],
    "locks = []\nlocks.append(0)\nfor _ in range(3):\n    locks.append(Lock())": [None, None, None],
    "grid = [[Lock() for _ in range(2)] for _ in range(2)]": ["grid[0][0]", "grid[0][1]", "grid[1][0]"],
    "grid = [[Lock() for _ in range(n)] for _ in range(2)]": ["grid[0][0]", "grid[0][1]", "grid[0][2]"],
    "class W:\n    def __init__(self):\n        self.locks = [Lock() for _ in range(2)]": [
        "self.locks[0]",
        "self.locks[1]",
        "self.locks[0]",
    ],
    "@dataclass\nclass S:\n    n: list = field(default_factory=list)\n    a: object = field(default_factory=Lock)\n"
    "    b: object = field(default_factory=Lock)\nLock = S\ns = Lock()": [None, None, None],
}


@pytest.mark.parametrize(("text", "expected"), MANY.items(), ids=MANY)
def test_of_many_each_has_its_place(text: str, expected: list[str | None]) -> None:
    if "dataclass" in text:
        made = MadeAs(text.replace("Lock = S\ns = Lock()", "s = S()"))
        where = next(position for position in made._calls if position.line == 6)
        assert [made.name(where, nth) for nth in range(3)] == ["s.a", "s.b", "s.a"]
    else:
        assert [names(text, nth)[0] for nth in range(3)] == expected


ENDS: dict[str, list[str | None]] = {
    "here, there = Pipe()": ["here", "there"],
    "self.here, self.there = Pipe()": ["self.here", "self.there"],
    "ends = Pipe()": ["ends[0]", "ends[1]"],
    "pipes = [Pipe() for _ in range(2)]": ["pipes[0][0]", "pipes[0][1]"],
    "pipes = [Pipe(), None]": ["pipes[0][0]", "pipes[0][1]"],
    "pipes = {'a': Pipe()}": ["pipes['a'][0]", "pipes['a'][1]"],
    "(a, b), (c, d) = Pipe(), None": ["a", "b"],
    "pipes = []\nfor _ in x:\n    pipes.append(Pipe())": ["pipes[0][0]", "pipes[0][1]"],
    "def make():\n    return Pipe()\na, b = make()": ["a", "b"],
}


@pytest.mark.parametrize(("text", "expected"), ENDS.items(), ids=ENDS)
def test_each_end_of_a_pipe_has_its_name(text: str, expected: list[str | None]) -> None:
    assert [names(text, part=part)[0] for part in range(2)] == expected


def test_the_two_ends_may_also_be_told_by_their_order() -> None:
    assert [names("here, there = Pipe()", nth)[0] for nth in range(2)] == ["here", "there"]


@pytest.mark.parametrize("text", ["def f(:", "\0", ""])
def test_a_text_that_cannot_be_read_names_nothing(text: str) -> None:
    where = next(positions_of(ast.parse("Lock()").body[0]))
    assert MadeAs(text).name(where) is None
