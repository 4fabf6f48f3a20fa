"""The way of a notice out of the house: look the address up, build the mail, hand it over, say how it went.

A crash between handing over and NoticeSent hides that the mail went: then it goes again with the same
Message-ID, by which mail programs recognise it. Nothing else repeats a mail: whatever is heard twice finds
NoticeSent in the notice's own stream, and nothing is sent.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol, cast

from services.notifier.deciders.notice import NOTICE, MarkFailed, MarkSent, Notice
from services.notifier.enclosures import Enclosures, enclose
from services.notifier.letters import Letter, Letters, one_line
from shared import codec
from shared.contracts.notifier import NoticeQueued
from shared.kernel.ids import NoticeId, PersonId, derive
from shared.kernel.message import Actor, Command, Recorded
from shared.runtime.service import Effect
from shared.store.port import EventStore
from shared.telemetry.metrics import NOTICES
from shared.telemetry.traces import step

POST = Actor(id="notifier")
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long to wait after the first failure, the second, and so on; then it is given up."""

AddressOf = Callable[[PersonId], Awaitable[tuple[str, str] | None]]
"""Name and mail address of a person at this moment; None for whom we have none (any more)."""


class NotHandedOver(Exception):
    """The post did not take the mail. The text names no person; `final` says that trying again is no use."""

    def __init__(self, error: str, *, final: bool = False) -> None:
        super().__init__(error)
        self.error, self.final = error, final


class Mailer(Protocol):
    """Takes a mail that has everything but its To."""

    async def hand_over(self, mail: EmailMessage, to: Address, notice: NoticeQueued) -> None:
        """Return once it was taken. Raises NotHandedOver."""


class Post:
    """Sends what is due. `sender` is a mail address, perhaps with a name before it."""

    def __init__(
        self,
        store: EventStore,
        letters: Letters,
        mailer: Mailer,
        address_of: AddressOf,
        now: Callable[[], datetime],
        sender: str,
        enclosures: Enclosures,
    ) -> None:
        self._enclosures = enclosures
        self._store, self._letters, self._mailer = store, letters, mailer
        self._address_of, self._now, self._sender = address_of, now, sender

    async def perform(self, recorded: Recorded) -> Iterable[Command]:
        """Send the notice of this fact if it is still to be sent; the command that says how it went."""
        notice, queued = await self._notice(recorded.stream)
        if notice.status != "due":
            return []
        held = [(await self._notice(f"notice-{id_}"))[1] for id_ in queued.facts.get("notices", "").split()]
        enclosed = await self._enclosures.of((queued, *held))
        letter = self._letters.write(queued, held, enclosed)
        mail = compose(letter, queued.notice_id, self._sender, self._now())
        enclose(mail, (queued, *held), enclosed)
        try:
            with step(f"mail {queued.kind}"):
                await self._mailer.hand_over(mail, await self._to(queued.person_id), queued)
        except NotHandedOver as error:
            failure = self._failure(recorded, queued.notice_id, notice, error)
            NOTICES.labels(queued.kind, "failed" if failure.retry_at else "given_up").inc()
            return [failure]
        NOTICES.labels(queued.kind, "sent").inc()
        sent = {"notice_id": queued.notice_id, "message_id": mail["Message-ID"]}
        return [MarkSent(id=derive(recorded.id, "sent"), at=self._now(), by=POST, **sent)]

    async def _notice(self, stream: str) -> tuple[Notice, NoticeQueued]:
        """Where a notice stands, and what it says."""
        facts = [codec.read(stored).event for stored in await self._store.read(stream)]
        return NOTICE.fold(facts), cast(NoticeQueued, facts[0])  # type: ignore[arg-type]

    async def _to(self, person_id: PersonId) -> Address:
        found = await self._address_of(person_id)
        if found is None:
            raise NotHandedOver("no-address", final=True)
        name, email = found
        try:
            return Address(display_name=one_line(name), addr_spec=email)
        except (ValueError, IndexError, MessageError) as error:
            raise NotHandedOver("bad-address", final=True) from error

    def _failure(
        self, recorded: Recorded, notice_id: NoticeId, notice: Notice, error: NotHandedOver
    ) -> MarkFailed:
        now, attempt = self._now(), notice.failures + 1
        gives_up = error.final or attempt > len(RETRY_AFTER)
        return MarkFailed(
            id=derive(recorded.id, "failed"),
            at=now,
            by=POST,
            notice_id=notice_id,
            attempt=attempt,
            error=error.error,
            retry_at=None if gives_up else now + RETRY_AFTER[attempt - 1],
        )


def compose(letter: Letter, notice_id: NoticeId, sender: str, at: datetime) -> EmailMessage:
    """The mail of a letter: text first, HTML as its alternative, deadlines attached. Who hands it over adds To."""
    mail = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    mail["From"] = Address(display_name=name or "Samverkan", addr_spec=address)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{notice_id}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    if letter.calendar:
        published = {"method": "PUBLISH", "charset": "utf-8"}
        mail.add_attachment(
            letter.calendar, maintype="text", subtype="calendar", filename="deadlines.ics", params=published
        )
    return mail


def mails(post: Post) -> Effect:
    """What the root gives to the engine: every notice that is queued, or queued again, goes out."""
    return Effect("notifier.mails", ("notifier.notices",), post.perform)
