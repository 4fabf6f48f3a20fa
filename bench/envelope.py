"""Row 14: what it costs to write a fact as bytes and to read it back."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pydantic
import pydantic_core

from bench import material
from bench.measure import SAMVERKAN, Contender, Row, Sample, Size, Target, alternate
from shared import codec
from shared.contracts.catalog import EntityDetailsRevised
from shared.contracts.upcasts import Step
from shared.kernel.ids import EntityId, derive
from shared.kernel.message import Event, Stored

ENCODE, DECODE, READ = "encode", "decode + one upcast", "read with envelope"


class EntityDetailsCorrected(Event):
    """A second version: the label was called `name` in the first."""

    schema_version: ClassVar[int] = 2

    entity_id: EntityId
    label: str
    origin: str = ""
    phone: str = ""
    fax: str = ""


class PydanticEnvelope(pydantic.BaseModel):
    """All of it as one model, as one would write it without this product's codec."""

    id: UUID
    type: str
    schema_: int
    at: datetime
    by: str
    command: UUID
    cause: UUID | None
    correlation: UUID
    digest: str | None
    data: EntityDetailsRevised


def _renamed(raw: dict[str, Any]) -> dict[str, Any]:
    return {"label": raw.pop("name"), **raw}


EVENTS: Mapping[str, type[Event]] = {"EntityDetailsCorrected": EntityDetailsCorrected}
UPCASTS: Mapping[tuple[str, int], Step] = {("EntityDetailsCorrected", 1): _renamed}


def envelope(size: Size, _folder: Path, _runner: asyncio.Runner) -> Row:
    """Encode, decode an old one, read a new one: ours and pydantic's."""
    contenders = [
        Contender(f"{who}, {what}", _turn(work, size.envelopes))
        for who, jobs in (("pydantic", _pydantic()), (SAMVERKAN, _ours()))
        for what, work in jobs.items()
    ]
    clauses = [
        (
            "Samverkan's encode derives the event's id, writes data and envelope and keeps them apart; its read also "
            "makes the envelope's moment and ids. pydantic: one model, model_dump_json and model_validate_json."
        ),
        "decode + one upcast is the event's data alone, for both. pydantic: from_json, the step, model_validate.",
        "Samverkan's codec stands on pydantic itself, so its decode cannot be far from pydantic's.",
        "msgspec is none of the product's dependencies and is not measured.",
    ]
    samples = alternate(contenders, size.rounds)
    return Row(
        14,
        "envelope cost: encode, decode + one upcast, read with envelope",
        "events/s",
        samples,
        [
            Target(f"{SAMVERKAN}, {what}", f"pydantic, {what}", wanted)
            for what, wanted in ((ENCODE, 1.5), (DECODE, 1.5), (READ, 0.0))
        ],
        clauses,
    )


def _turn(work: Callable[[], object], times: int) -> Callable[[], Sample]:
    def turn() -> Sample:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return Sample(times, time.perf_counter() - began)

    return turn


def _ours() -> dict[str, Callable[[], object]]:
    entity_id = material.entity(1)
    event, command = material.revised(entity_id, 7), material.revise(entity_id, 7)
    new = codec.encode(event, command, 0, digest="5f2c" * 16)
    stored = Stored(1, f"entity-{entity_id}", 7, *new)
    old = new.data.replace(b'"label"', b'"name"')
    return {
        ENCODE: lambda: codec.encode(event, command, 0, digest="5f2c" * 16),
        DECODE: lambda: codec.decode("EntityDetailsCorrected", 1, old, events=EVENTS, upcasts=UPCASTS),
        READ: lambda: codec.read(stored),
    }


def _pydantic() -> dict[str, Callable[[], object]]:
    entity_id = material.entity(1)
    event, command = material.revised(entity_id, 7), material.revise(entity_id, 7)

    def enveloped() -> PydanticEnvelope:
        return PydanticEnvelope(
            id=derive(command.id, 0),
            type="EntityDetailsRevised",
            schema_=1,
            at=command.at,
            by=command.by.id,
            command=command.id,
            cause=None,
            correlation=command.id,
            digest="5f2c" * 16,
            data=event,
        )

    new = enveloped().model_dump_json()
    old = event.model_dump_json().replace('"label"', '"name"')

    def upcast() -> EntityDetailsCorrected:
        return EntityDetailsCorrected.model_validate(_renamed(pydantic_core.from_json(old)))

    return {
        ENCODE: lambda: enveloped().model_dump_json(),
        DECODE: upcast,
        READ: lambda: PydanticEnvelope.model_validate_json(new),
    }
