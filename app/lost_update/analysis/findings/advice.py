"""All words of findings: what happened, and what to do about it, made of the evidence alone.

A message says who did what to which target, and in which lines; an advice what to write instead. Where code says it
best, it follows after an empty line, in the words of the script itself.
"""

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from lost_update.analysis.findings.atomicity import Checked
from lost_update.analysis.findings.evidence import Evidence, Found, Place, lines_of
from lost_update.analysis.findings.left_over import Left
from lost_update.analysis.findings.locks import OwnLocks
from lost_update.analysis.findings.lost_updates import Racing
from lost_update.analysis.findings.not_shared import Copied
from lost_update.analysis.findings.source_text import source_text
from lost_update.analysis.findings.suspected import Opposite
from lost_update.analysis.findings.torn_reads import Torn
from lost_update.analysis.findings.waits import Wait, Waiting
from lost_update.model.findings import Finding
from lost_update.model.ops import Op
from lost_update.wording import counted, number

LONGEST_CODE: Final = 8
"""In lines: more than that is no example any more."""


def in_words(evidence: Evidence, found: Found) -> Finding:
    """The finding as the interface gives it out."""
    message, advice = _WORDS[type(found.details)](evidence, found, found.details)
    target = found.details.name if isinstance(found.details, Copied) else evidence.names.target(found.target)
    return Finding(
        kind=found.kind,
        certainty=found.certainty,
        target=target,
        count=found.count,
        lines=lines_of(found.places, evidence.names),
        steps=found.steps,
        message=message,
        advice=advice,
    )


# Small words -------------------------------------------------------------------------------------------------------


class _Say:
    """Names and lines as the sentences use them."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._targets = evidence.names.targets

    def lane(self, lane: int) -> str:
        return self._evidence.names.processes[lane]

    def lanes(self, lanes: Iterable[int]) -> str:
        return listed([self.lane(lane) for lane in dict.fromkeys(lanes)])

    def target(self, target: int) -> str:
        return self._targets[target]

    def lock(self, lock: int) -> str:
        """A lock by its name; one inside a shared object as one gets at it."""
        guards = self._evidence.declared(lock).guards
        return f"{guards}.get_lock()" if guards is not None and self._is_of_a_cell(guards) else self._targets[lock]

    def _is_of_a_cell(self, name: str) -> bool:
        kinds = {target.kind for target in self._evidence.names.declared if name in (target.name, target.whole)}
        return "cell" in kinds

    def at(self, place: Place | None) -> str:
        """` at line 9`, or nothing where nobody knows it."""
        return f" at line {place.line}" if place is not None and place.line else ""


def listed(words: Sequence[str], most: int = 4) -> str:
    """`a, b and c`."""
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _s(count: int, word: str) -> str:
    return counted(count, word, f"{word}s")


def _with_code(advice: str, code: str | None) -> str:
    return advice if not code else f"{advice}\n\n{code}"


# Cells -------------------------------------------------------------------------------------------------------------


def _racing(evidence: Evidence, found: Found, racing: Racing) -> tuple[str, str]:
    say = _Say(evidence)
    if found.kind == "atomicity":
        return _stale_check(evidence, found, racing)
    who = f"{say.lane(racing.victim)} and {say.lane(racing.thief)}"
    cell = say.target(found.target)
    if found.certainty == "suspected" and not found.count and racing.is_reset:
        message = (
            f"Not seen to happen: nothing keeps {say.lane(racing.victim)} from setting {cell} between the read and the "
            f"write of {say.lane(racing.thief)}, which then overwrites it."
        )
    elif found.certainty == "suspected" and not found.count:
        message = f"Not seen to happen: nothing keeps {who} from both reading {cell} before either writes."
    elif racing.is_reset:
        message = (
            f"{_s(found.count, 'value')} that had been set {'was' if found.count == 1 else 'were'} overwritten here: "
            f"{say.lane(racing.thief)} had read before {say.lane(racing.victim)} set it, and wrote after that."
        )
    else:
        lost = f"{number(found.count)} of {_s(racing.updates, 'update')}"
        message = f"{lost} were lost here: {who} both read before either wrote."
        if found.certainty == "suspected":
            message += (
                " That is so if each write was computed from the last read before it, which the code does not show."
            )
    message += _other_parts(say, racing)
    message += _why_no_lock_helped(say, racing)
    return message, _lock_it(evidence, found, racing)


def _other_parts(say: _Say, details: Racing | Checked) -> str:
    if not details.alike:
        return ""
    names = listed([say.target(cell) for cell in details.alike])
    lost = sum(details.alike.values()) if isinstance(details, Racing) else 0
    return f" In the same way {number(lost)} of {names} were lost." if lost else f" So it is with {names}."


def _why_no_lock_helped(say: _Say, racing: Racing) -> str:
    if racing.forgotten is not None:
        lines = listed([str(place.line) for place in racing.unlocked])
        word = "line" if len(racing.unlocked) == 1 else "lines"
        does = "does" if word == "line" else "do"
        return f" Others hold {say.lock(racing.forgotten)} for it; {word} {lines} {does} not."
    if racing.split is not None:
        return f" Each read and each write held {say.lock(racing.split)}, but not from the one to the other."
    return ""


def _lock_it(evidence: Evidence, found: Found, racing: Racing) -> str:
    say = _Say(evidence)
    cell = evidence.declared(found.target)
    if racing.forgotten is not None:
        lock = say.lock(racing.forgotten)
        place = racing.unlocked[0]
        code = source_text(place.source, evidence.names).statement(place.line)
        return _with_code(f"Hold {lock} at line {place.line}, too, as the others do.", _under(lock, code))
    if racing.split is not None:
        lock = say.lock(racing.split)
        span = f"from the read{say.at(racing.read)} to the write{say.at(racing.write)}"
        advice = f"Hold {lock} {span}: take it once, not twice."
        return _with_code(advice, _under(lock, _only_both(evidence, racing)))
    what = _what_it_is(cell.what)
    whole = _whole_update(evidence, racing)
    if "anager" in (cell.what or ""):
        advice = (
            f"Hold one lock of the manager for the whole {whole}. Each read and each write is a message of its own "
            "to the manager, and those of others come in between."
        )
    elif cell.has_lock:
        advice = (
            f"Hold the lock of the {what} for the whole {whole}. Each read and each write takes it already, "
            "but not from the one to the other."
        )
        return _with_code(
            advice, _under(f"{_expression(evidence, racing, cell.name)}.get_lock()", _code(evidence, racing))
        )
    else:
        advice = (
            f"Hold one lock for the whole {whole}: this {what} has none. "
            "Make it in the parent, and pass it to each process."
        )
    return _with_code(advice, _under("lock", _code(evidence, racing)))


def _what_it_is(what: str | None) -> str:
    return (what or "Value").removeprefix("Manager().").removesuffix("()")


def _whole_update(evidence: Evidence, racing: Racing) -> str:
    statement = source_text(racing.write.source, evidence.names).statement(racing.write.line)
    for sign in ("+=", "-=", "*=", "//=", "/=", "|=", "&=", "^=", "%=", "**=", ">>=", "<<="):
        if sign in statement and racing.read.line == racing.write.line:
            return sign
    return "update"


def _expression(evidence: Evidence, racing: Racing, name: str) -> str:
    """How the shared object is called in the line that writes it."""
    text = source_text(racing.write.source, evidence.names)
    member = name.rpartition(".")[2]
    return text.shared_expression(racing.write.line, member) or re.split(r"[.\[]", name, maxsplit=1)[0]


def _code(evidence: Evidence, racing: Racing) -> str | None:
    """What belongs under one lock, as it stands."""
    read, write = racing.read, racing.write
    text = source_text(write.source, evidence.names)
    if read.line == write.line or read.source != write.source:
        return text.statement(write.line)
    if text.function_of(read.line) != text.function_of(write.line) or not 0 < write.line - read.line < LONGEST_CODE:
        return None
    return text.between(read.line, write.line)


def _only_both(evidence: Evidence, racing: Racing) -> str | None:
    text = source_text(racing.write.source, evidence.names)
    if racing.read.source != racing.write.source or text.function_of(racing.read.line) != text.function_of(
        racing.write.line
    ):
        return None
    return "\n".join(dict.fromkeys((text.statement(racing.read.line), text.statement(racing.write.line))))


def _under(lock: str, code: str | None) -> str | None:
    lock = re.sub(r" \(\d+\)$", "", lock)  # the script knows no number of things that are called alike
    return f"with {lock}:\n{textwrap.indent(code, '    ')}" if code else None


def _stale_check(evidence: Evidence, found: Found, racing: Racing) -> tuple[str, str]:
    say = _Say(evidence)
    message = (
        f"{_s(found.count, 'write')} here relied on a check that was out of date: {say.lane(racing.thief)} checked "
        f"{say.target(found.target)}{say.at(racing.read)}, then {say.lane(racing.victim)} wrote it, "
        f"and {say.lane(racing.thief)} wrote it{say.at(racing.write)} all the same."
    )
    return message, f"Take the lock before the check{say.at(racing.read)}, and keep it until after the write."


def _checked(evidence: Evidence, found: Found, checked: Checked) -> tuple[str, str]:
    say = _Say(evidence)
    cell, checker, other = say.target(found.target), say.lane(checked.checker), say.lane(checked.other)
    too = ", which checks it there as well," if checked.checks_too else ""
    is_suspected = found.certainty == "suspected"
    if checked.lock is None:
        without = ""
    elif checked.was_held:
        without = f" and {'gives' if is_suspected else 'gave'} {say.lock(checked.lock)} back"
    else:
        without = f" without {say.lock(checked.lock)}"
    if is_suspected:
        message = (
            f"Not seen to happen: {checker} checks {cell}{say.at(checked.check)}{without}, and "
            f"nothing keeps {other}{too} from writing it before {checker} does{say.at(checked.write)}."
        )
    else:
        message = (
            f"{_s(found.count, 'write')} here relied on a check that was out of date: {checker} checked "
            f"{cell}{say.at(checked.check)}{without}, then {other} wrote it, "
            f"and {checker} wrote it{say.at(checked.write)} all the same."
        )
    message += _other_parts(say, checked)
    return message, _check_under_the_lock(evidence, found, checked)


def _check_under_the_lock(evidence: Evidence, found: Found, checked: Checked) -> str:
    say = _Say(evidence)
    if checked.lock is not None and not checked.was_held:
        return f"Take {say.lock(checked.lock)} before the check{say.at(checked.check)}, or check again under it."
    cell = evidence.declared(found.target)
    its_own = f"the lock of the {_what_it_is(cell.what)}" if cell.has_lock else "one lock"
    lock = its_own if checked.lock is None else say.lock(checked.lock)
    return f"Hold {lock} from the check{say.at(checked.check)} to the write{say.at(checked.write)}, without a break."


def _torn(evidence: Evidence, found: Found, torn: Torn) -> tuple[str, str]:
    say = _Say(evidence)
    first, other = say.target(found.target), say.target(torn.other)
    new, old = (first, other) if torn.is_newer else (other, first)
    under = f", under {say.lock(torn.lock)}" if torn.lock is not None else ""
    times = "once" if found.count == 1 else f"{number(found.count)} times"
    if found.certainty == "suspected":
        message = (
            f"Not seen to happen: {say.lane(torn.writer)} always writes {first} and {other} together{under}, and "
            f"nothing keeps it from doing so between the two reads of {say.lane(torn.reader)}."
        )
    else:
        message = (
            f"{say.lane(torn.reader)} saw a new {new} beside an old {old}, {times}: {say.lane(torn.writer)} always "
            f"writes both together{under}, and one of the two was written already."
        )
    lock = say.lock(torn.lock) if torn.lock is not None else "one lock"
    return message, f"Hold {lock} while both are read, as it must be held while both are written."


# Locks and waits -----------------------------------------------------------------------------------------------------


def _own_locks(evidence: Evidence, found: Found, own: OwnLocks) -> tuple[str, str]:
    say = _Say(evidence)
    name = say.target(found.target)
    who = say.lanes(own.locks.values())
    if own.is_one_place:
        message = (
            f"{who} each have a lock {name} of their own: it keeps nobody out while "
            f"{say.target(own.cell)} is changed{say.at(own.update)}."
        )
    else:
        locks = listed([say.lock(lock) for lock in own.locks])
        message = f"{who} change {say.target(own.cell)} under different locks, {locks}: each keeps out nobody else."
    return message, (
        f"Make {name} once, in the parent, and pass it to each process when it is started: "
        "a lock excludes only those that have the same one."
    )


def _waiting(evidence: Evidence, found: Found, waiting: Waiting) -> tuple[str, str]:
    if found.kind == "deadlock":
        return _deadlock(evidence, waiting)
    if found.kind == "lost_signal":
        return _lost_signal(evidence, found, waiting)
    return _hang(evidence, found, waiting)


def _deadlock(evidence: Evidence, waiting: Waiting) -> tuple[str, str]:
    say = _Say(evidence)
    locks = [wait.target for wait in waiting.cycle if wait.target in waiting.holders]
    if len(waiting.cycle) == 1:
        wait = waiting.cycle[0]
        message = (
            f"{say.lane(wait.lane)} waits{say.at(evidence.place(wait.step))} for {say.lock(wait.target)}, "
            f"which it has held itself since line {waiting.holders[wait.target].line}."
        )
        return message, (
            f"A Lock cannot be taken twice by the same process: make {say.lock(wait.target)} an RLock, "
            "or take it only once, outside."
        )
    clauses = [_clause(evidence, say, wait, waiting) for wait in waiting.cycle]
    message = f"Each waits for the next: {'; '.join(clauses)}."
    if len(locks) == len(waiting.cycle):
        order = listed([say.lock(lock) for lock in sorted(locks)])
        both = "both" if len(locks) == 2 else "them"
        return message, f"Take {both} in one order everywhere, such as {order.replace(' and ', ', then ')}."
    if locks:
        return message, f"Release {say.lock(locks[0])} before waiting for another process to end."
    return message, "Let one of them send before it receives."


def _clause(evidence: Evidence, say: _Say, wait: Wait, waiting: Waiting) -> str:
    """What one of them waits for, and who has it."""
    at = say.at(evidence.place(wait.step))
    holder = waiting.holders.get(wait.target)
    if holder is not None:
        return (
            f"{say.lane(wait.lane)} for {say.lock(wait.target)}{at}, which {say.lane(holder.lane)} has held "
            f"since line {holder.line}"
        )
    if evidence.declared(wait.target).kind == "process":
        return f"{say.lane(wait.lane)} for {say.target(wait.target)} to end{at}"
    return f"{say.lane(wait.lane)} for a message on {say.target(wait.target)}{at}"


def _lost_signal(evidence: Evidence, found: Found, waiting: Waiting) -> tuple[str, str]:
    say = _Say(evidence)
    name = say.target(found.target)
    signal = waiting.signal
    assert signal is not None
    is_event = evidence.declared(found.target).kind == "event"
    done = "set and cleared" if is_event else "notified"
    message = (
        f"{say.lane(signal.lane)} {done} {name}{say.at(signal)} before {say.lanes(w.lane for w in waiting.waits)} "
        f"waited{say.at(evidence.place(waiting.waits[0].step))}: nobody received it, and nobody will do it again."
    )
    if is_event:
        return message, f"Do not clear {name} before everybody who waits has seen it."
    code = f"with {name}:\n    while not done.value:\n        {name}.wait()"
    return message, _with_code(
        "A notify is not kept for later. Set a shared value before it, and wait for that in a loop.", code
    )


_Hang = tuple[str, str]


def _hang(evidence: Evidence, found: Found, waiting: Waiting) -> _Hang:
    say = _Say(evidence)
    kind = evidence.declared(found.target).kind
    name = say.target(found.target)
    wait = waiting.waits[0]
    verb = "wait" if len({one.lane for one in waiting.waits}) > 1 else "waits"
    who = f"{say.lanes(one.lane for one in waiting.waits)} {verb}"
    at = say.at(evidence.place(wait.step))
    if kind in ("queue", "pipe"):
        return _hang_of_queue(evidence, found, waiting, who)
    if kind == "lock":
        return _lock_kept(evidence, found, waiting, f"{who} for {say.lock(found.target)}{at}")
    if kind == "barrier":
        amount = evidence.declared(found.target).amount
        message = f"{who} at {name}{at} for {waiting.missing} more of {amount}, and nobody is left who could come."
        advice = f"Let all {amount} reach {name}, or call {name}.abort() where one cannot; a timeout helps to see it."
        return message, advice
    if kind == "pool" and waiting.missing:
        message = (
            f"{who} for a result of {name}{at}, and {waiting.missing} workers have ended before they took a task: "
            "each that is started in their place does the same."
        )
        return message, f"See why a worker of {name} fails as it starts, such as in its initializer: it says so itself."
    if kind == "pool":
        message = f"{who} for a result of {name}{at}: who ran the task has ended, and nobody will run it again."
        return message, "Wait with a timeout, or use concurrent.futures, which says that a process was lost."
    ends = {"semaphore": "release", "event": "set"}.get(kind, "notify")
    done = {"semaphore": "released", "event": "set"}.get(kind, "notified")
    return (
        f"{who} for {name}{at}, and nobody is left who would {ends} it.",
        f"See to it that {name} is {done} on every way out, also where something fails.",
    )


def _hang_of_queue(evidence: Evidence, found: Found, waiting: Waiting, who: str) -> _Hang:
    name = evidence.names.target(found.target)
    wait = waiting.waits[0]
    at = _Say(evidence).at(evidence.place(wait.step))
    if wait.purpose in (Op.FLUSH, Op.PUT):
        return _not_drained(evidence, found, waiting, who)
    if wait.purpose == Op.JOIN:
        message = f"{who} in {name}.join(){at}: of what was put, {waiting.missing} were never said to be done."
        return message, f"Call {name}.task_done() once for each item that was got, whatever comes of it: in a finally."
    unsent = evidence.unsent(found.target)
    if unsent:
        place = evidence.place(unsent[0])
        message = f"{who} for something in {name}{at}: what was put there{_Say(evidence).at(place)} could not be sent."
        return message, "Put only what can be pickled: no lambda, no open file, no function within a function."
    message = f"{who} for something in {name}{at}, and nobody is left who would put anything in."
    return (
        message,
        f"Put one more thing into {name} for each that waits, which says that nothing follows, such as None.",
    )


def _not_drained(evidence: Evidence, found: Found, waiting: Waiting, who: str) -> _Hang:
    say = _Say(evidence)
    name = say.target(found.target)
    lane = waiting.waits[0].lane
    process = say.lane(int(evidence.owner[lane]))
    most = evidence.declared(found.target).amount
    is_full = waiting.waits[0].purpose == Op.PUT and most
    holds = f"it holds only {number(most)}" if is_full and most else "a pipe holds only so much"
    message = f"{who} until somebody takes from {name} what it has put there: {holds}."
    if waiting.joins:
        join = waiting.joins[0]
        message += f" {say.lane(join.lane)} waits for {process} to end{say.at(join)}, and takes nothing before that."
        return message, f"Take everything from {name} first, then join {process}."
    return message, f"Take everything from {name} before waiting for {process} to end."


def _lock_kept(evidence: Evidence, found: Found, waiting: Waiting, who: str) -> _Hang:
    say = _Say(evidence)
    holder = waiting.holders.get(found.target)
    if holder is None:
        return f"{who}, and nobody is left who would release it.", "Release it wherever it was acquired: use with."
    ended = "was killed" if holder.lane in waiting.killed else "ended"
    message = f"{who}, which {say.lane(holder.lane)} acquired{say.at(holder)} and still held when it {ended}."
    if ended == "ended":
        return message, f"Release it on every way out.\n\nwith {say.lock(found.target)}:\n    …"
    return message, "Let a process end by itself, by an Event that it looks at: one that is killed releases nothing."


def _left(evidence: Evidence, found: Found, left: Left) -> tuple[str, str]:
    name = _Say(evidence).target(found.target)
    were = "was" if found.count == 1 else "were"
    message = f"{number(found.count)} of {_s(left.put, 'item')} put into {name} {were} never taken."
    return message, f"Take from {name} until everything has come, before the program ends."


def _opposite(evidence: Evidence, _: Found, opposite: Opposite) -> tuple[str, str]:
    say = _Say(evidence)
    ways = [
        f"{say.lane(taking.lane)} takes {say.lock(nested.first)}, then {say.lock(nested.second)}"
        for nested, taking in zip(opposite.steps, opposite.taking, strict=True)
    ]
    both = "both" if len(ways) == 2 else "them"
    order = ", then ".join(say.lock(lock) for lock in sorted(nested.first for nested in opposite.steps))
    return f"Not seen to happen: {'; '.join(ways)}.", f"Take {both} in one order everywhere, such as {order}."


def _copied(evidence: Evidence, _: Found, copied: Copied) -> tuple[str, str]:
    if copied.read is not None:
        message = (
            f"{copied.name} is no shared object: each process changes its own{_Say(evidence).at(copied.changed)}, "
            f"and line {copied.read.line} reads that of the parent."
        )
        return message, f"Make {copied.name} a Value, or send what was found back through a Queue."
    message = (
        f"Line {copied.changed.line} gets a copy from {copied.holder} and changes that: the manager never hears of it."
    )
    return message, (
        f"Change the copy and put it back into {copied.holder}, under a lock, or keep an object of the manager's in it."
    )


_WORDS: Final[dict[type, Callable[[Evidence, Found, Any], tuple[str, str]]]] = {
    Racing: _racing,
    Checked: _checked,
    Torn: _torn,
    OwnLocks: _own_locks,
    Waiting: _waiting,
    Left: _left,
    Opposite: _opposite,
    Copied: _copied,
}
