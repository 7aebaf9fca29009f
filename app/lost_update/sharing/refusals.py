"""What a room refuses, in words that say what to do."""

from lost_update.sources.request import Refusal


class NoSuchRoom(Refusal):
    """There is no room of that code, or it is over."""

    def __init__(self, code: str) -> None:
        super().__init__(
            "no_such_room",
            f"There is no room {code[:20]!a}: it never was, or it has ended.",
            "Look at the code on the screen again, or ask for a new one.",
        )


class NotYourRoom(Refusal):
    """Only the browser that opened the room may do this."""

    def __init__(self) -> None:
        super().__init__(
            "not_your_room",
            "Only the presenter of this room may do this.",
            "Use the browser that opened it: it sends the room's key as `Room-Key`.",
        )


class NoSeat(Refusal):
    """Whoever asks has no seat in this room."""

    def __init__(self) -> None:
        super().__init__("no_seat", "This phone has no seat in this room.", "Join it: open its address again.")


class OnePersonAlone(Refusal):
    """This server lets in nobody but the one who started it."""

    def __init__(self) -> None:
        super().__init__(
            "one_person_alone",
            "This server is for one person alone, so no phone could join.",
            "Start one for a class: lost-update serve --host 0.0.0.0. It shows recordings dropped on its page.",
        )


class NotNow(Refusal):
    """It does not fit what goes on in the room."""

    def __init__(self, message: str, hint: str = "Look at the room: it says what goes on.") -> None:
        super().__init__("not_now", message, hint)


class TooMany(Refusal):
    """A limit of rooms is reached; some time later there may be room."""

    def __init__(self, code: str, message: str, hint: str, retry_after_seconds: int) -> None:
        super().__init__(code, message, hint)
        self.retry_after_seconds = retry_after_seconds
