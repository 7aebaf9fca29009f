"""What can be done in a room, and what is to be seen of it: from what is kept to what changes, without a server."""

import pytest

from lost_update.sharing import games, questions, room
from lost_update.sharing.fields import Changes, here
from lost_update.sharing.questions import Asked
from lost_update.sharing.refusals import NoSeat, NotNow, NotYourRoom
from lost_update.sources.request import Refusal

pytestmark = pytest.mark.pure

NUMBER = Asked(kind="number", text="What will it show?", detail="", least=0, most=40, chips=["20", "fewer"], options=[])
CHOICE = Asked(kind="choice", text="Why?", detail="", least=0, most=0, chips=[], options=["because", "by chance"])


class Kept:
    """A room, changed as a board changes it."""

    def __init__(self, phones: int = 0) -> None:
        self.fields: dict[str, str] = dict(room.opened("the key", "somebody"))
        for number in range(1, phones + 1):
            self.join(f"secret {number}")
        self.connect(*range(1, phones + 1))

    def change(self, changes: Changes) -> None:
        for name, text in changes.items():
            if text is None:
                self.fields.pop(name, None)
            else:
                self.fields[name] = text

    def join(self, secret: str, most: int = 100) -> int:
        seat, changes = room.take_seat(self.fields, secret, most)
        self.change(changes)
        return seat

    def connect(self, *seats: int) -> None:
        self.change({"here:there": ",".join(map(str, seats)) or None})

    def ask(self, asked: Asked) -> int:
        self.change(questions.ask(self.fields, asked))
        return int(self.fields["on_show"])

    def vote(self, seat: int, answer: str, round_: int = 1) -> None:
        self.change(questions.vote(self.fields, seat, int(self.fields["on_show"]), round_, answer))

    def turn(self, state: questions.State, truth: str | None = None, right: tuple[str, ...] = ()) -> None:
        self.change(questions.turn(self.fields, int(self.fields["on_show"]), state, truth, [*right]))

    def play(self, processes: int) -> None:
        names = [f"P{number}" for number in range(1, processes + 1)]
        self.change(games.begin(self.fields, "run", None, "none", names))

    @property
    def view(self) -> room.RoomView:
        return room.room_view("K7F4", self.fields)

    @property
    def question(self) -> questions.QuestionView:
        assert self.view["question"] is not None
        return self.view["question"]

    @property
    def teams(self) -> dict[str, int]:
        assert self.view["game"] is not None
        return self.view["game"]["teams"]


def test_a_code_is_a_letter_and_a_digit_twice_and_so_no_word() -> None:
    assert room.is_code("K7F4")
    assert not any(room.is_code(text) for text in ("", "K7F", "K7F4A", "k7f4", "KF74", "I7F4", "K0F4", "../x", "K7F٤"))


def test_only_the_key_makes_a_presenter() -> None:
    kept = Kept()
    room.check_key(kept.fields, "the key")
    for wrong in ("", "another", "the key ", "\ud800"):
        with pytest.raises(NotYourRoom):
            room.check_key(kept.fields, wrong)


def test_a_seat_is_known_by_its_number_and_its_secret_together() -> None:
    kept = Kept(phones=2)
    assert room.seat_of(kept.fields, "2.secret 2") == 2
    for wrong in ("", "2", "2.", "2.secret 1", "3.secret 3", "x.secret 2", "-1.secret 2", "2.secret 2\ud800"):
        assert not room.has_seat(kept.fields, wrong)
        with pytest.raises(NoSeat):
            room.seat_of(kept.fields, wrong)


def test_no_secret_is_kept_or_shown() -> None:
    kept = Kept(phones=2)
    told = f"{kept.fields} {kept.view} {room.own_view(kept.fields, 1)}"
    assert "secret" not in told
    assert "the key" not in told


def test_phones_are_counted_while_they_are_connected_wherever_that_is() -> None:
    kept = Kept(phones=3)
    kept.change({"here:there": "1,3", "here:elsewhere": "2,3"})
    assert here(kept.fields) == {1, 2, 3}
    kept.change({"here:elsewhere": None})
    assert (kept.view["phones"], kept.view["seats"]) == (2, 3)


def test_where_too_many_seats_are_kept_those_are_given_up_that_nobody_is_on() -> None:
    kept = Kept(phones=3)
    kept.ask(NUMBER)
    for seat in (1, 2, 3):
        kept.vote(seat, "20")
    kept.play(2)
    kept.connect(2)
    assert kept.join("new", most=3) == 4
    assert room.has_seat(kept.fields, "4.new")
    assert [room.has_seat(kept.fields, f"{seat}.secret {seat}") for seat in (1, 2, 3)] == [False, True, False]
    kept.turn("revealed")
    assert kept.question["results"] == [{"20": 1}]
    kept.play(2)
    assert [room.own_view(kept.fields, seat)["process"] for seat in (1, 2, 4)] == [None, "P1", "P2"]


def test_a_room_takes_so_many_questions_and_says_what_to_do_then() -> None:
    kept = Kept(phones=1)
    for _ in range(questions.MOST_ASKED):
        kept.ask(CHOICE)
    with pytest.raises(NotNow) as refused:
        kept.ask(CHOICE)
    assert "another room" in refused.value.hint


def test_what_the_presenter_shows_replaces_what_was_shown() -> None:
    kept = Kept()
    assert kept.view["shown"] is None
    for at in (None, 17):
        shown = room.Shown(path="/runs/x", title="A run", runs=["x"], at=at, clip=None)
        kept.change(room.show(kept.fields, shown))
        assert kept.view["shown"] == shown


def test_answers_are_hidden_until_they_are_revealed() -> None:
    kept = Kept(phones=3)
    kept.ask(NUMBER)
    kept.vote(1, "20")
    kept.vote(2, "11")
    for state in ("open", "closed"):
        assert kept.question["state"] == state
        assert (kept.question["answered"], kept.question["results"], kept.question["truth"]) == ([2, 0], None, None)
        assert "11" not in str(kept.view)
        if state == "open":
            kept.turn("closed")
    kept.turn("revealed", "11", ("11", "fewer"))
    assert kept.question["results"] == [{"20": 1, "11": 1}]
    assert (kept.question["truth"], kept.question["right"], kept.question["moved"]) == ("11", ["11", "fewer"], None)


def test_a_phone_counts_once_a_round_with_the_last_that_it_said() -> None:
    kept = Kept(phones=2)
    kept.ask(NUMBER)
    for answer in ("20", "20", "7", "fewer"):
        kept.vote(1, answer)
    assert kept.question["answered"] == [1, 0]
    kept.turn("revealed")
    assert kept.question["results"] == [{"fewer": 1}]


def test_a_second_vote_shows_who_moved() -> None:
    kept = Kept(phones=5)
    kept.ask(CHOICE)
    for seat, answer in ((1, "1"), (2, "1"), (3, "1"), (4, "2")):
        kept.vote(seat, answer)
    kept.turn("closed")
    kept.turn("open")
    assert kept.question["round"] == 2
    for seat, answer in ((1, "2"), (2, "2"), (3, "1"), (4, "1"), (5, "2")):
        kept.vote(seat, answer, 2)
    assert room.own_view(kept.fields, 1)["answers"] == ["1", "2"]
    kept.turn("revealed", "2", ("2",))
    assert kept.question["results"] == [{"1": 3, "2": 1}, {"2": 3, "1": 2}]
    assert kept.question["moved"] == [{"from": "1", "to": "2", "count": 2}, {"from": "2", "to": "1", "count": 1}]


@pytest.mark.parametrize(
    ("turns", "state"),
    [
        ((), "open"),
        (("closed",), "closed"),
        (("closed", "open"), "open"),
        (("closed", "open", "closed"), "open"),
        (("revealed",), "open"),
        (("revealed",), "closed"),
        (("revealed",), "revealed"),
    ],
)
def test_a_question_goes_only_the_way_of_a_lesson(turns: tuple[questions.State, ...], state: questions.State) -> None:
    kept = Kept()
    kept.ask(NUMBER)
    for turn in turns:
        kept.turn(turn)
    with pytest.raises(NotNow):
        kept.turn(state)


def test_votes_are_taken_only_while_their_round_is_open() -> None:
    kept = Kept(phones=1)
    with pytest.raises(NotNow):
        kept.change(questions.vote(kept.fields, 1, 1, 1, "20"))
    number = kept.ask(NUMBER)
    for question, round_ in ((number, 2), (number + 1, 1), (0, 1)):
        with pytest.raises(NotNow):
            kept.change(questions.vote(kept.fields, 1, question, round_, "20"))
    kept.turn("closed")
    with pytest.raises(NotNow):
        kept.vote(1, "20")


@pytest.mark.parametrize("answer", ["41", "-1", "020", "2.0", "more", "twenty", "٢٠", "1" * 30, "1e1", " 20"])
def test_an_answer_must_be_one_of_those_to_a_number(answer: str) -> None:
    kept = Kept(phones=1)
    kept.ask(NUMBER)
    with pytest.raises(Refusal, match="no such answer"):
        kept.vote(1, answer)


@pytest.mark.parametrize("answer", ["0", "3", "because", "fewer"])
def test_an_answer_must_be_one_of_the_options(answer: str) -> None:
    kept = Kept(phones=1)
    kept.ask(CHOICE)
    with pytest.raises(Refusal, match="no such answer"):
        kept.vote(1, answer)


def test_a_new_question_takes_the_place_of_the_old_one_whose_answers_stay_for_the_table() -> None:
    kept = Kept(phones=2)
    first = kept.ask(NUMBER)
    kept.vote(1, "20")
    kept.ask(CHOICE)
    with pytest.raises(NotNow):
        questions.turn(kept.fields, first, "revealed", None, [])
    kept.vote(2, "1")
    kept.turn("revealed", "1", ("1",))
    kept.change(questions.take_away(kept.fields))
    assert kept.view["question"] is None
    assert list(questions.results(kept.fields)) == [
        ["question", "text", "round", "seat", "answer", "truth", "right"],
        ["1", "What will it show?", "1", "1", "20", "", ""],
        ["2", "Why?", "1", "2", "1", "1", "true"],
    ]


def test_every_phone_is_a_process_and_where_there_are_more_they_share() -> None:
    kept = Kept(phones=7)
    kept.play(3)
    assert kept.teams == {"P1": 3, "P2": 2, "P3": 2}
    assert [games.process_of(kept.fields, seat) for seat in range(1, 8)] == ["P1", "P2", "P3", "P1", "P2", "P3", "P1"]
    assert room.own_view(kept.fields, 3) == {
        "seat": 3,
        "process": "P3",
        "game": 1,
        "question": None,
        "answers": [None] * 2,
    }


def test_phones_that_are_away_are_given_what_is_left() -> None:
    kept = Kept(phones=4)
    kept.connect(3, 4)
    kept.play(2)
    assert kept.teams == {"P1": 1, "P2": 1}


def test_a_phone_that_joins_a_game_takes_the_process_that_the_fewest_have() -> None:
    kept = Kept(phones=3)
    kept.play(2)
    kept.connect(1, 2, 3, kept.join("late"))
    assert kept.teams == {"P1": 2, "P2": 2}


def test_a_press_is_about_the_process_of_that_phone_in_the_game_that_goes_on() -> None:
    kept = Kept(phones=2)
    with pytest.raises(NotNow):
        games.process_for(kept.fields, 1, 1)
    kept.play(2)
    assert games.process_for(kept.fields, 2, 1) == ("run", "P2")
    kept.play(2)
    with pytest.raises(NotNow):
        games.process_for(kept.fields, 2, 1)
    kept.change(games.end(kept.fields))
    with pytest.raises(NotNow):
        games.process_for(kept.fields, 2, 2)
    assert room.own_view(kept.fields, 2)["process"] is None


def test_a_process_whose_phones_have_left_is_handed_to_one_whose_process_has_ended() -> None:
    kept = Kept(phones=4)
    kept.play(4)
    kept.connect(1, 2, 3)
    kept.change(games.hand_over(kept.fields, {"P2"}))
    assert kept.teams == {"P1": 1, "P2": 0, "P3": 1, "P4": 1}
    assert games.process_of(kept.fields, 2) == "P4"


def test_a_process_whose_phones_have_left_is_handed_to_a_member_of_the_largest_team() -> None:
    kept = Kept(phones=6)
    kept.play(2)
    kept.connect(1, 3, 5)
    kept.change(games.hand_over(kept.fields, set()))
    assert kept.teams == {"P1": 2, "P2": 1}


def test_nothing_is_handed_over_where_nobody_can_be_spared() -> None:
    kept = Kept(phones=3)
    kept.play(3)
    kept.connect(1, 2)
    assert games.hand_over(kept.fields, set()) == {}
    kept.connect()
    assert games.hand_over(kept.fields, {"P1"}) == {}
    kept.change(games.end(kept.fields))
    with pytest.raises(NotNow):
        games.hand_over(kept.fields, set())


def test_a_room_that_has_ended_shows_no_question_and_no_game() -> None:
    kept = Kept(phones=1)
    kept.ask(NUMBER)
    kept.play(1)
    over = room.ended(kept.view)
    assert (over["status"], over["question"], over["game"]) == ("ended", None, None)
    assert over["reason"]
