"""A scenario whose processes take steps in two files, and declare the second while the run goes on."""

from typing import Any

from lost_update.scenarios.guards import guarded
from lost_update.scenarios.scenario import Amount, Role, Scenario, by_name
from tests.elsewhere import add_one, declare


def add_here_and_elsewhere(number: Any, iterations: int) -> None:
    for _ in range(iterations):
        number.value += 1
        declare()
        add_one(number)


def share(mp: Any, _guard: str, processes: int) -> list[dict[str, Any]]:
    """One number for all."""
    return [{"number": mp.Value("i", 0)}] * processes


SCENARIO = Scenario(
    name="two-files",
    title="Two files",
    about="Each process adds 1 in one file, and then in another.",
    field="guard",
    lineup="one",
    variants=by_name(guarded("none", Role(add_here_and_elsewhere, free=(), held=()))),
    share=share,
    adds=lambda processes, iterations: {"number": 2 * processes * iterations},
    cells=(("number", 0),),
    chosen="none",
    iterations_label="Increments each",
    page={"iterations": 1},
    processes=Amount(usual=2, most=2),
)
