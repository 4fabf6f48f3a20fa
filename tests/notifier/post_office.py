"""A real SMTP server, and mails as those who get them see them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.cluster.servers import free_port


@dataclass
class Office:
    """Takes mails, but first answers with `refusals`: to the recipient, or to the mail itself."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refusals: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, name: str) -> list[EmailMessage]:
        """What <name>@example.test got."""
        wanted = f"{name}@example.test"
        return [mail for mail, to in zip(self.mails, self.recipients, strict=True) if to == wanted]

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if refusal := self._refusal("recipient"):
            return refusal.format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        if refusal := self._refusal("mail"):
            return refusal
        content: Any = envelope.content
        self.mails.append(message_from_bytes(content, policy=default))
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    def _refusal(self, where: str) -> str:
        if self.refusals and self.refusals[0][0] == where:
            return self.refusals.pop(0)[1]
        return ""


@contextmanager
def post_office(port: int = 0) -> Iterator[Office]:
    """Open on a free port of this machine, or on one that was free."""
    office = Office(port or free_port())
    server = Controller(office, hostname="127.0.0.1", port=office.port)
    server.start()
    try:
        yield office
    finally:
        server.stop()


def part(mail: EmailMessage, kind: str) -> str:
    """`plain` or `html` of a mail."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
