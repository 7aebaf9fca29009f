"""Families of metrics as Prometheus's text.

`prometheus_client` is imported by the first who asks: most servers are never scraped, and it would make each of them
start 15 ms later. Its registry of the whole process is not used, so that two servers in one process stay apart.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, Literal

from lost_update.web.counts import Histogram

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""The form that whatever knows Prometheus reads."""


@dataclass(frozen=True)
class Family:
    """One metric: its name; what it says; and its values, each by a tuple of as many labels as are named."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    about: str
    values: Mapping[Any, float] | Mapping[Any, Histogram]
    labels: tuple[str, ...] = ()


def gauge(name: str, about: str, value: float) -> Family:
    """What goes up and down, and has no labels."""
    return Family(name, "gauge", about, {(): value})


def text_of(families: Iterable[Family]) -> bytes:
    """All of them, and after them what any process has: memory, time, descriptors. Not for the event loop."""
    from prometheus_client import ProcessCollector, generate_latest

    class Told:
        """What is told, once."""

        def collect(self) -> Iterator["Metric"]:
            yield from map(_metric, families)
            yield from ProcessCollector(registry=None).collect()

    return generate_latest(Told())


def _metric(family: Family) -> "Metric":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    if family.kind == "histogram":
        made = HistogramMetricFamily(family.name, family.about, labels=family.labels)
        for labels, value in family.values.items():
            assert isinstance(value, Histogram)
            bounds = [*map(str, value.bounds), "+Inf"]
            made.add_metric(labels, [*zip(bounds, accumulate(value.counts), strict=True)], value.sum)
        return made
    one_of = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    single = one_of(family.name, family.about, labels=family.labels)
    for labels, number in family.values.items():
        assert not isinstance(number, Histogram)
        single.add_metric(labels, number)
    return single
