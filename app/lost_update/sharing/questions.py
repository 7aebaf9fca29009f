"""The questions of a room: predict, discuss, predict again, reveal. Pure.

    ask ─▶ open (round 1) ─▶ closed ─▶ open (round 2) ─▶ closed
             └───────────────┴─────────────┴───────────────┴──▶ revealed

Peer instruction: Crouch and Mazur, 2001. What was answered is nobody's to see before it is revealed. Only the presenter
opens and closes. A phone sends one of the answers that the question allows, never words of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final, Literal

import orjson
from typing_extensions import TypedDict

from lost_update.sharing.fields import Changes, Fields, as_text, below, count_in
from lost_update.sharing.refusals import NotNow
from lost_update.sources.request import Refusal

ROUNDS: Final = 2

MOST_ASKED: Final = 100
"""Questions in one room. The answers to all of them are kept for the table."""

WORDS: Final = ("fewer", "more")
"""Answers to a question for a number that are none."""

LONGEST_NUMBER: Final = 12
"""In digits."""

State = Literal["open", "closed", "revealed"]


class Asked(TypedDict):
    """What is asked. A `number` from `least` to `most`, or a `choice` among options, which count from 1."""

    kind: Literal["number", "choice"]
    text: str
    detail: str
    least: int
    most: int
    chips: list[str]
    options: list[str]


class Kept(Asked):
    """A question as it is kept. `right` are the answers that are right, `truth` what came out, once it is revealed."""

    state: State
    round: int
    truth: str | None
    right: list[str]


Moved = TypedDict("Moved", {"from": str, "to": str, "count": int})
"""How many phones changed from one answer to another between the rounds."""


class QuestionView(Kept):
    """A question as everybody may see it: `results` and `moved` are None until it is revealed.

    `answered` says for each round how many have; `results` how often each answer was given, for each round held.
    """

    id: int
    answered: list[int]
    results: list[dict[str, int]] | None
    moved: list[Moved] | None


def ask(fields: Fields, asked: Asked) -> Changes:
    """Open a question, instead of the one on the screens. Raises `NotNow` where there were too many already."""
    number = count_in(fields, "asked") + 1
    if number > MOST_ASKED:
        raise NotNow(f"{MOST_ASKED} questions were asked in this room already.", "Open another room.")
    least, most = sorted((asked["least"], asked["most"]))
    kept = Kept({**asked, "least": least, "most": most, "state": "open", "round": 1, "truth": None, "right": []})
    return {**take_away(fields), "asked": str(number), "on_show": str(number), f"question:{number}": as_text(kept)}


def take_away(fields: Fields) -> Changes:
    """Have no question on the screens. What was answered stays."""
    number = fields.get("on_show")
    if number is None:
        return {}
    kept = question(fields, number)
    closed = {f"question:{number}": as_text({**kept, "state": "closed"})} if kept["state"] == "open" else {}
    return {"on_show": None, **closed}


def turn(fields: Fields, number: int, state: State, truth: str | None, right: list[str]) -> Changes:
    """Close the question, open it for another vote, or reveal it. Raises `NotNow` where that does not come next."""
    kept = on_show(fields, number)
    match kept["state"], state:
        case "open", "closed":
            turned = Kept({**kept, "state": "closed"})
        case "closed", "open" if kept["round"] < ROUNDS:
            turned = Kept({**kept, "state": "open", "round": kept["round"] + 1})
        case (("open" | "closed"), "revealed"):
            turned = Kept({**kept, "state": "revealed", "truth": truth, "right": right})
        case now, wanted:
            raise NotNow(f"A question that is {now}, in round {kept['round']}, cannot become {wanted}.")
    return {f"question:{number}": as_text(turned)}


def vote(fields: Fields, seat: int, number: int, round_: int, answer: str) -> Changes:
    """Note what a phone answers; what it had answered in this round is replaced."""
    kept = on_show(fields, number)
    if kept["state"] != "open" or kept["round"] != round_:
        raise NotNow("This question takes no answers now.")
    if not _is_answer(kept, answer):
        raise Refusal("no_answer", "This question has no such answer.", "Send one of those that it offers.")
    return {f"vote:{number}:{round_}:{seat}": answer}


def question_view(fields: Fields) -> QuestionView | None:
    """The question on the screens, without what must stay hidden."""
    number = fields.get("on_show")
    if number is None:
        return None
    kept = question(fields, number)
    rounds = [dict(_votes(fields, number, each)) for each in range(1, kept["round"] + 1)]
    answered = [len(votes) for votes in rounds]
    is_revealed = kept["state"] == "revealed"
    return QuestionView(
        **kept,
        id=int(number),
        answered=[*answered, *[0] * (ROUNDS - len(answered))],
        results=[dict(Counter(votes.values())) for votes in rounds] if is_revealed else None,
        moved=_moved(*rounds) if is_revealed and len(rounds) == ROUNDS else None,
    )


def answers_of(fields: Fields, seat: int) -> list[str | None]:
    """What a phone has answered to the question on the screens, in each round."""
    number = fields.get("on_show")
    return [fields.get(f"vote:{number}:{each}:{seat}") for each in range(1, ROUNDS + 1)]


def results(fields: Fields) -> Iterator[list[str]]:
    """Every answer that was given in the room, as lines of a table: first what its columns are."""
    yield ["question", "text", "round", "seat", "answer", "truth", "right"]
    given: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for name, answer in below(fields, "vote:"):  # once: of a long lesson there are thousands
        number, round_, seat = map(int, name.split(":"))
        given[number, round_].append((seat, answer))
    for number, round_ in sorted(given):
        kept = question(fields, str(number))
        for seat, answer in sorted(given[number, round_]):
            right = str(answer in kept["right"]).lower() if kept["state"] == "revealed" else ""
            yield [str(number), kept["text"], str(round_), str(seat), answer, kept["truth"] or "", right]


def on_show(fields: Fields, number: int) -> Kept:
    """The question of that number, which must be on the screens. Raises `NotNow`."""
    if fields.get("on_show") != str(number):
        raise NotNow("This question is not on the screens.")
    return question(fields, str(number))


def question(fields: Fields, number: str) -> Kept:
    """A question that was asked."""
    kept: Kept = orjson.loads(fields[f"question:{number}"])
    return kept


def _votes(fields: Fields, number: str, round_: int) -> Iterator[tuple[int, str]]:
    for seat, answer in below(fields, f"vote:{number}:{round_}:"):
        yield int(seat), answer


def _moved(first: dict[int, str], second: dict[int, str]) -> list[Moved]:
    pairs = Counter((first[seat], second[seat]) for seat in first.keys() & second.keys())
    moved = [Moved({"from": before, "to": to, "count": count}) for (before, to), count in pairs.items() if before != to]
    return sorted(moved, key=lambda each: (-each["count"], each["from"], each["to"]))


def _is_answer(kept: Kept, answer: str) -> bool:
    if kept["kind"] == "number" and answer in WORDS:
        return answer in kept["chips"]
    least, most = (kept["least"], kept["most"]) if kept["kind"] == "number" else (1, len(kept["options"]))
    is_number = answer.isascii() and answer.isdecimal() and len(answer) <= LONGEST_NUMBER
    return is_number and answer == str(int(answer)) and least <= int(answer) <= most
