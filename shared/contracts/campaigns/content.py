"""The content of an entity's campaign on its way to its reviewers and back."""

from pydantic import AwareDatetime

from shared.contracts.ordering import OnBehalfOf, Values
from shared.kernel.ids import CampaignId, EntityId, OrderId, PackageId, PersonId, RequestId
from shared.kernel.message import Event


class ContentSubmitted(Event):
    """The content of an entity's campaign was handed in; its reviewers may answer from now on.

    `version` counts from 1 and grows when the content is handed in again: after a refusal, or after LocalChangeMade,
    which takes back what was handed in before it. `values` are all that count in the campaign. `reviewers` are those
    named in the order, beside whom the entity's own group of campaign reviewers is asked. `authors` are those who
    changed the values since the campaign was created; `by` is `campaigns` where the package starts the run itself.
    """

    campaign_id: CampaignId
    package_id: PackageId
    entity_id: EntityId
    order_id: OrderId
    label: str
    values: Values = {}
    reviewers: tuple[PersonId, ...] = ()
    authors: tuple[str, ...] = ()
    version: int
    by: str
    at: AwareDatetime
    on_behalf_of: OnBehalfOf = None


class ContentApproved(Event):
    """The reviewers said yes to this version of the content; the campaign may start with it.

    `by` is `silence` where nobody answered and the terms say that this approves.
    """

    campaign_id: CampaignId
    package_id: PackageId
    entity_id: EntityId
    order_id: OrderId
    version: int
    by: str
    at: AwareDatetime
    comment: str = ""
    request_id: RequestId | None = None


class ContentRefused(Event):
    """A reviewer, or `silence`, said no to this version of the content; the entity may hand it in again."""

    campaign_id: CampaignId
    package_id: PackageId
    entity_id: EntityId
    order_id: OrderId
    version: int
    by: str
    at: AwareDatetime
    comment: str
    request_id: RequestId | None = None


ContentEvent = ContentSubmitted | ContentApproved | ContentRefused
