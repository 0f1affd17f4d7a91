"""Figures for Prometheus, collected when they are asked for. Labels name servers and outcomes, never people."""

from __future__ import annotations

from typing import Callable, Iterator, Mapping, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from lib.simkl.app import APP_VERSION


class ServerFigures(NamedTuple):
    """What is counted: deliveries by (sender, outcome), people by state, plays that wait, and whether it is ready."""

    deliveries: Mapping[tuple[str, str], int]
    people: Mapping[str, int]
    waiting: int
    oldest_waiting_seconds: float
    ready: bool
    started_at: float


class ServerMetrics:
    """Renders the figures in Prometheus' text format."""

    def __init__(self, figures: Callable[[], ServerFigures]) -> None:
        self._figures = figures
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def render(self) -> bytes:
        """Return the page that Prometheus reads."""
        return generate_latest(self._registry)

    def describe(self) -> list[Metric]:
        """Return nothing: at registration no figure is known yet."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield each figure as it is now."""
        now = self._figures()
        info = GaugeMetricFamily("simkl_link_info", "The version that runs.", labels=["version"])
        info.add_metric([APP_VERSION], 1)
        yield info
        deliveries = CounterMetricFamily(
            "simkl_link_deliveries", "Deliveries of the last 30 days.", labels=["sender", "outcome"]
        )
        for (sender, outcome), count in sorted(now.deliveries.items()):
            deliveries.add_metric([sender or "unknown", outcome], count)
        yield deliveries
        people = GaugeMetricFamily("simkl_link_people", "People by how their link stands.", labels=["state"])
        for state, count in sorted(now.people.items()):
            people.add_metric([state], count)
        yield people
        yield GaugeMetricFamily("simkl_link_waiting_plays", "Plays that Simkl has not got yet.", value=now.waiting)
        yield GaugeMetricFamily(
            "simkl_link_oldest_waiting_seconds", "How long the oldest of them waits.", value=now.oldest_waiting_seconds
        )
        yield GaugeMetricFamily("simkl_link_ready", "Whether /readyz says yes.", value=float(now.ready))
        yield GaugeMetricFamily("simkl_link_start_time_seconds", "When it was started.", value=now.started_at)
