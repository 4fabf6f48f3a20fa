"""What the notifier does to the world outside."""

from collections.abc import Sequence

from services.notifier.enclosures import ContentOf, Enclosures
from services.notifier.letters import Letters
from services.notifier.mailbox import Mailbox
from services.notifier.post import AddressOf, Post, mails
from services.notifier.smtp import SmtpMailer
from shared.runtime.host import Desk
from shared.runtime.service import Effect
from shared.settings import Settings
from shared.web.decision_tokens import decision_tokens_of


def post_of(settings: Settings, desk: Desk, address_of: AddressOf, content_of: ContentOf) -> Sequence[Effect]:
    """Mails, to the server of the settings or into the mailbox of this desk."""
    url = settings.smtp_url.get_secret_value()
    mailer = SmtpMailer(url, settings.mail_from) if url else Mailbox(desk.db)
    # The mailbox lies open to everybody, so that its letters must hold nothing that lets one decide.
    decisions = decision_tokens_of(settings) if url else None
    letters = Letters(settings.address, settings.time_zone, decisions)
    enclosures = Enclosures(desk.rows, content_of)
    return (mails(Post(desk.store, letters, mailer, address_of, desk.now, settings.mail_from, enclosures)),)
