"""Workers that the exploration takes through their interleavings: at the top level of a module, as it must be."""

import os
import threading
import time
from multiprocessing import (
    Array,
    Barrier,
    Condition,
    Event,
    JoinableQueue,
    Lock,
    Manager,
    Pipe,
    Process,
    Queue,
    RawValue,
    Semaphore,
    Value,
    get_context,
    managers,
)
from typing import Any


def number() -> tuple[Any, ...]:
    return (Value("i", 0),)


def increment(number: Any) -> None:
    number.value += 1


def increment_twice(number: Any) -> None:
    number.value += 1
    number.value += 1


def increment_under_its_lock(number: Any) -> None:
    with number.get_lock():
        number.value += 1


def both_counted(number: Any) -> None:
    assert number.value == 2


def number_and_lock() -> tuple[Any, ...]:
    return Value("i", 0), Lock()


def increment_under(number: Any, lock: Any) -> None:
    with lock:
        number.value += 1


def for_spawn() -> tuple[Any, ...]:
    context = get_context("spawn")
    return context.Value("i", 0), context.Lock()


class Account:
    """Something that no pickle could carry: it holds a function of its own."""

    def __init__(self) -> None:
        self.balance = RawValue("i", 5)
        self.fee = lambda amount: amount + 1


def account() -> tuple[Any, ...]:
    return (Account(),)


def withdraw(account: Any) -> None:
    if account.balance.value >= account.fee(2):
        account.balance.value -= account.fee(2)


def never_below_zero(account: Any) -> None:
    assert account.balance.value >= 0, f"the balance is {account.balance.value}"


def two_locks() -> tuple[Any, ...]:
    return Lock(), Lock()


def left_first(left: Any, right: Any) -> None:
    with left, right:
        pass


def right_first(left: Any, right: Any) -> None:
    with right, left:
        pass


def event_and_number() -> tuple[Any, ...]:
    return Event(), Value("i", 0)


def wait_for(event: Any, number: Any) -> None:
    event.wait()
    number.value += 1


def set_after(event: Any, number: Any) -> None:
    number.value += 1
    event.set()


def wait_for_a_while(event: Any, number: Any) -> None:
    number.value = 1 if event.wait(60) else 2


def only_set(event: Any, number: Any) -> None:
    event.set()


def condition_and_number() -> tuple[Any, ...]:
    return Condition(), Value("i", 0)


def wait_without_looking(condition: Any, number: Any) -> None:
    with condition:
        condition.wait()


def wait_until_set(condition: Any, number: Any) -> None:
    with condition:
        condition.wait_for(lambda: number.value)


def wait_for_a_minute(condition: Any, number: Any) -> None:
    with condition:
        was_woken = condition.wait(60)
        number.value += 0 if was_woken else 2


def notify(condition: Any, number: Any) -> None:
    with condition:
        number.value += 1
        condition.notify_all()


def barrier_and_numbers() -> tuple[Any, ...]:
    return Barrier(2), Array("i", 2)


def meet(barrier: Any, numbers: Any) -> None:
    numbers[barrier.wait()] += 1


def queue_and_number() -> tuple[Any, ...]:
    return Queue(), Value("i", 0)


def put_two(queue: Any, number: Any) -> None:
    queue.put(1)
    queue.put(2)


def take_one(queue: Any, number: Any) -> None:
    number.value = number.value + queue.get()


def joinable() -> tuple[Any, ...]:
    queue: Any = JoinableQueue()
    queue.put(1)
    return (queue,)


def many_put() -> tuple[Any, ...]:
    queue: Any = Queue()
    for number in range(20):
        queue.put(number)
    return queue, Value("i", 0)


def put_much(queue: Any, number: Any) -> None:
    queue.put("x" * 300_000)


def take_much(queue: Any, number: Any) -> None:
    number.value = len(queue.get())


def work(queue: Any) -> None:
    queue.get()
    queue.task_done()


def work_and_forget(queue: Any) -> None:
    queue.get()


def wait_for_work(queue: Any) -> None:
    queue.join()


def pipe_and_number() -> tuple[Any, ...]:
    return *Pipe(), Value("i", 0)


def send(here: Any, there: Any, number: Any) -> None:
    number.value += 1
    here.send("go")


def receive(here: Any, there: Any, number: Any) -> None:
    there.recv()
    number.value += 1


def semaphore_and_number() -> tuple[Any, ...]:
    return Value("i", 0), Semaphore(2)


def managed() -> tuple[Any, ...]:
    manager = Manager()
    counts = manager.dict({"the": 0})
    return counts, manager.Lock()


class _SlowLock:
    """It takes its time to say whether it could be acquired."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.release = self._lock.release

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        got = self._lock.acquire(blocking, timeout)
        time.sleep(0.02)
        return got


class _SlowManager(managers.SyncManager):
    """A manager of such locks."""


proxies: Any = managers
_SlowManager.register("SlowLock", _SlowLock, proxies.AcquirerProxy)


def managed_slowly() -> tuple[Any, ...]:
    manager: Any = _SlowManager()
    manager.start()
    return manager.dict({"the": 0}), manager.SlowLock()


def count_word(counts: Any, lock: Any) -> None:
    counts["the"] = counts["the"] + 1


def count_word_under(counts: Any, lock: Any) -> None:
    with lock:
        counts["the"] = counts["the"] + 1


def spin(event: Any, number: Any) -> None:
    while not number.value:
        pass


def end_the_spin(event: Any, number: Any) -> None:
    number.value = 1


def raise_if_last(number: Any) -> None:
    number.value += 1
    if number.value == 2:
        raise ValueError("I came last")


def exit_with_three(number: Any) -> None:
    os._exit(3)


def take_other_steps(number: Any) -> None:
    if time.time_ns() // 1000 % 2:
        number.value = 1
    else:
        number.value += 1


def start_a_process(number: Any) -> None:
    Process(target=increment, args=(number,)).start()


def use_a_thread(number: Any) -> None:
    thread = threading.Thread(target=increment, args=(number,))
    thread.start()
    thread.join()


def no_tuple() -> Any:
    return Value("i", 0)


def broken() -> tuple[Any, ...]:
    raise OSError("no space")
