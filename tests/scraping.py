"""Reads `/metrics` of a server as Prometheus does, by the parser of its own library."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.serving import RunningServer


def families_of(server: RunningServer) -> list[Metric]:
    """All metrics that it tells now."""
    answer = server.ask("GET", "/metrics")
    assert answer.status_code == 200, answer.text
    return list(text_string_to_metric_families(answer.text))


class Scrape:
    """What a server told at one moment. Of two of them the difference is what happened in between."""

    def __init__(self, server: RunningServer) -> None:
        self._values = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in families_of(server)
            for sample in family.samples
        }

    def value(self, name: str, **labels: Any) -> float:
        """The value with exactly these labels; 0 where there is none."""
        return self._values.get((name, frozenset(labels.items())), 0.0)

    def all(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        """Every value of that name, with its labels."""
        return ((dict(labels), value) for (each, labels), value in self._values.items() if each == name)

    def since(self, before: "Scrape", name: str, *labels: str) -> dict[tuple[str, ...], float]:
        """What was added to each value of that name, by these labels in this order; only what has changed."""
        added = {
            tuple(found[label] for label in labels): value - before.value(name, **found)
            for found, value in self.all(name)
        }
        return {key: value for key, value in added.items() if value}
