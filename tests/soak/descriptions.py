"""Schemathesis reads `/openapi.json` and holds the server against it, with requests that it makes up."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.checking import check_no_fault_shows
from tests.serving import serving
from tests.soak.campaign import Campaign, Trials

CONFIGURATION: Final = Path(__file__).with_name("schemathesis.toml")

STOPPED_IS_KEPT: Final = "use_after_free"
"""The one check that has nothing to check: DELETE stops a run, and what it did can still be looked at."""

SLOWEST_SECONDS: Final = 5
"""Nobody waits longer for an answer. The longest are the explorer's."""

ENOUGH_TO_COVER: Final = 10
"""From so many requests for each operation on, every field is covered, and what was answered is used in the next."""

RUN_SECONDS: Final = 2
EXPLORER_SECONDS: Final = 0.5
"""How long runs and explorations may last here, so that a stream ends and no queue fills."""


def carry_out(trials: Trials) -> None:
    """Let it make up so many requests for each operation."""
    with TemporaryDirectory() as folder, trials.trial("schemathesis", of=trials.count):
        errors = Path(folder) / "stderr"
        limits = {"MAX_SECONDS": RUN_SECONDS, "MAX_IDLE_SECONDS": RUN_SECONDS, "EXPLORE_SECONDS": EXPLORER_SECONDS}
        environment = {f"LOST_UPDATE_{name}": str(most) for name, most in limits.items()}
        with serving(errors=errors, on_one_core=False, **environment) as server:
            command = [str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIGURATION)]
            command += ["run", f"{server.url}/openapi.json", "--url", server.url, "--no-color"]
            command += ["--checks", "all", "--exclude-checks", STOPPED_IS_KEPT]
            command += ["--max-examples", str(trials.count), "--seed", str(trials.outcome.seed)]
            if trials.count < ENOUGH_TO_COVER:
                command += ["--phases", "fuzzing"]
            command += ["--max-response-time", str(SLOWEST_SECONDS), "--generation-database", "none"]
            ended = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
            )
            said = ended.stdout.partition("FAILURES ====")[2] or ended.stdout + ended.stderr
            assert ended.returncode == 0, said
            trials.note(next(line.strip() for line in ended.stdout.splitlines() if "generated" in line))
        check_no_fault_shows(errors.read_text())


CAMPAIGN = Campaign(
    name="descriptions",
    about=(
        "Schemathesis reads `/openapi.json`, makes up requests for each operation, as it is described and against it, "
        "one after the other and each with what another has answered, and makes all its checks: of the statuses, the "
        "types, the headers and the shapes of all answers, that what is described is taken and what is not is refused."
    ),
    full=300,
    sample=1,
    carry_out=carry_out,
    unit="requests for each operation, and those that cover every field",
)
