"""What a recording cannot be taken away as, and why. Imports nothing of ours."""


class NotPossible(Exception):
    """A format cannot show this recording. The message says why, in one sentence, and `hint` what to do instead."""

    def __init__(self, why: str, hint: str) -> None:
        super().__init__(why)
        self.hint = hint
