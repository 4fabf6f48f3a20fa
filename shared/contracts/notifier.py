"""What notifier states: who is told what, and whether it got there."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.catalog import Language
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Event, Value

NoticeKind = Literal[
    "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "package-rejected", "overdue", "order-cancelled",
    "order-approved", "unsubscribed", "deadline-passed", "digest", "N14", "N15",
    "content-approved", "content-refused", "question-asked", "question-answered",
    "order-reopened", "deputy-named", "deputy-dismissed", "edition-rejected",
]  # fmt: skip


class NoticeDocument(Value):
    """A document of the package that a notice is about, as it was linked then. `size` is in bytes."""

    document_id: UUID
    name: str
    media_type: str
    size: int


class NoticeQueued(Event):
    """One person is to be told one thing once. Version 0 of notice-{derive(event, person, kind)}.

    `facts` are what the text is made of: labels, numbers, moments (RFC 3339) and comments, never a person's
    name or address. `about` are ids by noun (`package`, `order`, `campaign`, `request`, `person`).
    """

    notice_id: NoticeId
    kind: NoticeKind
    person_id: PersonId
    language: Language
    because_of: UUID
    about: dict[str, UUID] = {}
    facts: dict[str, str] = {}
    at: AwareDatetime
    time_zone: str = ""
    """An IANA name: where the person reads of moments; empty for the installation's own."""
    held_until: AwareDatetime | None = None
    """Kept back until then, to go out in a digest with others; none for what goes out at once."""
    by_mail: bool = True
    """False for what the person does not want as a mail: it is there to read, and never sent."""
    documents: tuple[NoticeDocument, ...] = ()
    """What travels with it, of the package that it is about; never the bytes."""


class NoticeSent(Event):
    """The mail was handed over. `message_id` is the same however often it was tried."""

    notice_id: NoticeId
    message_id: str
    at: AwareDatetime


class NoticeFailed(Event):
    """Handing over failed. `attempt` counts from 1; without `retry_at` it is given up."""

    notice_id: NoticeId
    attempt: int
    error: str
    at: AwareDatetime
    retry_at: AwareDatetime | None = None


class NoticeRetried(Event):
    """The moment for another attempt came. `attempt` is the one that begins, from 2."""

    notice_id: NoticeId
    attempt: int
    at: AwareDatetime


class NoticeReleased(Event):
    """The digest for which it was kept back had gone already: it goes out alone."""

    notice_id: NoticeId
    at: AwareDatetime


class NoticeCollected(Event):
    """A notice that is kept back joined a digest. `late` means that the digest was closed already.

    `digest_id` follows from the person and the moment at which the digest goes out.
    """

    digest_id: NoticeId
    notice_id: NoticeId
    at: AwareDatetime
    late: bool = False


class DigestClosed(Event):
    """The moment of the digest came: these notices go out in one mail, which is a notice with the same id."""

    digest_id: NoticeId
    person_id: PersonId
    language: Language
    time_zone: str
    notices: tuple[NoticeId, ...]
    at: AwareDatetime


class PreferencesChosen(Event):
    """A person said how they want to be told, all of it; the last one counts.

    Hours are `HH:MM`, empty where there are none: quiet from one to the other, over midnight if need be; everything
    of a day in one mail at `digest_at`. They are shown by clocks in the person's own time zone, or in `time_zone`
    where the person has none.
    """

    person_id: PersonId
    quiet_from: str = ""
    quiet_to: str = ""
    digest_at: str = ""
    not_by_mail: tuple[NoticeKind, ...] = ()
    time_zone: str
    at: AwareDatetime


NoticeEvent = NoticeQueued | NoticeSent | NoticeFailed | NoticeRetried | NoticeReleased
DigestEvent = NoticeCollected | DigestClosed
PreferencesEvent = PreferencesChosen

STREAMS = {
    "notice": ("notifier.notices", NoticeEvent),
    "digest": ("notifier.digests", DigestEvent),
    "preferences": ("notifier.preferences", PreferencesEvent),
}
