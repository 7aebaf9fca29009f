"""A hundred short processes that one process starts, by each start method."""

from itertools import cycle

from lost_update.sources.request import RunRequest
from tests import families
from tests.kinship import check_a_whole_family
from tests.soak.campaign import Campaign, Trials

HUNDRED = 100


def carry_out(trials: Trials) -> None:
    """Run after run, a start method after the other. Fewer processes than three hundred are shared among the three."""
    each = min(HUNDRED, trials.count // len(families.METHODS))
    methods = cycle(families.METHODS)
    with families.offered() as registry:
        for _ in range(0, trials.count, each):
            method = next(methods)
            with trials.trial(method, of=each):
                asked = RunRequest(scenario=families.many.__name__, start_method=method, iterations=each)
                check_a_whole_family(registry.submit(asked), each)


CAMPAIGN = Campaign(
    name="launches",
    about=(
        "A process starts a hundred short ones, by `fork`, by `forkserver` and by `spawn`. Everybody was "
        "launched before it took a step and exited before it was joined, no step is missing, every figure follows from "
        "the steps, and nobody is left."
    ),
    full=3_000,
    sample=3,
    carry_out=carry_out,
    unit="processes",
)
