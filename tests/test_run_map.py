"""The map of a run: its squares, walls and path, held against what is true of every run (the geometry of progress
graphs) and against what was lost.
"""

from itertools import pairwise

import pytest

from lost_update.exports.not_possible import NotPossible
from lost_update.exports.progress_graph import Area, Move, Path, ProgressGraph, axis_of, outlines, survey_of
from lost_update.exports.run_map import RunMap, check, run_map_of
from lost_update.exports.updates import updates_of
from lost_update.model.ops import Op
from tests.exported import done
from tests.recordings import RECORDINGS, load, recorded

INCREMENT = [Move(Op.READ, 1), Move(Op.MODIFY, 1), Move(Op.WRITE, 1)]


def mappable() -> list[str]:
    found = []
    for name in RECORDINGS:
        try:
            check(recorded(name))
        except NotPossible:
            continue
        found.append(name)
    return found


def graph_of(first: list[Move], second: list[Move]) -> ProgressGraph:
    return ProgressGraph(done(axis_of(first)), done(axis_of(second)))


def map_of(name: str) -> RunMap:
    recording = recorded(name)
    return done(run_map_of(recording, done(updates_of(recording))))


def locked(*locks: int) -> list[Move]:
    taken = [Move(Op.ACQUIRE, lock) for lock in locks]
    return [*taken, *INCREMENT, *(Move(Op.RELEASE, lock) for lock in reversed(locks))]


@pytest.mark.parametrize("name", mappable())
def test_a_path_goes_from_the_start_step_by_step_and_through_no_wall(name: str) -> None:
    one = map_of(name)
    points = one.path.points
    assert points[0] == (0, 0)
    for before, point in pairwise(points):
        assert (point.x - before.x) + (point.y - before.y) == 1
        assert not one.graph.is_wall(*point)
    moves = [step for step in load(name)[1] if step["op"] in ("read", "modify", "write", "acquire", "release")]
    assert len(points) - 1 == len(moves)
    if load(name)[0]["status"] == "finished":
        assert points[-1] == one.graph.size


@pytest.mark.parametrize("name", mappable())
def test_no_square_cut_nothing_lost_and_at_least_one_and_at_most_as_many_as_were_cut(name: str) -> None:
    one = map_of(name)
    lost = sum(len(loss.lost) for loss in one.losses)
    assert lost == sum(cell["lost"] for cell in load(name)[0]["summary"]["cells"])
    assert min(1, len(one.cuts)) <= lost <= len(one.cuts)


def test_squares_are_cut_where_the_geometry_says_so() -> None:
    graph = graph_of(INCREMENT * 3, INCREMENT * 3)
    path = Path(graph)
    for step, process in enumerate([0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1]):
        path.take(process, step)
    squares = dict.fromkeys(graph.square_at(*point) for point in path.points)
    assert [square for square in squares if square] == [(0, 0), (2, 1)]


def test_crossed_locks_have_one_corner_and_nothing_else_that_is_out_of_reach_but_the_one_beyond() -> None:
    survey = survey_of(graph_of(locked(2, 3), locked(3, 2)))
    assert survey is not None
    assert survey.dead_ends == [(1, 1)]
    assert [(x, y) for x in range(8) for y in range(8) if survey.is_doomed(x, y)] == [(1, 1)]
    assert survey.is_cut_off(6, 6)


def test_a_lock_that_is_acquired_again_by_its_holder_is_held_until_the_last_release() -> None:
    graph = graph_of(locked(2, 2), locked(2))
    assert all(graph.is_wall(x, 1) for x in range(1, 7))
    assert not graph.is_wall(7, 1)


def test_outlines_are_closed_and_holes_are_lines_of_their_own() -> None:
    ring = {(x, y) for x in range(3) for y in range(3)} - {(1, 1)}
    lines = list(outlines(Area(0, 0, 2, 2), lambda x, y: (x, y) in ring))
    assert sorted(map(len, lines)) == [5, 13]
    assert all(line[0] == line[-1] for line in lines)


def test_the_map_of_a_deadlock_shows_what_would_have_come() -> None:
    one = map_of("crossed-locks")
    assert one.graph.size == (70, 70)
    survey = survey_of(one.graph)
    assert survey is not None
    assert one.path.points[-1] in survey.dead_ends
