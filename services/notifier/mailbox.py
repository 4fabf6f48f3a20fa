"""Where mails stay when no server is set: to be read on a page, addressed to a person's id and nothing else."""

from email import message_from_string
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from typing import Any

from shared.contracts.notifier import NoticeQueued
from shared.database.port import Database
from shared.kernel.moment import stamp

TABLE = """
CREATE TABLE IF NOT EXISTS mailbox (
    notice_id TEXT PRIMARY KEY, person_id TEXT NOT NULL, at TEXT NOT NULL, subject TEXT NOT NULL,
    mail TEXT NOT NULL
)
"""
BY_MOMENT = "CREATE INDEX IF NOT EXISTS mailbox_by_moment ON mailbox (at, notice_id)"
KEEP = """
INSERT INTO mailbox (notice_id, person_id, at, subject, mail) VALUES (:notice_id, :person_id, :at, :subject, :mail)
ON CONFLICT (notice_id) DO NOTHING
"""
ONE = "SELECT * FROM mailbox WHERE notice_id = :notice_id"
LIST = """
SELECT notice_id, person_id, at, subject FROM mailbox WHERE (:before = '' OR at || notice_id < :before)
ORDER BY at DESC, notice_id DESC LIMIT :limit
"""


class Mailbox:
    """Keeps mails in a table. The address they would have gone to is dropped here. See Mailer."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def hand_over(self, mail: EmailMessage, to: Address, notice: NoticeQueued) -> None:
        """See Mailer. The same mail again is the same row. Of what is attached only the name stays.

        Its bytes stand where they came from, and here they would be kept once more for every reader.
        """
        del to
        for attached in mail.iter_attachments():
            attached.set_payload("")
        mail["To"] = str(notice.person_id)
        await self._db.write(
            KEEP,
            {
                "notice_id": str(notice.notice_id),
                "person_id": str(notice.person_id),
                "at": stamp(notice.at),
                "subject": mail["Subject"],
                "mail": mail.as_string(),
            },
        )


def parts(mail: str) -> dict[str, Any]:
    """Subject, text, HTML and the names of what was attached, of a kept mail, as its reader would see them."""
    message = message_from_string(mail, policy=default)
    bodies = {"text": message.get_body(("plain",)), "html": message.get_body(("html",))}
    shown = {name: body.get_content() if body else "" for name, body in bodies.items()}
    attached = [one.get_filename() for one in message.iter_attachments()]
    return {"subject": str(message["Subject"]), "attached": attached, **shown}
