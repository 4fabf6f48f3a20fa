"""Bytes ↔ events: upcast what is old, then validate. The only place that knows how a fact is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.registry import EVENTS, TOPICS
from shared.contracts.upcasts import UPCASTS, Step
from shared.kernel.ids import derive, of_text
from shared.kernel.message import Command, Event, NewEvent, Recorded, Stored


class Unreadable(Exception):
    """These bytes are no event that this version of the code knows. Park the stream; never guess."""


def decode(
    type_: str,
    schema: int,
    data: bytes,
    *,
    events: Mapping[str, type[Event]] = EVENTS,
    upcasts: Mapping[tuple[str, int], Step] = UPCASTS,
) -> Event:
    """The event in these bytes, brought up to the newest schema version.

    Raises Unreadable for an unknown name, a version newer than ours, a missing step or a wrong shape.
    """
    known = events.get(type_)
    if known is None:
        raise Unreadable(f"unknown event {type_}")
    try:
        if schema == known.schema_version:
            return known.__pydantic_validator__.validate_json(data)  # type: ignore[no-any-return]
        if schema > known.schema_version:
            raise Unreadable(
                f"{type_} v{schema} is newer than v{known.schema_version}, which this code knows"
            )
        raw: dict[str, Any] = orjson.loads(data)
        for version in range(schema, known.schema_version):
            raw = upcasts[type_, version](raw)
        return known.__pydantic_validator__.validate_python(raw)  # type: ignore[no-any-return]
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # an upcast meets any shape
        raise Unreadable(f"{type_} v{schema}: {type(error).__name__}") from error


def encode(
    event: Event,
    command: Command,
    index: int,
    *,
    digest: str | None = None,
    causation_id: UUID | None = None,
    correlation_id: UUID | None = None,
    trace: str | None = None,
) -> NewEvent:
    """The `index`-th event that a command caused, ready for a store. Its id follows from the command's."""
    meta = {
        "at": command.at,
        "by": command.by.id,
        "command": command.id,
        "cause": causation_id,
        "correlation": correlation_id or command.id,
        "digest": digest,
    }
    if trace:
        meta["trace"] = trace
    return NewEvent(
        id=derive(command.id, index),
        type=type(event).__name__,
        schema=event.schema_version,
        data=event.__pydantic_serializer__.to_json(event),
        meta=orjson.dumps(meta),
        command_id=command.id,
    )


def digest_of(stored: Stored) -> str | None:
    """The fingerprint of the request that caused this event; None where a machine did."""
    digest: str | None = orjson.loads(stored.meta)["digest"]
    return digest


def moment_of(stored: Stored) -> datetime:
    """When it was stated. Raises Unreadable."""
    try:
        return datetime.fromisoformat(orjson.loads(stored.meta)["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"envelope of {stored.stream}@{stored.version}: {type(error).__name__}") from error


def trace_of(stored: Stored) -> str | None:
    """The traceparent of what stated it; None where that was not traced."""
    if b'"trace"' not in stored.meta:
        return None
    found: str | None = orjson.loads(stored.meta).get("trace")
    return found


def read(stored: Stored) -> Recorded:
    """A stored row as a typed fact with its envelope. Raises Unreadable."""
    if stored.version < 0:  # a bus had this where a fact should be; in place of an envelope it says why
        raise Unreadable(stored.meta.decode(errors="replace"))
    event = decode(stored.type, stored.schema, stored.data)
    try:
        meta = orjson.loads(stored.meta)
        cause, correlation = meta["cause"], meta["correlation"]
        return Recorded(
            id=stored.id,
            stream=stored.stream,
            version=stored.version,
            position=stored.position,
            event=event,
            recorded_at=datetime.fromisoformat(meta["at"]),
            actor=meta["by"],
            command_id=stored.command_id,
            # Most facts follow at once from their command: then the id stands there already, parsed.
            correlation_id=stored.command_id if correlation == meta.get("command") else of_text(correlation),
            causation_id=of_text(cause) if cause else None,
            trace=meta.get("trace"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"envelope of {stored.stream}@{stored.version}: {type(error).__name__}") from error


def is_unknown(stored: Stored) -> bool:
    """True for an event that this code has no class for, in no version: nothing here can ask for it.

    What is no fact at all has no version in its stream, and is not meant.
    """
    return stored.version >= 0 and stored.type not in EVENTS


def topic_of(stored: Stored) -> str | None:
    """`ordering.orders` for an event of `order-0197…`; None for a stream that this version does not know."""
    return TOPICS.get(stored.category)
