"""placeholder"""


def install() -> None: ...
