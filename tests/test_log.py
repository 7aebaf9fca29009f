"""The log: what is appended stays, and every reader is only a cursor."""

import numpy as np

from lost_update.model.log import PIECE, ROW, Log, Rows


def rows(count: int, first: int = 0) -> Rows:
    made = np.zeros(count, ROW)
    made["t_ns"] = np.arange(first, first + count)
    return made


def read_from(log: Log, cursor: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    while True:
        start, stop = log.piece_after(cursor)
        if start == stop:
            return pieces
        pieces.append((start, stop))
        cursor = stop


def test_rows_keep_their_order_and_content_while_the_log_grows() -> None:
    log = Log()
    for first in range(0, 5000, 7):
        log.append(rows(7, first))
    assert len(log) == 5005
    assert log.rows(0, len(log))["t_ns"].tolist() == list(range(5005))


def test_a_reader_who_comes_late_reads_the_same_pieces_as_one_who_was_there() -> None:
    log = Log()
    live: list[tuple[int, int]] = []
    for first in range(0, 100, 10):
        log.append(rows(10, first))
        live += read_from(log, live[-1][1] if live else 0)
    assert read_from(log, 0) == live


def test_a_large_batch_is_handed_out_in_pieces() -> None:
    log = Log()
    log.append(rows(PIECE * 2 + 5))
    assert read_from(log, 0) == [(0, PIECE), (PIECE, PIECE * 2), (PIECE * 2, PIECE * 2 + 5)]


def test_a_reader_may_go_on_in_the_middle_of_a_piece() -> None:
    log = Log()
    log.append(rows(10))
    assert read_from(log, 4) == [(4, 10)]


def test_all_rows_come_in_pieces_of_the_length_that_is_asked_for_each_with_its_first_index() -> None:
    log = Log()
    assert not list(log.pieces(4))
    log.append(rows(10))
    pieces = log.pieces(4)
    taken = [next(pieces)]
    log.append(rows(10, 10))
    taken += pieces
    assert [(first, piece["t_ns"].tolist()) for first, piece in taken] == [
        (0, [0, 1, 2, 3]),
        (4, [4, 5, 6, 7]),
        (8, [8, 9]),
    ]


def test_rows_handed_out_before_the_log_moved_are_still_the_same() -> None:
    log = Log()
    log.append(rows(10))
    early = log.rows(0, 10)
    log.append(rows(100_000, 10))
    log.trim()
    assert early["t_ns"].tolist() == list(range(10))


def test_a_trimmed_log_takes_38_bytes_a_step_and_less_where_it_is_worth_packing() -> None:
    log = Log()
    log.append(rows(100))
    log.append(rows(1))
    log.trim()
    assert log.nbytes == 38 * 101
    log = Log()
    log.append(rows(10_000))
    log.trim()
    assert log.nbytes < 38 * 10_000 / 5


def test_rows_come_out_of_packed_blocks_as_they_went_in() -> None:
    chance = np.random.default_rng(1)
    everything = np.frombuffer(chance.bytes(10_000 * ROW.itemsize), ROW)
    log = Log()
    log.append(everything[:9000])
    assert log.rows(0, 9000).tobytes() == everything[:9000].tobytes()
    log.append(everything[9000:])
    log.trim()
    assert log.rows(0, 10_000).tobytes() == everything.tobytes()
    assert log.rows(4000, 7000).tobytes() == everything[4000:7000].tobytes()


def test_listeners_are_notified_of_every_append_until_they_leave() -> None:
    log = Log()
    heard: list[int] = []

    def listener() -> None:
        heard.append(len(log))

    log.listen(listener)
    log.append(rows(3))
    log.append(rows(2))
    log.unlisten(listener)
    log.append(rows(1))
    assert heard == [3, 5]
