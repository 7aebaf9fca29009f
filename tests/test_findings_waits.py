"""Who waits for ever is found while it hangs, one finding for one cause, and nothing is said that is not certain."""

import pytest

from lost_update.analysis.findings import find
from lost_update.model.findings import Finding
from lost_update.model.ops import Op
from lost_update.model.recording import Status
from tests.script_recordings import Lane, Script


def lines(finding: Finding) -> list[int]:
    return sorted({line["line"] for line in finding["lines"]})


def hanging(script: Script, *children: Lane, at: int = 90, status: Status = "running") -> list[Finding]:
    """What is found while the parent waits for its children, who have done what they have done."""
    for child in children:
        if child.exitcode is not None:
            script.main.joins(child, at=at)
        else:
            script.main.waits_for(child, at=at)
            break
    return find(script.recording(status))


def told(finding: Finding) -> tuple[str, str, list[int]]:
    assert finding["certainty"] == "happened"
    return finding["kind"], finding["target"], lines(finding)


def test_a_lock_that_is_taken_twice_waits_for_itself() -> None:
    script = Script()
    lock = script.lock()
    p1 = script.main.launch()
    p1.acquires(lock, 18).waits(lock, Op.ACQUIRE, 13)
    [finding] = hanging(script, p1)
    assert told(finding) == ("deadlock", "lock", [13, 18])
    assert finding["message"] == "P1 waits at line 13 for lock, which it has held itself since line 18."


def crossed(script: Script) -> tuple[Lane, Lane]:
    first, second = script.lock("a"), script.lock("b")
    p1, p2 = script.main.launches(2)
    p1.acquires(first, 10)
    p2.acquires(second, 20)
    p1.waits(second, Op.ACQUIRE, 11)
    p2.waits(first, Op.ACQUIRE, 21)
    return p1, p2


def test_two_that_wait_for_each_others_lock_are_one_deadlock() -> None:
    script = Script()
    p1, p2 = crossed(script)
    [finding] = hanging(script, p1, p2)
    assert told(finding) == ("deadlock", "a", [10, 11, 20, 21])
    assert finding["advice"] == "Take both in one order everywhere, such as a, then b."


def test_a_deadlock_of_locks_is_told_though_others_go_on() -> None:
    script = Script()
    crossed(script)
    script.main.launch()
    [finding] = find(script.recording("running"))
    assert finding["kind"] == "deadlock"


def test_a_deadlock_is_told_though_the_parent_ended_it_after_a_while() -> None:
    script = Script()
    p1, p2 = crossed(script)
    for child in (p1, p2):
        script.main.waits_for(child, 30).does(Op.KILL, script.target_of(child), value=15).joins(child, at=31)
    script.main.exits()
    assert [one["kind"] for one in find(script.recording())] == ["deadlock"]


def test_a_lock_as_a_sign_between_processes_is_no_deadlock() -> None:
    script = Script()
    lock = script.lock()
    p1, _ = script.main.launches(2)
    p1.acquires(lock).waits(lock, Op.ACQUIRE)  # P2 is to release it
    assert find(script.recording("running")) == []


def test_a_parent_that_joins_with_the_lock_of_its_child_is_a_deadlock() -> None:
    script = Script()
    lock = script.lock()
    script.main.acquires(lock, 30)
    p1 = script.main.launch()
    p1.waits(lock, Op.ACQUIRE, 12)
    script.main.waits_for(p1, 32)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("deadlock", "lock", [12, 30, 32])


def test_a_lock_of_one_who_was_killed_is_a_hang() -> None:
    script = Script()
    lock = script.lock()
    p1 = script.main.launch()
    p1.acquires(lock, 14)
    script.main.does(Op.KILL, script.target_of(p1), 30, value=15).joins(p1, at=31)
    p1.exitcode = -15
    p2 = script.main.launch()
    p2.waits(lock, Op.ACQUIRE, 21)
    [finding] = hanging(script, p2)
    assert told(finding) == ("hang", "lock", [14, 21])
    assert "which P1 acquired at line 14 and still held when it was killed" in finding["message"]


def test_a_barrier_one_short_is_a_hang_in_the_line_of_the_wait() -> None:
    script = Script()
    line = script.target("barrier", "line", amount=3)
    p1, p2, p3 = script.main.launches(3)
    p1.waits(line, Op.WAKE, 15)
    p2.waits(line, Op.WAKE, 15)
    p3.exits(3)
    [finding] = hanging(script, p1, p2, p3)
    assert told(finding) == ("hang", "line", [15])
    assert finding["message"].startswith("P1 and P2 wait at line at line 15 for 1 more of 3")


def test_a_barrier_that_all_have_reached_lets_them_go() -> None:
    script = Script()
    line = script.target("barrier", "line", amount=2)
    p1, p2 = script.main.launches(2)
    p1.waits(line, Op.WAKE)
    p2.waits(line, Op.WAKE)
    assert hanging(script, p1, p2) == []


def test_joining_before_the_queue_is_drained_names_the_put_and_the_join() -> None:
    script = Script()
    queue = script.queue()
    p1 = script.main.launch()
    p1.puts(queue, 13).waits(queue, Op.FLUSH, 0)
    [finding] = hanging(script, p1, at=20)
    assert told(finding) == ("hang", "q", [13, 20])
    assert finding["advice"] == "Take everything from q first, then join P1."


def test_a_full_queue_that_nobody_takes_from_is_a_hang() -> None:
    script = Script()
    queue = script.queue(amount=1)
    p1 = script.main.launch()
    p1.puts(queue, 13).waits(queue, Op.PUT, 13)
    [finding] = hanging(script, p1, at=20)
    assert told(finding) == ("hang", "q", [13, 20])


def test_a_queue_that_is_joined_and_not_done_is_a_hang_of_who_joins_it() -> None:
    script = Script()
    inbox = script.queue("inbox")
    p1 = script.main.launch()
    script.main.puts(inbox, 23).puts(inbox, 23).waits(inbox, Op.JOIN, 24)
    p1.gets(inbox, 14).does(Op.TASK_DONE, inbox, 16).gets(inbox, 14).waits(inbox, Op.GET, 14)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("hang", "inbox", [24])
    assert "1 were never said to be done" in finding["message"]


def test_a_get_that_nobody_will_put_for_is_a_hang() -> None:
    script = Script()
    queue = script.queue()
    p1, p2 = script.main.launches(2)
    script.main.puts(queue)
    p1.gets(queue).waits(queue, Op.GET, 8)
    p2.waits(queue, Op.GET, 8)
    [finding] = hanging(script, p1, p2)
    assert told(finding) == ("hang", "q", [8])


def test_who_only_waits_for_a_hanging_child_is_no_finding_and_no_idle_worker_is() -> None:
    script = Script()
    queue, gone = script.queue(), script.target("event", "gone")
    p1, p2 = script.main.launches(2)
    p1.waits(queue, Op.GET, 8)
    p2.waits(gone, Op.WAKE, 9)
    [finding] = hanging(script, p2)
    assert told(finding) == ("hang", "gone", [9])


def test_two_that_each_wait_for_the_other_to_send_are_a_deadlock() -> None:
    script = Script()
    pipe = script.target("pipe", "pipe")
    p1 = script.main.launch()
    p1.waits(pipe, Op.GET, 8)
    script.main.waits(pipe, Op.GET, 20)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("deadlock", "pipe", [8, 20])


def test_a_pipe_whose_other_end_is_closed_by_the_end_of_a_process_ends_the_get() -> None:
    script = Script()
    pipe = script.target("pipe", "pipe")
    p1 = script.main.launch()
    script.main.waits(pipe, Op.GET, 20)
    p1.exits()
    assert find(script.recording("running")) == []


def missed(script: Script, text: str = "", *, woken: int = 0) -> tuple[Lane, Lane]:
    ready = script.target("condition", "ready")
    inside = script.lock("ready", guards="ready", is_reentrant=True)
    eater, cook = script.main.launches(2)
    cook.acquires(inside, 14).does(Op.NOTIFY, ready, 15, value=woken).releases(inside, 14).exits()
    eater.acquires(inside, 21).waits(ready, Op.WAKE, 22).releases(inside, 22)
    return eater, cook


def test_a_notify_before_the_wait_is_a_lost_signal() -> None:
    script = Script()
    [finding] = hanging(script, *missed(script))
    assert told(finding) == ("lost_signal", "ready", [15, 22])
    assert "P2 notified ready at line 15 before P1 waited at line 22" in finding["message"]


def test_a_wait_in_a_loop_that_asks_is_a_hang_and_no_lost_signal() -> None:
    script = Script("\n" * 20 + "while not done.value:\n    ready.wait()\n")
    [finding] = hanging(script, *missed(script))
    assert told(finding) == ("hang", "ready", [22])


def test_a_notify_after_the_wait_wakes_it() -> None:
    script = Script()
    ready = script.target("condition", "ready")
    eater, cook = script.main.launches(2)
    eater.waits(ready, Op.WAKE, 22)
    cook.does(Op.NOTIFY, ready, 15, value=1).exits()
    assert hanging(script, eater) == []


def test_a_set_that_was_cleared_before_the_wait_is_a_lost_signal() -> None:
    script = Script()
    go = script.target("event", "go")
    p1, p2 = script.main.launches(2)
    p2.does(Op.SET, go, 5).does(Op.CLEAR, go, 6).exits()
    p1.waits(go, Op.WAKE, 9)
    [finding] = hanging(script, p1)
    assert told(finding) == ("lost_signal", "go", [5, 9])


def test_an_event_that_nobody_will_set_is_a_hang() -> None:
    script = Script()
    go = script.target("event", "go")
    p1 = script.main.launch()
    p1.waits(go, Op.WAKE, 9)
    [finding] = hanging(script, p1)
    assert told(finding) == ("hang", "go", [9])


def test_a_semaphore_that_nobody_will_release_is_a_hang() -> None:
    script = Script()
    free = script.target("semaphore", "free", amount=2)
    p1, p2, p3 = script.main.launches(3)
    for lane in (p1, p2):
        lane.acquires(free, 4).exits()
    p3.waits(free, Op.ACQUIRE, 4)
    [finding] = hanging(script, p1, p2, p3)
    assert told(finding) == ("hang", "free", [4])


def test_a_task_whose_process_is_gone_leaves_its_result_waited_for() -> None:
    script = Script()
    pool = script.target("pool", "pool")
    p1, p2 = script.main.launches(2, does="worker")
    script.main.does(Op.SUBMIT, pool, 20, task=0)
    p2.waits(pool, Op.TASK_START, 0)
    p1.does(Op.TASK_START, pool, 5, task=0).exits(1)
    script.main.waits(pool, Op.RESULT, 21)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("hang", "pool", [21])


def test_a_task_that_is_still_to_be_started_will_give_its_result() -> None:
    script = Script()
    pool = script.target("pool", "pool")
    script.main.launch(does="worker").waits(pool, Op.TASK_START, 0)
    script.main.does(Op.SUBMIT, pool, 20, task=0).waits(pool, Op.RESULT, 21)
    assert find(script.recording("running")) == []


def test_a_task_that_waits_for_ever_is_the_cause_and_not_the_result_that_it_owes() -> None:
    script = Script()
    pool, go = script.target("pool", "pool"), script.target("event", "go")
    p1, p2 = script.main.launches(2, does="worker")
    script.main.does(Op.SUBMIT, pool, 20, task=0).waits(pool, Op.RESULT, 21)
    p1.does(Op.TASK_START, pool, 0, task=0).waits(go, Op.WAKE, 5)
    p2.waits(pool, Op.TASK_START, 0)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("hang", "go", [5])


def test_workers_that_all_end_before_they_take_a_task_never_give_a_result() -> None:
    script = Script()
    pool = script.target("pool", "pool")
    script.main.does(Op.SUBMIT, pool, 20, task=0).waits(pool, Op.RESULT, 21)
    handler = script.main.thread()
    for worker in handler.launches(9, does="worker"):
        worker.exits(1)
    handler.launch(does="worker")
    [finding] = find(script.recording("running"))
    assert told(finding) == ("hang", "pool", [21])
    assert "9 workers have ended before they took a task" in finding["message"]


def test_a_barrier_that_the_last_has_reached_lets_them_go() -> None:
    script = Script()
    line = script.target("barrier", "line", amount=2)
    p1, p2 = script.main.launches(2)
    p1.waits(line, Op.WAKE)
    p2.does(Op.NOTIFY, line).does(Op.WAKE, line).exits()
    assert hanging(script, p1) == []


def test_a_manager_that_only_answers_keeps_nobody_waiting() -> None:
    script = Script()
    queue = script.queue()
    script.main.launch(does="BaseManager._run_server")
    script.main.waits(queue, Op.GET, 7)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("hang", "q", [7])


@pytest.mark.parametrize("what", ["runs", "waits for a while", "is a thread", "has not started"])
def test_whoever_may_go_on_may_end_any_wait(what: str) -> None:
    script = Script()
    queue = script.queue()
    p1 = script.main.launch()
    p1.waits(queue, Op.GET)
    if what == "runs":
        script.main.launch()
    elif what == "waits for a while":
        script.main.launch().waits(queue, Op.GET, for_a_while=True)
    elif what == "is a thread":
        p1.thread().puts(queue).gets(queue)
    else:
        script.main.launch(starts=False)
    assert hanging(script, p1) == []


def test_what_is_there_is_not_waited_for() -> None:
    script = Script()
    queue, lock, go = script.queue(), script.lock(), script.target("event", "go")
    for target, purpose in ((queue, Op.GET), (lock, Op.ACQUIRE), (go, Op.WAKE)):
        script.main.puts(queue).does(Op.SET, go)
        assert find_now(script, target, purpose) == []


def find_now(script: Script, target: int, purpose: Op) -> list[Finding]:
    script.main.waits(target, purpose)
    return find(script.recording("running"))


def test_a_daemon_that_still_waits_at_the_end_is_no_hang() -> None:
    script = Script()
    queue = script.queue()
    p1 = script.main.launch()
    script.main.puts(queue)
    p1.gets(queue).waits(queue, Op.GET)
    script.main.exits()
    assert find(script.recording()) == []


def test_a_run_that_was_stopped_is_judged_as_it_stood() -> None:
    script = Script()
    line = script.target("barrier", "line", amount=3)
    p1, p2 = script.main.launches(2)
    p1.waits(line, Op.WAKE, 15)
    p2.waits(line, Op.WAKE, 15)
    [finding] = hanging(script, p1, p2, status="stopped")
    assert told(finding) == ("hang", "line", [15])


def test_what_ctrl_c_unwinds_is_not_what_the_program_did() -> None:
    script = Script()
    p1, p2 = crossed(script)
    script.main.waits_for(p1, 30)
    p1.releases(1, 10).exits(1)
    p2.releases(2, 20).exits(1)
    script.main.exits(1)
    [finding] = find(script.recording("stopped"))
    assert told(finding) == ("deadlock", "a", [10, 11, 20, 21])


def test_a_run_that_was_stopped_while_it_worked_hangs_nowhere() -> None:
    script = Script()
    cell = script.cell("v")
    p1 = script.main.launch()
    p1.adds(cell)
    assert hanging(script, p1, status="stopped") == []


def test_a_thread_in_which_only_the_library_runs_keeps_nobody_waiting() -> None:
    script = Script()
    pool = script.target("pool", "pool")
    p1 = script.main.launch(does="worker")
    script.main.does(Op.SUBMIT, pool, 20, task=0).waits(pool, Op.RESULT, 21)
    p1.does(Op.TASK_START, pool, 0, task=0)
    helper = script.main.thread()
    helper.joins(p1, at=0)
    helper.launch(0, does="worker").waits(pool, Op.TASK_START, 0)
    [finding] = find(script.recording("running"))
    assert told(finding) == ("hang", "pool", [21])
