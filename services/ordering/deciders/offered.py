"""A package as an ordering entity finds it, and when it can be ordered."""

from datetime import datetime

from shared.contracts.ordering import Offer
from shared.kernel.decider import Refused
from shared.kernel.message import Actor, Value

ON_OFFER = frozenset({"published", "unavailable"})
"""Has been published. Whether its end has come is told by its dates, to the second."""


class Offered(Value):
    """What ordering has heard of a package. `invited`: the entity is in the audience, or everybody is."""

    offer: Offer
    number: int
    label: str
    status: str
    invited: bool = False
    multiple_creation: bool = False


def closed(offered: Offered | None, by: Actor, at: datetime, *, reopened: bool = False) -> Refused | None:
    """Why nothing can be ordered here now, or None. What an entity must not know of does not exist for it.

    For an order that head office has reopened, neither the registration deadline nor the package's end counts.
    """
    if offered is None or not visible(offered, by):
        return Refused("order.package-unknown", "missing")
    facts: dict[str, object] = {"package": f"CAT{offered.number}"}
    if offered.status == "cancelled":
        return Refused("order.package-cancelled", "conflict", facts=facts)
    if offered.status not in ON_OFFER:
        return Refused("order.package-not-open", "conflict", facts=facts)
    if not offered.invited:
        return Refused("order.entity-not-invited", "invalid", field="entity_id", facts=facts)
    if offered.offer.kind == "by_target_approval":
        return Refused("order.none-needed", "conflict", facts=facts)
    return None if reopened else late(offered.offer, at) or _ended(offered.offer, at)


def visible(offered: Offered | None, by: Actor) -> bool:
    """Whether this package exists for who asks: head office sees all, an entity what it was offered."""
    if offered is None:
        return False
    return by.is_central or (offered.invited and offered.status in ON_OFFER | {"cancelled"})


def late(offer: Offer, at: datetime) -> Refused | None:
    """Refused from the first moment after the registration deadline; at the deadline itself one is in time."""
    deadline = offer.registration_deadline
    if deadline is not None and at > deadline:
        return Refused("order.registration-closed", "conflict", facts={"deadline": deadline})
    return None


def _ended(offer: Offer, at: datetime) -> Refused | None:
    if at > offer.ends_at:
        return Refused("order.package-ended", "conflict", facts={"ended": offer.ends_at})
    return None
