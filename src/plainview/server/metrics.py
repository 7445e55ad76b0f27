"""Owns what is measured of this process, in Prometheus's text format. Labels name routes, never people or items."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The measures of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self._requests = Counter("plainview_requests", "Requests answered", labels, registry=self.registry)
        self._seconds = Histogram(
            "plainview_request_seconds",
            "Time from the first byte asked to the last byte answered",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.in_progress = Gauge("plainview_requests_in_progress", "Requests being answered", registry=self.registry)
        self.refused = Counter(
            "plainview_refused", "Requests refused before a route", ("code",), registry=self.registry
        )

        self._fits = Gauge(
            "plainview_fits", "Fits of the model of what comes next", ("verdict",), registry=self.registry
        )
        self._undescribed = Gauge(
            "plainview_videos_undescribed", "Videos that wait to be described", registry=self.registry
        )

    def note_fits(self, verdicts: Mapping[str, int]) -> None:
        """Say how often fits ended how."""
        for verdict, count in verdicts.items():
            self._fits.labels(verdict).set(count)

    def note_undescribed(self, count: int) -> None:
        """Say how many videos wait to be described."""
        self._undescribed.set(count)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def render(self) -> bytes:
        """All measures, as text."""
        return generate_latest(self.registry)
