"""Shared memory of `multiprocessing.sharedctypes`: each single read and write of a cell becomes a step.

`Value`, `Array`, `RawValue`, `RawArray` and structures, in place: the types of the objects, their names, pickles, locks
and bytes are what they were. Only a few bytes more are taken from the heap, behind the object:

    ┌───────────┬────────┬────────┬───────────┬───────────┬───
    │ the value │ a mark │ an id  │ version 0 │ version 1 │ …       one version for each cell
    └───────────┴────────┴────────┴───────────┴───────────┴───

so that all processes that reach the object, by a fork or through a pickle, agree on what it is and how often each cell
has been written.

A `Value` takes its own lock for each single access, and the bookkeeping happens inside of it: versions order the steps
of a cell, and their times agree. The version is counted up before the value is stored: a process that is killed in
between leaves a version that no step accounts for, never a value that no version accounts for. Memory that has no lock
gets one of ours around each single access, never across a read and its write, and not waited for beyond `PATIENCE`.
"""

from lost_update.tracing.script.memory import blocks, making, wrappers
from lost_update.tracing.script.stream import in_child


def install() -> None:
    """Trace the memory that this process shares."""
    wrappers.install()
    making.install()
    in_child(blocks.begin_in_child)
