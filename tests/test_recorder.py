"""The recorder: nothing is lost between batches, and a watermark never promises too much."""

from itertools import pairwise
from multiprocessing import Pipe
from time import perf_counter_ns

from lost_update.model.ops import Op
from lost_update.model.steps import RECORD
from lost_update.tracing.recorder import MOST_RECORDS, NOT_SHOWN, Batch, Recorder


def times(batch: bytes) -> list[int]:
    return [record[2] for record in RECORD.iter_unpack(batch)]


def taken(recorder: Recorder) -> Batch:
    """What it sends: a single batch, since there are few steps."""
    (batch,) = recorder.take()
    return batch


def test_a_batch_holds_every_step_since_the_last_one() -> None:
    recorder = Recorder()
    recorder.note(Op.START)
    recorder.note(Op.EXIT)
    assert len(times(taken(recorder)[1])) == 2
    assert taken(recorder)[1] == b""
    recorder.note(Op.EXIT)
    assert len(times(taken(recorder)[1])) == 1


def test_many_steps_go_in_several_batches_each_with_a_promise_that_it_keeps() -> None:
    recorder = Recorder()
    for _ in range(2 * MOST_RECORDS + 1):
        recorder.note(Op.START)
    batches = recorder.take()
    assert [len(times(records)) for _, records in batches] == [MOST_RECORDS, MOST_RECORDS, 1]
    for (watermark, _), (_, later) in pairwise(batches):
        assert watermark <= times(later)[0]


def test_an_idle_process_promises_up_to_now() -> None:
    before = perf_counter_ns()
    watermark, _ = taken(Recorder())
    assert before <= watermark <= perf_counter_ns()


def test_while_a_step_is_being_stamped_nothing_past_the_last_one_is_promised() -> None:
    recorder = Recorder()
    recorder.note(Op.START)
    recorder.stamping = True
    watermark, batch = taken(recorder)
    assert watermark == times(batch)[-1]
    recorder.note(Op.EXIT)
    recorder.stamping = True
    later, batch = taken(recorder)
    assert watermark < later == times(batch)[-1]


def test_a_step_that_takes_long_to_stamp_does_not_move_the_promise() -> None:
    recorder = Recorder()
    first, _ = taken(recorder)
    recorder.stamping = True
    assert taken(recorder)[0] == first
    assert taken(recorder)[0] == first


def test_without_a_queue_sending_and_closing_do_nothing() -> None:
    recorder = Recorder()
    recorder.note(Op.START)
    recorder.send()
    recorder.close()
    assert len(recorder.records) == 1


def test_a_process_that_waits_at_its_gate_sends_nothing_but_steps() -> None:
    receive, send = Pipe(duplex=False)
    recorder = Recorder()
    recorder.start(send, NOT_SHOWN, None)
    with receive:
        recorder.is_at_gate = True
        recorder.send()
        assert not receive.poll()
        recorder.note(Op.EXIT)  # it was asked to end
        recorder.send()
        assert len(times(receive.recv()[1])) == 1
        recorder.is_at_gate = False
        recorder.send()
        assert receive.recv()[1] == b""
        recorder.close()
