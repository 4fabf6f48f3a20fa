"""Days on which nothing goes out: a part of what catalog states."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from shared.kernel.ids import EntityId
from shared.kernel.message import Event


class BlackoutSet(Event):
    """Nothing is to go out on these days, both included. Always version 0 of blackout-{blackout_id}.

    Head office sets one for everybody (`entity_id` is none) or for one entity, an entity for itself. It is advice to
    those who plan: what overlaps it is shown, and not refused. Days are those of the installation's time zone.
    """

    blackout_id: UUID
    entity_id: EntityId | None = None
    label: str
    starts_on: date
    ends_on: date
    by: str
    at: AwareDatetime


class BlackoutLifted(Event):
    """These days are like others again."""

    blackout_id: UUID
    by: str
    at: AwareDatetime


BlackoutEvent = BlackoutSet | BlackoutLifted
