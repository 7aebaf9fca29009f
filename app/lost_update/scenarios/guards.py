"""The guards: how code may protect a cell, and whether that works."""

from typing import Any, Final

from lost_update.scenarios.scenario import Role, Variant, VariantKind

_GUARDS: Final[dict[str, tuple[str, str, VariantKind]]] = {
    "none": ("no lock", "Nothing protects the counter.", "none"),
    "lock": ("acquire and release", "The lock is acquired before the increment and released after it.", "right"),
    "with": ("with lock", "The increment stands in a `with lock:` block.", "right"),
    "get_lock": ("with get_lock()", "The shared object’s own lock is held around the whole increment.", "right"),
    "separate_locks": ("a lock each", "Each process has its own lock, so nobody ever waits.", "faulty"),
    "write_only": ("only the write locked", "The lock is taken after the value was read.", "faulty"),
    "crossed_locks": ("two locks, crossed", "Some take lock a and then b, the others b and then a.", "faulty"),
    "placed": ("The lock as it was placed", "The lock is acquired and released where it was placed.", "plain"),
    "forgotten_release": ("a lock never released", "The lock is acquired and never released.", "faulty"),
}


def guarded(guard: str, *roles: Role, **more: Any) -> Variant:
    """The variant of a scenario in which everybody uses that guard."""
    title, about, kind = _GUARDS[guard]
    return Variant(guard, title, about, kind, roles, **more)
