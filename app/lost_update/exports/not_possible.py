"""What a recording cannot be taken away as, and why. Imports nothing of ours."""


class NotPossible(Exception):
    """A format cannot show this recording. The message says why, in one sentence, and `hint` what to do instead."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.hint = hint


def check_recorded(steps: int, so: str) -> None:
    """Raise `NotPossible` where a run has no steps; `so` says what follows from that."""
    if not steps:
        raise NotPossible(
            f"This run has no recorded steps, so {so}.",
            "Take away a run that was recorded: one that is not `traced: false`.",
        )
