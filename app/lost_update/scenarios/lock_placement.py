"""A counter whose lock stands where somebody put it: the lines are fixed, the places of its calls are not.

    def worker(number, lock, iterations):
                                            ◀ before_loop
        for _ in range(iterations):
                                            ◀ before_read
            value = number.value
                                            ◀ before_add
            value = value + 1
                                            ◀ before_write
            number.value = value
                                            ◀ after_write
                                            ◀ after_loop

Places are all that is taken from outside, never code.
"""

from functools import cache
from typing import Final, Literal, get_args

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.shapes import INCREMENT, Amount, Role, Scenario, Variant, by_name
from lost_update.tracing.source_text import Source

Slot = Literal["before_loop", "before_read", "before_add", "before_write", "after_write", "after_loop"]

SLOTS: Final[tuple[Slot, ...]] = get_args(Slot)

NAME: Final = "worker"

LINES: Final[dict[Slot, tuple[str, ...]]] = {
    "before_loop": ("    for _ in range(iterations):",),
    "before_read": ("        value = number.value",),
    "before_add": ("        value = value + 1",),
    "before_write": ("        number.value = value",),
    "after_write": (),
    "after_loop": (),
}
"""The lines that come after each place and before the next, as they are indented."""

INDENT: Final = {slot: 4 if slot.endswith("loop") else 8 for slot in SLOTS}


def text_of(acquire: Slot | None, release: Slot | None) -> str:
    """The worker with the lock's two lines in their places. In the same place `acquire` comes first."""
    lines = [f"def {NAME}(number, lock, iterations):"]
    for slot in SLOTS:
        placed = [call for call, place in (("acquire", acquire), ("release", release)) if place == slot]
        lines += [f"{' ' * INDENT[slot]}lock.{call}()" for call in placed]
        lines += LINES[slot]
    return "\n".join(lines) + "\n"


def lines_between(acquire: Slot | None, release: Slot | None) -> int:
    """How many of the fixed lines stand between the two."""
    if acquire is None or release is None:
        return 0
    between = SLOTS[SLOTS.index(acquire) : SLOTS.index(release)]
    return sum(len(LINES[slot]) for slot in between)


@cache
def variant_of(acquire: Slot | None, release: Slot | None) -> Variant:
    """The scenario with the lock in these places. Whether it holds is for the run to show."""
    source = Source(f"<fix-it {acquire} {release}>", NAME, text_of(acquire, release))
    taken = (Op.ACQUIRE,) if acquire else ()
    given = (Op.RELEASE,) if release else ()
    # An upper bound of what a round takes: outside the loop the lock's lines are met but once.
    role = Role(source, free=taken, held=(*INCREMENT, *given)) if acquire else Role(source, free=(*INCREMENT, *given))
    return guarded("placed", role, may_fail=release is not None, may_block=acquire is not None)


def share(mp, guard, processes):
    """What each process is handed, by the name of its parameter."""
    return [{"number": mp.Value("i", 0), "lock": mp.Lock()}] * processes


SCENARIO = Scenario(
    name="fix-it",
    title="Fix it",
    about="Every process adds 1 to the same Value. Somebody chose where the lock is acquired and released.",
    field="guard",
    lineup="one",
    variants=by_name(variant_of(None, None)),
    share=share,
    adds=lambda processes, iterations: {"number": processes * iterations},
    cells=(("number", 0),),
    chosen="placed",
    iterations_label="Increments each",
    page={"iterations": 2, "pace": "slow", "step_ms": 120},
    iterations=Amount(usual=2, most=10_000),
    place=variant_of,
    listed=False,
    panels=("timeline", "lineage", "code", "anatomy"),
)
