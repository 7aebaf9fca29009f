"""Shares the tests among processes, file by file, and goes on when one of the processes has ended in a test.

pytest-xdist does so too (`--dist loadfile`), but as of 3.8 it has the test that ended a process run again, and again,
by one process after the other; it hands tests to a process that does not know them yet, where two have ended together;
and it waits for ever for a new process to which it gave one test alone, since a process starts a test when it knows
what comes next.
"""

from collections import Counter

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

SLOW = (
    *("test_site", "test_soak", "test_boxes", "test_room_lesson", "test_room_projector", "test_room_phone"),
    *("test_walkthrough", "test_accessibility", "test_events", "test_proxy", "test_script_page", "test_one_file"),
    *("test_pacing", "test_scheduler", "test_distribution", "test_interleavings", "test_first_minute", "test_page"),
    *("test_endings", "test_families", "test_trace", "test_packaging", "test_leash", "test_plugin"),
    *("test_replica_faults", "test_replicas", "test_rooms_of_replicas"),
    *("test_explorations", "test_cli", "test_script_life", "test_bounded_exploration", "test_gates", "test_stream"),
    *("test_rude_class", "test_room_load"),
    *("test_balancer", "test_logs"),
)
"""Files that take longest: they begin first, so that nobody waits for one in the end."""


IN_FIREFOX = "in Firefox"
"""Stands for a file. A Firefox takes long to start: the process that has one runs whatever else needs it."""


class FileByFile(LoadFileScheduling):
    """As it is there, except for three things, and one more: all tests in Firefox are handed out together."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return IN_FIREFOX if "firefox" in nodeid.removeprefix(file) else file

    def remove_node(self, node: WorkerController) -> str | None:
        """Name the test that ended a process; only those that it had not come to are still to be run."""
        units = self.assigned_work[node]
        ended_by = next((test for unit in units.values() for test, is_over in unit.items() if not is_over), None)
        for unit in units.values():
            if ended_by in unit:
                unit[ended_by] = True
        self.assigned_work[node] = {file: unit for file, unit in units.items() if not all(unit.values())}
        super().remove_node(node)
        return ended_by

    def _reschedule(self, node: WorkerController) -> None:
        if node not in self.registered_collections:
            return  # it reports when it has looked for tests
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files in the order in which they are handed out.

    Those that need a browser come first, so that each process starts one once; then the slow ones; then those that
    start processes; and of all these those with the most tests. Pure ones take next to no time, and fill up the rest.
    """
    many = Counter(item.path for item in items)
    starting = {item.path for item in items if item.get_closest_marker("processes")}

    def turn(item: pytest.Item) -> tuple[bool, int, bool, int, str]:
        name, path = item.path.stem, item.path
        needs_no_browser = path.parent.name != "browser"
        slow = SLOW.index(name) if name in SLOW else len(SLOW)
        return (needs_no_browser, slow, path not in starting, -many[path], str(path))

    # Tests of a file stay as they are.
    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile | None:
    """In place of `--dist loadfile`; other ways to share stay as they are."""
    return FileByFile(config, log) if config.getvalue("dist") == "loadfile" else None
