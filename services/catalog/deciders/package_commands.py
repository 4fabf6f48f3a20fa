"""What can be asked of a campaign package, and what the next decision must remember of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.catalog.deciders.details import DetailsWish
from shared.contracts.catalog import PackageDetails, PackageKind
from shared.kernel.ids import CampaignId, EntityId, PackageId, PersonId, RequestId
from shared.kernel.message import Command

PackageTemplate = Literal["mutualizedEmpty", "localEmpty"]
"""An empty package for collaborative campaigns, or one for local campaigns."""
Status = Literal["draft", "pending", "approved", "rejected", "published", "unavailable", "cancelled"]


class DraftPackage(Command):
    """Begin a package. `reference_kind` is what is known of the reference, None where nothing is.

    `unknown` are those of the audience that are no open entities.
    """

    package_id: PackageId
    number: int | None = None
    template: PackageTemplate
    reference_id: CampaignId | None = None
    reference_kind: PackageKind | None = None
    reference_cancelled: bool = False
    wish: DetailsWish
    audience: tuple[EntityId, ...] = ()
    unknown: tuple[EntityId, ...] = ()


class RevisePackageDetails(Command):
    """Change those details that are given; the others stay."""

    package_id: PackageId
    wish: DetailsWish


class SetAudience(Command):
    """Let the audience be exactly these entities. `reason` is told to those who are taken out."""

    package_id: PackageId
    entities: tuple[EntityId, ...]
    unknown: tuple[EntityId, ...] = ()
    reason: str


class AttachDocument(Command):
    """Link a file to the package, whose bytes are kept already."""

    package_id: PackageId
    document_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class RemoveDocument(Command):
    """Take a file off the package."""

    package_id: PackageId
    document_id: UUID


class AssignPackage(Command):
    """Let somebody else answer for the package. `suits` tells whether that is an active person of head office."""

    package_id: PackageId
    owner: PersonId
    suits: bool


class SubmitPackage(Command):
    """Hand the package in for approval. `reference_kind` is what is known of its reference now."""

    package_id: PackageId
    reference_kind: PackageKind | None = None


class ApprovePackage(Command):
    """Say yes: head office itself where no reviewer is named, or as a request was answered.

    `submission` is the one that the request asked about; an answer to an older one has no effect.
    `reference_kind` as in SubmitPackage, where head office says yes itself.
    """

    package_id: PackageId
    reference_kind: PackageKind | None = None
    comment: str = ""
    request_id: RequestId | None = None
    submission: int | None = None
    answered_by: str = ""


class RejectPackage(Command):
    """Say no, as a request was answered."""

    package_id: PackageId
    comment: str
    request_id: RequestId
    submission: int
    answered_by: str


class PublishPackage(Command):
    """The start has come, or the approval after it."""

    package_id: PackageId
    edition: int


class CloseRegistration(Command):
    """The registration deadline has come."""

    package_id: PackageId
    edition: int


class ExpirePackage(Command):
    """The end has come."""

    package_id: PackageId
    edition: int


class CancelPackage(Command):
    """Call the package off, and say why."""

    package_id: PackageId
    reason: str


class ReinitialisePackage(Command):
    """Go back to editing, as a new edition."""

    package_id: PackageId
    reason: str


PackageCommand = (
    DraftPackage
    | RevisePackageDetails
    | SetAudience
    | AttachDocument
    | RemoveDocument
    | AssignPackage
    | SubmitPackage
    | ApprovePackage
    | RejectPackage
    | PublishPackage
    | CloseRegistration
    | ExpirePackage
    | CancelPackage
    | ReinitialisePackage
)


@dataclass(frozen=True, slots=True)
class Package:
    """`submission` counts over the life of the package; `closed` is true once registration is.

    `documents` are the fingerprints of its files by document.
    """

    package_id: PackageId
    number: int
    kind: PackageKind
    reference_id: CampaignId
    details: PackageDetails
    owner: str
    edition: int = 1
    status: Status = "draft"
    audience: frozenset[EntityId] = frozenset()
    submission: int = 0
    closed: bool = False
    documents: Mapping[UUID, str] = field(default_factory=dict)
