"""Load, decide, append: the only path from a command to a stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar, cast
from uuid import UUID

from shared import codec
from shared.accidents import OutcomeUnknown
from shared.contracts.registry import TOPICS, owner_of
from shared.kernel.decider import Decider, Refused
from shared.kernel.message import Command, Event, NewEvent, Stored, category_of
from shared.store.port import NEW, CommandReused, EventStore, VersionConflict
from shared.telemetry import metrics
from shared.telemetry.traces import traceparent

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Done:
    """The command was obeyed; `version` is what the stream is at now, `replayed` if it already had been."""

    stream: str
    version: int
    events: Sequence[Event]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """How a command came to be: what belongs into the envelope and not into the fact.

    `digest` is the fingerprint of a person's request, so that the same key with other content is refused.
    `if_version` is the version that the person saw. Causation and correlation lead back to the first click.
    """

    digest: str | None = None
    if_version: int | None = None
    causation_id: UUID | None = None
    correlation_id: UUID | None = None


async def execute(
    store: EventStore, decider: Decider[S, C, E], command: C, asked: Asked = Asked()
) -> Done | Refused:
    """Load, decide, append. A lost race is decided again; a repeated command gets its first answer.

    Raises VersionConflict when the race was lost ATTEMPTS times, OutcomeUnknown and Unavailable from the store.
    """
    stream = decider.stream_of(command)
    for attempt in range(1, ATTEMPTS + 1):
        history = await store.read(stream)
        if earlier := [stored for stored in history if stored.command_id == command.id]:
            return _first_answer(stream, earlier, asked)
        version = history[-1].version if history else NEW
        if decider.numbered and not history:
            command = await _numbered(store, decider.category, command)
        decision = decider.decide(command, decider.fold(cast("E", _event(stored)) for stored in history))
        if asked.if_version not in {None, version} and history and not _barred(decision):
            return Refused("request.stale", "stale", facts={"version": version, "seen": asked.if_version})
        if isinstance(decision, Refused):
            return decision
        if not decision:
            return Done(stream, version, [])
        try:
            last = await _append(store, stream, version, _encoded(decision, command, asked))
            return Done(stream, last, decision)
        except CommandReused:
            return Refused("request.key-reused", "invalid", field="Idempotency-Key")
        except VersionConflict:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _barred(decision: Sequence[E] | Refused) -> bool:
    """Whether this is not the asker's to see or to do: then neither is which version it is at."""
    return isinstance(decision, Refused) and decision.kind in {"missing", "forbidden"}


def _first_answer(stream: str, earlier: Sequence[Stored], asked: Asked) -> Done | Refused:
    if asked.digest != codec.digest_of(earlier[0]):
        return Refused("request.key-reused", "invalid", field="Idempotency-Key")
    return Done(stream, earlier[-1].version, [_event(stored) for stored in earlier], replayed=True)


async def _numbered(store: EventStore, category: str, command: C) -> C:
    """Draw the number only when a stream begins, so that repeats draw none."""
    if getattr(command, "number", None) is not None or "number" not in type(command).model_fields:
        return command
    return command.model_copy(update={"number": await store.number(category)})


async def _append(store: EventStore, stream: str, version: int, new: Sequence[NewEvent]) -> int:
    """Append; where the store cannot tell, the very same events are sent once more and find themselves."""
    began = perf_counter()
    try:
        last = await store.append(stream, version, new)
    except OutcomeUnknown:
        last = await store.append(stream, version, new)
    service = owner_of(TOPICS.get(category_of(stream), category_of(stream)))
    metrics.APPEND_SECONDS.labels(service).observe(perf_counter() - began)
    metrics.EVENTS_APPENDED.labels(service).inc(len(new))
    return last


def _encoded(decision: Sequence[Event], command: Command, asked: Asked) -> list[NewEvent]:
    trace = traceparent()
    return [
        codec.encode(
            event,
            command,
            index,
            digest=asked.digest,
            causation_id=asked.causation_id,
            correlation_id=asked.correlation_id,
            trace=trace,
        )
        for index, event in enumerate(decision)
    ]


def _event(stored: Stored) -> Event:
    return codec.decode(stored.type, stored.schema, stored.data)
