"""Facts, wishes, and the envelope in which a store keeps a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, Literal, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.kernel.ids import EntityId

Role = Literal["central", "local", "admin"]


class Value(BaseModel):
    """A part of a message. Tolerant when read, so that an older reader lives beside a newer writer.

    NaN and infinity are refused: JSON has no word for them, and what was stored could not be read again. What is
    written has every field.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


class Event(Value):
    """A fact, in the past tense. It is never changed; its meaning changes only by a new schema version."""

    schema_version: ClassVar[int] = 1


class Actor(Value):
    """Who asks: a person by id with what the token says of them, or a service by name with no roles."""

    id: str
    roles: frozenset[Role] = frozenset()
    entity_id: EntityId | None = None

    @property
    def is_central(self) -> bool:
        """Head office, or an administrator, who may do what head office does."""
        return bool(self.roles & {"central", "admin"})

    @property
    def is_machine(self) -> bool:
        """A service speaking to itself: its reaction or its timer."""
        return not self.roles

    def sees(self, entity_id: EntityId | None) -> bool:
        """True if what belongs to `entity_id` exists at all for this actor."""
        return self.is_machine or self.is_central or (entity_id is not None and self.entity_id == entity_id)

    def on_behalf_of(self, entity_id: EntityId | None) -> EntityId | None:
        """The entity, where head office acts for it: the mark that a journal shows beside who did it."""
        return entity_id if self.is_central and self.entity_id != entity_id else None


class Command(BaseModel):
    """A wish, in the imperative. Carries its id, the moment it counts for, and who asks."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: UUID
    at: AwareDatetime
    by: Actor


class NewEvent(NamedTuple):
    """A fact on its way into a store: already bytes, because what is hashed must be what is stored."""

    id: UUID
    type: str
    schema: int
    data: bytes
    meta: bytes
    command_id: UUID


class Stored(NamedTuple):
    """One row of a store or one message of a bus, not yet decoded: reading it cannot fail.

    `version` counts within the stream from 0; `position` counts over the whole store and may have gaps.
    """

    position: int
    stream: str
    version: int
    id: UUID
    type: str
    schema: int
    data: bytes
    meta: bytes
    command_id: UUID

    @property
    def category(self) -> str:
        """`order` for the stream `order-0197…`."""
        return category_of(self.stream)


def category_of(stream: str) -> str:
    """`order` for the stream `order-0197…`."""
    return stream.split("-", 1)[0]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact read back, with the envelope that says when, who and because of what."""

    id: UUID
    stream: str
    version: int
    position: int
    event: Event
    recorded_at: datetime
    actor: str
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    trace: str | None = None
    """The W3C traceparent of what stated it, where that was traced."""


Params = Mapping[str, object]
NO_PARAMS: Params = MappingProxyType({})
