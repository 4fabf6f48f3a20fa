"""What forum states: who said something about a package, a campaign or an entity, and who follows it. Never what."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.kernel.ids import PersonId
from shared.kernel.message import Event

ForumSubject = Literal["package", "campaign", "entity"]


class ThreadFollowed(Event):
    """Somebody is told of what is written in this thread from now on: who asked for it, and who writes.

    The stream is thread-{derive("thread", subject_id)}; whichever fact comes first begins it.
    """

    thread_id: UUID
    subject: ForumSubject
    subject_id: UUID
    person_id: PersonId
    at: AwareDatetime


class ThreadLeft(Event):
    """Somebody is told no more of what is written in this thread."""

    thread_id: UUID
    person_id: PersonId
    at: AwareDatetime


class MessagePosted(Event):
    """Somebody wrote a message. Its words are kept by forum alone, under the message's id, so that they can be erased.

    `tell` are the followers as they were, without the author and without those who may not read the thread (any more).
    """

    thread_id: UUID
    subject: ForumSubject
    subject_id: UUID
    message_id: UUID
    by: str
    at: AwareDatetime
    tell: tuple[PersonId, ...] = ()


class AttachmentAdded(Event):
    """The author put a file to a message, the only one that it may have. Its bytes and its name go as the words do.

    `size` is in bytes.
    """

    thread_id: UUID
    message_id: UUID
    attachment_id: UUID
    by: str
    at: AwareDatetime
    media_type: str
    size: int


class MessageCorrected(Event):
    """The author put other words in the place of the message's. `revision` counts from 1; the old words are gone."""

    thread_id: UUID
    message_id: UUID
    revision: int
    by: str
    at: AwareDatetime


class MessageWithdrawn(Event):
    """The message's words are gone; that there was one stays. `by` is `forum` where the author was erased."""

    thread_id: UUID
    message_id: UUID
    by: str
    at: AwareDatetime


ThreadEvent = (
    ThreadFollowed | ThreadLeft | MessagePosted | AttachmentAdded | MessageCorrected | MessageWithdrawn
)

STREAMS = {"thread": ("forum.threads", ThreadEvent)}
