"""Names for ids, so that an order's id cannot be passed where a package's is wanted."""

from typing import NewType
from uuid import NAMESPACE_URL, UUID

from uuid_utils.compat import uuid5, uuid7

PersonId = NewType("PersonId", UUID)
EntityId = NewType("EntityId", UUID)
PackageId = NewType("PackageId", UUID)
OrderId = NewType("OrderId", UUID)
RequestId = NewType("RequestId", UUID)
CampaignId = NewType("CampaignId", UUID)
NoticeId = NewType("NoticeId", UUID)

SAMVERKAN = uuid5(NAMESPACE_URL, "samverkan")


def derive(*parts: object) -> UUID:
    """The id that follows from these parts: the same parts give the same UUIDv5, now and next year.

    Whatever a machine does twice gets the same id twice, and is recognised by arithmetic.
    """
    return uuid5(SAMVERKAN, "\x1f".join(map(str, parts)))


def fresh() -> UUID:
    """A new UUIDv7, for people's doing. Never called below a root or a route."""
    return uuid7()
