"""A counter whose lock is placed by the user: its lines are fixed, the places of the two calls are not.

    def worker(number, lock, iterations):
                                            ◀ before_loop
        for _ in range(iterations):
                                            ◀ before_read
            value = number.value
                                            ◀ before_write
            number.value = value + 1
                                            ◀ after_write
                                            ◀ after_loop

A request names insertion points. It never contains code.

The addition stands in the line of the write. On a line of its own it would be carried out before an acquire that
follows it; but its step, the `modify`, is only taken when the new value is handed over.
"""

from functools import cache
from typing import Final, Literal, get_args

from lost_update.model.ops import Op
from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import INCREMENT, Amount, Role, Scenario, Variant, by_name
from lost_update.tracing.source_text import SourceText

InsertionPoint = Literal["before_loop", "before_read", "before_write", "after_write", "after_loop"]

INSERTION_POINTS: Final[tuple[InsertionPoint, ...]] = get_args(InsertionPoint)

NAME: Final = "worker"

LINES: Final[dict[InsertionPoint, tuple[str, ...]]] = {
    "before_loop": ("    for _ in range(iterations):",),
    "before_read": ("        value = number.value",),
    "before_write": ("        number.value = value + 1",),
    "after_write": (),
    "after_loop": (),
}
"""The lines between each insertion point and the next, with their indentation."""

INDENT: Final = {point: 4 if point.endswith("loop") else 8 for point in INSERTION_POINTS}


def text_of(acquire: InsertionPoint | None, release: InsertionPoint | None) -> str:
    """The worker's code with the two calls inserted. At the same point `acquire` comes first."""
    lines = [f"def {NAME}(number, lock, iterations):"]
    for point in INSERTION_POINTS:
        placed = [call for call, place in (("acquire", acquire), ("release", release)) if place == point]
        lines += [f"{' ' * INDENT[point]}lock.{call}()" for call in placed]
        lines += LINES[point]
    return "\n".join(lines) + "\n"


def lines_between(acquire: InsertionPoint | None, release: InsertionPoint | None) -> int:
    """How many of the fixed lines stand between the two."""
    if acquire is None or release is None:
        return 0
    between = INSERTION_POINTS[INSERTION_POINTS.index(acquire) : INSERTION_POINTS.index(release)]
    return sum(len(LINES[point]) for point in between)


@cache
def variant_of(acquire: InsertionPoint | None, release: InsertionPoint | None) -> Variant:
    """The scenario with the lock in these places. Whether it holds is for the run to show."""
    source = SourceText(f"<fix-it {acquire} {release}>", NAME, text_of(acquire, release))
    taken = (Op.ACQUIRE,) if acquire else ()
    given = (Op.RELEASE,) if release else ()
    # An upper bound for a round: outside the loop the lock's lines run only once.
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
    place_lock=variant_of,
    listed=False,
    panels=("timeline", "lineage", "code", "anatomy"),
)
