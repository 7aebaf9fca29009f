"""Hundreds of runs, one after the other: whether every figure is right, and what the server still holds afterwards."""

from tests.chapters import EVERY, MAY_BLOCK, RIGHT, short
from tests.checking import check_it_holds_no_more, check_it_is_over, holdings, resident
from tests.serving import serving
from tests.soak.campaign import Campaign, Trials
from tests.soak.endless import MEMORY

ENOUGH_TO_JUDGE_MEMORY = 4 * len(EVERY)


def carry_out(trials: Trials) -> None:
    """Run every variant in turn. What the server holds is compared from the end of the first third on."""
    names = list(EVERY)
    first = max(1, trials.count // 3)
    with serving(LOST_UPDATE_MEMORY=str(MEMORY)) as server:
        before, memory_before = holdings(server), resident(server)
        for number, _ in enumerate(trials):
            name = names[number % len(names)]
            with trials.trial(name):
                view = server.run(**short(name))
                check_it_is_over(server, view)
                if name not in MAY_BLOCK:
                    assert (view["status"], view["reason"]) == ("finished", None), view
                for cell in view["summary"]["cells"]:
                    assert cell["final"] == cell["expected"] - cell["lost"], view
                    if name in RIGHT:
                        assert (cell["lost"], cell["final"]) == (0, cell["initial"] + view["adds"][cell["name"]]), view
            if number + 1 == first:
                before, memory_before = holdings(server), resident(server)
        check_it_holds_no_more(server, before)
        if trials.count >= ENOUGH_TO_JUDGE_MEMORY:
            grown = 100 * (resident(server) / memory_before - 1)
            trials.took("resident memory grown by, from a third of the runs to the last", grown, 5, "%")


CAMPAIGN = Campaign(
    name="runs",
    about=(
        "Runs of all variants, one after the other, each worked out again from its steps alone. Afterwards the server "
        "holds no more processes, threads, descriptors and shared memory than after the first third of them."
    ),
    full=100 * len(EVERY),
    sample=6,
    carry_out=carry_out,
    unit="runs",
)
