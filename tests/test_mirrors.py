"""Which runs of other replicas are held here, and for how long."""

import pytest

from lost_update.model.recording import Recording
from lost_update.sharing.mirror import Mirror, Piece
from lost_update.sharing.redis.mirrors import SHARE, UNUSED_SECONDS, Mirrors
from lost_update.sharing.redis.pieces import About
from tests.recordings import recorded

pytestmark = pytest.mark.pure

RECORDING = recorded("race-none")


class Clock:
    """A clock that the test drives."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def about(run_id: str, recording: Recording = RECORDING, *, is_lost: bool = False) -> About:
    header = {**recording.header, "id": run_id}
    snapshot = recording.snapshot
    return About(header, recording.names, snapshot, 1, "a visitor", "a replica", is_lost)  # type: ignore[arg-type]


def with_steps(mirror: Mirror) -> Mirror:
    """The same, with the steps of the recording, and over."""
    log = RECORDING.log
    mirror.take(Piece(0, 1, rows=log.rows(0, len(log)), snapshot=RECORDING.snapshot))
    return mirror


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_run_has_one_mirror(clock: Clock) -> None:
    mirrors = Mirrors(10**6, clock)
    mirror = mirrors.of(about("a"))
    assert mirrors.of(about("a")) is mirror is mirrors.get("a")
    assert mirrors.get("b") is None
    assert mirrors.live() == [mirror]
    assert with_steps(mirror).is_over
    assert mirrors.live() == []


def test_a_mirror_that_nobody_wants_for_a_while_is_dropped_unless_somebody_watches(clock: Clock) -> None:
    mirrors = Mirrors(10**6, clock)
    unused, wanted, watched = (mirrors.of(about(name)) for name in "abc")
    watched.log.listen(lambda: None)
    clock.now = UNUSED_SECONDS
    mirrors.get("b")
    clock.now += 1
    mirrors.tidy()
    assert [mirrors.get(name) for name in "abc"] == [None, wanted, watched]
    assert (unused.is_cut, wanted.is_cut) == (True, False)


def test_where_memory_runs_short_those_go_that_were_wanted_the_longest_ago(clock: Clock) -> None:
    enough_for_two = SHARE * (2 * RECORDING.log.nbytes + 1)
    mirrors = Mirrors(enough_for_two, clock)
    for name in "abc":
        clock.now += 1
        with_steps(mirrors.of(about(name)))
    mirrors.tidy()
    assert [mirrors.get(name) is None for name in "abc"] == [True, False, False]


def test_a_run_whose_replica_came_back_gets_a_new_mirror(clock: Clock) -> None:
    mirrors = Mirrors(10**6, clock)
    mirror = with_steps(mirrors.of(about("a")))
    mirror.is_lost = True
    assert mirrors.of(about("a", is_lost=True)) is mirror
    again = mirrors.of(about("a"))
    assert again is not mirror
    assert mirrors.live() == [again]


def test_all_who_wait_are_sent_away_at_once(clock: Clock) -> None:
    mirrors = Mirrors(10**6, clock)
    live, over = mirrors.of(about("a")), with_steps(mirrors.of(about("b")))
    mirrors.cut()
    assert (live.is_cut, over.is_cut) == (True, False)
    mirrors.drop(live)
    assert mirrors.get("a") is None
