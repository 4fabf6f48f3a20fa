"""Mails over SMTP: one connection per mail, TLS where the server offers it."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, send

from services.notifier.post import NotHandedOver
from shared.contracts.notifier import NoticeQueued

TIMEOUT_SECONDS = 10.0
REFUSED_FOR_GOOD = 500
PORTS = {"smtp": 25, "smtps": 465}


class SmtpMailer:
    """Hands mails to the server of `smtp://user:password@host:port` or `smtps://…`. See Mailer."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("SAMVERKAN_SMTP_URL must be smtp://host:port or smtps://host:port")
        self._sender, self._host = parseaddr(sender)[1], parts.hostname
        self._port, self._tls = parts.port or PORTS[parts.scheme], parts.scheme == "smtps"
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None

    async def hand_over(self, mail: EmailMessage, to: Address, notice: NoticeQueued) -> None:
        """See Mailer. What the server says is not repeated, since it may name the person."""
        del notice
        mail["To"] = to
        try:
            await send(
                mail,
                sender=self._sender,
                recipients=[to.addr_spec],
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                timeout=TIMEOUT_SECONDS,
            )
        except SMTPRecipientsRefused as error:
            code = max((refused.code for refused in error.recipients), default=0)
            raise NotHandedOver(f"refused {code}", final=code >= REFUSED_FOR_GOOD) from error
        except SMTPResponseException as error:
            raise NotHandedOver(f"{type(error).__name__} {error.code}") from error
        except (SMTPException, OSError, UnicodeError) as error:
            raise NotHandedOver(type(error).__name__) from error
