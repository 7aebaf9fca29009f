"""Gates: something of ours that a process passes before each traced operation of its script, where one was asked for.

    person's code ── number.value = x ──▶ gated ──▶ gate.before(attempt) ··· may hold the process ···
                                            └─────▶ the traced operation, as it always is
                                            └─────▶ gate.after(attempt, result)

A gate stands before a read, between modify and write, before a lock is acquired or released, before something is put,
got, set, notified, waited for, started or joined. There is no gate in a process that nobody wants to steer, and
nothing of this is in the way there: the functions that record are wrapped from outside, and only when one is asked for.

Who steers: `holding` (`lost-update trace --prove`) and the exploration of a worker (lost_update.testing).
"""

from lost_update.tracing.script.gates import cells, events, locks, managed, processes, queues
from lost_update.tracing.script.gates.attempt import STANDING, Attempt, Gate

__all__ = ["STANDING", "Attempt", "Gate", "Gates"]


class Gates:
    """Prepares a process for a gate, around the moment when tracing changes `multiprocessing` in it."""

    def __enter__(self) -> None:
        cells.install()

    def __exit__(self, *_: object) -> None:
        for part in (locks, events, queues, processes, managed):
            part.install()
