"""Every metric of the product by its name: counted where it happens, or looked up when somebody asks.

They are the process's own and begin at 0 with it. Labels come from code (services, kinds, routes), never from
people: no ids, no names.
"""

from importlib.metadata import PackageNotFoundError, version

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
FAST = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
"""Bounds in seconds: a commit takes about a millisecond, and nobody waits longer than a few seconds."""

COMMANDS = Counter(
    "samverkan_commands",
    "Commands obeyed or not; outcome is done, replayed, refused or failed.",
    ("service", "command", "outcome"),
    registry=REGISTRY,
)
REFUSALS = Counter("samverkan_refusals", "Business refusals by their code.", ("code",), registry=REGISTRY)
APPEND_SECONDS = Histogram(
    "samverkan_append_seconds",
    "How long an append waited until its events were durable.",
    ("service",),
    registry=REGISTRY,
    buckets=FAST,
)
EVENTS_APPENDED = Counter(
    "samverkan_events_appended", "Events that are durable in the store.", ("service",), registry=REGISTRY
)
RELAY_BACKLOG = Gauge(
    "samverkan_relay_backlog_events",
    "Events in the store that the bus has not acknowledged yet.",
    ("service",),
    registry=REGISTRY,
)
LAG_EVENTS = Gauge(
    "samverkan_consumer_lag_events",
    "Events that a consumer has not handled yet, over all its sources.",
    ("service", "consumer"),
    registry=REGISTRY,
)
LAG_SECONDS = Gauge(
    "samverkan_consumer_lag_seconds",
    "Age of the oldest event that a consumer has not handled yet; 0 if there is none.",
    ("service", "consumer"),
    registry=REGISTRY,
)
PARKED = Gauge(
    "samverkan_parked_streams",
    "Streams that stand still behind an event which could not be handled.",
    ("service", "consumer"),
    registry=REGISTRY,
)
TIMERS_OVERDUE = Gauge(
    "samverkan_timers_overdue",
    "Timers whose moment passed more than a minute ago.",
    ("service",),
    registry=REGISTRY,
)
NOTICES = Counter(
    "samverkan_notices",
    "Notices handed over; result is sent, failed (it is tried again) or given_up.",
    ("kind", "result"),
    registry=REGISTRY,
)
HTTP_SECONDS = Histogram(
    "samverkan_http_request_seconds",
    "How long requests took, by the route that answered.",
    ("method", "route", "status"),
    registry=REGISTRY,
    buckets=(*FAST, 10),
)
READY = Gauge("samverkan_ready", "1 while everything this process stands on answers.", registry=REGISTRY)
BUILD = Info("samverkan_build", "What runs here.", registry=REGISTRY)
LOOKED_UP = (RELAY_BACKLOG, LAG_EVENTS, LAG_SECONDS, PARKED, TIMERS_OVERDUE)
"""Gauges that are asked for at every look; without an answer they are absent, never old."""

ProcessCollector(registry=REGISTRY)
try:
    BUILD.info({"version": version("samverkan")})
except PackageNotFoundError:  # run from its source tree
    BUILD.info({"version": "source"})


def names() -> frozenset[str]:
    """Every name that a query may use."""
    parts = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "info": ("_info",)}
    return frozenset(
        f"{metric.name}{part}" for metric in REGISTRY.collect() for part in parts.get(metric.type, ("",))
    )


def exposition() -> tuple[bytes, str]:
    """All of them as Prometheus reads them, and the content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
