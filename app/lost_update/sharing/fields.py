"""A room as it is kept: a flat table of text, so that phones that act at the same moment change different lines of it.

    key           SHA-256 of the presenter's key           owner         the visitor who opened it; address: from where
    seats         how many have ever been taken            seat:12       SHA-256 of the secret of that phone
    shown         what the presenter shows, as JSON        here:REPLICA  the seats with a stream open there: `1,5,12`
    asked, played how many questions, games there were     vote:3:1:12   what seat 12 answered to question 3, round 1
    question:3    a question that was asked, as JSON       on_show       the number of the question on the screens
    game          the game that goes on, as JSON           team:12       game and process of that seat: `2 P3`

A change is a part of such a table; None in it takes a line away.
"""

from collections.abc import Iterator, Mapping

import orjson

Fields = Mapping[str, str]
Changes = Mapping[str, str | None]


def count_in(fields: Fields, name: str) -> int:
    """The number that is kept under that name; 0 where there is none."""
    return int(fields.get(name, "0"))


def as_text(content: object) -> str:
    """Something with a structure of its own, for one line of the table."""
    return orjson.dumps(content).decode()


def below(fields: Fields, prefix: str) -> Iterator[tuple[str, str]]:
    """The lines whose names begin like this: the rest of each name, and what stands there."""
    for name, text in fields.items():
        if name.startswith(prefix):
            yield name[len(prefix) :], text


def here(fields: Fields) -> set[int]:
    """The seats whose phones are connected, wherever they are."""
    return {int(seat) for _, seats in below(fields, "here:") for seat in seats.split(",") if seat}
