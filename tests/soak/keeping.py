"""The server is killed while it saves what its runs have recorded."""

import random
import tempfile
import time
from pathlib import Path

from lost_update.analysis.summary import summary_of
from lost_update.settings import Settings
from lost_update.store.store import Store
from tests.serving import CLIENT, END_STATES, WAIT_SECONDS, RunningServer, serving, until
from tests.soak.campaign import Campaign, Trials

OWNER = "address 127.0.0.1"
LATEST_SECONDS = 0.05
"""How long after some of the runs are over, at the latest, the server is killed."""

SIZES = (20, 2_000, 15_000, 30_000)
"""Iterations of each of two processes: from a recording of some rows to one that takes a while to save."""

RUNS = 12
MOST_OPENED = 5
"""Of what was kept in earlier trials: opening all of it each time would show hardly more."""


def carry_out(trials: Trials) -> None:
    """One directory for all trials: what was kept in the first has to be there after the last."""
    hit = 0
    with tempfile.TemporaryDirectory() as folder:
        kept: dict[str, int] = {}
        for draw in trials:
            with trials.trial("a kill"):
                listed, over = _kill(Path(folder), draw)
                kept |= listed
                found = _check(Path(folder), kept, draw)
                hit += bool(over - found.keys())
                kept |= found
    trials.note(f"In {hit} of {trials.count} trials a run was over that was not saved yet.")


def _kill(folder: Path, draw: random.Random) -> tuple[dict[str, int], set[str]]:
    """What the server said it had kept, with its steps, and the runs that were over, before it was killed."""
    with serving(LOST_UPDATE_DATA_DIR=str(folder)) as server:
        started = [server.start(processes=2, iterations=draw.choice(SIZES)) for _ in range(RUNS)]
        enough = draw.randint(1, RUNS)
        over: set[str] = until(lambda: _over(server, started), lambda runs: len(runs) >= enough)
        listed = _listed(server)
        time.sleep(draw.uniform(0, LATEST_SECONDS))  # the moment is what is drawn
        server.process.kill()
        server.process.wait(WAIT_SECONDS)
    return listed, over


def _over(server: RunningServer, runs: list[str]) -> set[str]:
    return {run_id for run_id in runs if server.view(run_id)["status"] in END_STATES}


def _listed(server: RunningServer) -> dict[str, int]:
    """Asked plainly, and at once: to hold a hundred pictures against the interface takes longer than to save them."""
    found = CLIENT.get(f"{server.url}/api/recordings").json()
    assert found["is_kept"], found["why_not"]
    return {one["id"]: one["steps"] for one in found["recordings"]}


def _check(folder: Path, kept: dict[str, int], draw: random.Random) -> dict[str, int]:
    """All that was kept is there, and all that is there is whole. Returns that, with its steps."""
    until(lambda: _is_free(folder))
    with Store(Settings(data_dir=str(folder))) as store:
        found: dict[str, int] = {}
        before = None
        while True:
            listing = store.listing([OWNER], before=before)
            found |= {one["id"]: one["steps"] for one in listing.kept}
            before = listing.before
            if before is None:
                break
        lost = kept.keys() - found.keys()
        assert not lost, f"kept before, and gone: {lost}"
        old = sorted(kept)
        for run_id in {*(found.keys() - kept.keys()), *draw.sample(old, min(len(old), MOST_OPENED))}:
            recording = store.find(run_id)
            assert recording is not None, f"{run_id} is listed, and cannot be opened"
            assert len(recording.log) == found[run_id]
            assert recording.is_over
            if recording.snapshot.status == "finished":
                assert summary_of(recording.log, recording.names)["cells"] == recording.snapshot.summary["cells"]
            assert store.columns(run_id)
    return found


def _is_free(folder: Path) -> bool:
    """The system takes the lock from a process that was killed when it is gone, which may take a moment."""
    with Store(Settings(data_dir=str(folder)), lambda _why: None) as store:
        return store.why_not is None


CAMPAIGN = Campaign(
    name="keeping",
    about=(
        "A server is killed by SIGKILL at a random moment while it saves the recordings of a dozen runs, small and "
        "large. Whatever it had said to be kept is there when the directory is opened again, and whatever is there is "
        "whole: each step, and the figures that follow from them."
    ),
    full=100,
    sample=1,
    carry_out=carry_out,
)
