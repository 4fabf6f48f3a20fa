"""What somebody is told in one mail after their quiet hours, or at the hour that they chose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from shared.contracts.catalog import Language
from shared.contracts.notifier import DigestClosed, DigestEvent, NoticeCollected
from shared.kernel.decider import Decider
from shared.kernel.ids import NoticeId, PersonId
from shared.kernel.message import Command


class CollectNotice(Command):
    """This notice is to be told in that digest."""

    digest_id: NoticeId
    notice_id: NoticeId


class CloseDigest(Command):
    """The moment of the digest came."""

    digest_id: NoticeId
    person_id: PersonId
    language: Language
    time_zone: str


DigestCommand = CollectNotice | CloseDigest


@dataclass(frozen=True, slots=True)
class Digest:  # what the next decision must remember
    notices: tuple[NoticeId, ...] = ()
    closed: bool = False


def decide(command: DigestCommand, digest: Digest) -> Sequence[DigestEvent]:
    """Machines alone ask here: what comes twice changes nothing, what comes too late is said to be late."""
    match command:
        case CollectNotice(digest_id=digest_id, notice_id=notice_id):
            if notice_id in digest.notices:
                return []
            return [
                NoticeCollected(digest_id=digest_id, notice_id=notice_id, at=command.at, late=digest.closed)
            ]
        case CloseDigest():
            if digest.closed or not digest.notices:
                return []
            fields = command.model_dump(exclude={"id", "by"})
            return [DigestClosed(**fields, notices=digest.notices)]
    assert_never(command)


def evolve(digest: Digest, event: DigestEvent) -> Digest:
    """What a fact does to what we remember."""
    match event:
        case NoticeCollected():
            return replace(digest, notices=(*digest.notices, event.notice_id))
        case DigestClosed():
            return replace(digest, closed=True)
    assert_never(event)


DIGEST: Decider[Digest, DigestCommand, DigestEvent] = Decider(
    category="digest",
    initial=Digest(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.digest_id,
    commands=(CollectNotice, CloseDigest),
)
