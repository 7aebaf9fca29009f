"""A few clients of each kind that `python -m tests.load` applies in full: their answers, and that others are served."""

from pathlib import Path

import pytest

from tests.documents import put
from tests.load.pressing import KINDS, pressing
from tests.serving import serving
from tests.variants import FULL, none_of

ANSWERS = {
    "endless": {"414", "431", "closed"},
    "unfinished": {"408", "closed"},  # the latter to make room, where too many wait for their clients
    "silent": {"closed"},
    "unreading": {"200"},
    "downloads": {"200", "429", "read to its end"},
    "grants": {"200", "409"},
    "abandoned": {"left before the answer"},
}
"""What may become of the requests of each kind."""


@FULL
@pytest.mark.processes
@pytest.mark.parametrize("kinds", [list(KINDS), *none_of([name] for name in KINDS)], ids="+".join)
def test_others_are_served_meanwhile(kinds: list[str]) -> None:
    with (
        serving(
            LOST_UPDATE_REQUEST_SECONDS="0.5", LOST_UPDATE_MAX_DOWNLOADS="8", LOST_UPDATE_MAX_SILENT_CONNECTIONS="64"
        ) as server,
        pressing(server, {name: KINDS[name].sample for name in kinds}) as pressed,
    ):
        for _ in range(5):
            assert server.ask("GET", "/healthz").json() == {"status": "ok"}
            assert server.run(iterations=5)["status"] == "finished"
    for name, answers in pressed.answers.items():
        assert answers, name
        assert set(answers) <= ANSWERS[name], name


def test_a_part_of_a_document_is_replaced_and_the_rest_of_it_stays(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text("# Title\n<!-- load begins -->\nold\n<!-- load ends -->\nrest\n")
    put(document, "load", "new")
    assert document.read_text() == "# Title\n<!-- load begins -->\nnew\n<!-- load ends -->\nrest\n"
