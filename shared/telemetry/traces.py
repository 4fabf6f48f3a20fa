"""One trace from a request to its last consequence: W3C trace context through HTTP, events and Kafka.

The context travels always, with or without the SDK. Spans are recorded where the extra `otel` is installed and
OTEL_EXPORTER_OTLP_ENDPOINT (or its …_TRACES_… form) says where they go; all other OTEL_ variables have their
standard meaning. Names of attributes are those of the semantic conventions for messaging; they stand only here.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Protocol

from opentelemetry import context, trace
from opentelemetry.trace import Link, SpanContext, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
W3C = TraceContextTextMapPropagator()
MOST_LINKS = 128
"""What the SDK keeps of them by default."""
tracer = trace.get_tracer("samverkan")


class Carrying(Protocol):
    """A request of any HTTP client."""

    @property
    def headers(self) -> MutableMapping[str, str]:
        """What it carries."""


def trace_as_chosen(service: str, environ: Mapping[str, str] = os.environ) -> Callable[[], None]:
    """Record spans if an endpoint is named; what to call before the process ends, so that none is lost.

    Raises LookupError if one is named and the SDK is not installed.
    """
    if not any(environ.get(name) for name in ENDPOINTS) or environ.get("OTEL_SDK_DISABLED") == "true":
        return lambda: None
    if not find_spec("opentelemetry.sdk") or not find_spec("opentelemetry.exporter"):
        raise LookupError(f"{ENDPOINTS[0]} is set, but the extra `otel` is not installed")
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {} if environ.get("OTEL_SERVICE_NAME") else {"service.name": f"samverkan.{service}"}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider.shutdown


def traceparent() -> str | None:
    """The current span as a W3C header, to be kept with what is done in it; None where nothing is traced."""
    carrier: dict[str, str] = {}
    W3C.inject(carrier)
    return carrier.get("traceparent")


async def carry(request: Carrying) -> None:
    """Put the current span into a request that is about to leave; a hook for HTTP clients."""
    W3C.inject(request.headers)


@contextmanager
def continued(parent: str | None, name: str, kind: SpanKind) -> Iterator[None]:
    """A span below `parent`, whoever started that; the first of a new trace where there is none."""
    with (
        _within(W3C.extract({"traceparent": parent} if parent else {}, context.Context())),
        tracer.start_as_current_span(name, kind=kind),
    ):
        yield


@contextmanager
def sending(topic: str, parents: Iterable[str | None]) -> Iterator[None]:
    """A batch on its way to a topic, pointing at what stated its facts. Nothing for facts that nobody traced."""
    links = list(_links(parents))
    if not links:
        yield
        return
    with _messaging("send", SpanKind.PRODUCER, topic, links, {"messaging.system": "kafka"}):
        yield


@contextmanager
def handling(consumer: str, topic: str, parent: str | None, *, again: bool = False) -> Iterator[None]:
    """A consumer's work on one fact: below what stated it, or only pointing there where it is done `again`, later.

    Nothing for a fact that nobody traced.
    """
    links = list(_links([parent]))
    if not links:
        yield
        return
    group = {"messaging.consumer.group.name": consumer}
    before = context.Context() if again else W3C.extract({"traceparent": str(parent)}, context.Context())
    with _within(before), _messaging("process", SpanKind.CONSUMER, topic, links if again else [], group):
        yield


@contextmanager
def step(name: str) -> Iterator[None]:
    """Something done outside, below the current span. Nothing where nothing is traced."""
    if not trace.get_current_span().get_span_context().is_valid:
        yield
        return
    with tracer.start_as_current_span(name, kind=SpanKind.CLIENT):
        yield


@contextmanager
def _messaging(
    operation: str, kind: SpanKind, topic: str, links: list[Link], more: Mapping[str, str]
) -> Iterator[None]:
    attributes = {
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": topic,
        **more,
    }
    name = f"{operation} {topic}"
    with tracer.start_as_current_span(name, kind=kind, links=links[:MOST_LINKS], attributes=attributes):
        yield


@contextmanager
def _within(before: context.Context) -> Iterator[None]:
    token = context.attach(before)
    try:
        yield
    finally:
        context.detach(token)


def _links(parents: Iterable[str | None]) -> Iterator[Link]:
    for parent in dict.fromkeys(filter(None, parents)):
        found = trace.get_current_span(W3C.extract({"traceparent": parent}, context.Context()))
        spoken_of: SpanContext = found.get_span_context()
        if spoken_of.is_valid:
            yield Link(spoken_of)
