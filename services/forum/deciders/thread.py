"""One thread about one thing: who may change which message, and who is told of a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never
from uuid import UUID

from shared.contracts.forum import (
    AttachmentAdded,
    ForumSubject,
    MessageCorrected,
    MessagePosted,
    MessageWithdrawn,
    ThreadEvent,
    ThreadFollowed,
    ThreadLeft,
)
from shared.kernel.decider import Decider, Refused
from shared.kernel.ids import PersonId, derive
from shared.kernel.message import Actor, Command


class PostMessage(Command):
    """Say something. `barred` are followers who may not read this thread (any more), as far as is known."""

    thread_id: UUID
    subject: ForumSubject
    subject_id: UUID
    message_id: UUID
    barred: frozenset[PersonId] = frozenset()


class AddAttachment(Command):
    """Put a file to one's own message."""

    thread_id: UUID
    message_id: UUID
    attachment_id: UUID
    media_type: str
    size: int


class CorrectMessage(Command):
    """Put other words in the place of one's own."""

    thread_id: UUID
    message_id: UUID


class WithdrawMessage(Command):
    """Take a message back."""

    thread_id: UUID
    message_id: UUID


class FollowThread(Command):
    """Be told of what is written."""

    thread_id: UUID
    subject: ForumSubject
    subject_id: UUID


class LeaveThread(Command):
    """Be told no more."""

    thread_id: UUID


Change = AddAttachment | CorrectMessage | WithdrawMessage
ThreadCommand = PostMessage | Change | FollowThread | LeaveThread


@dataclass(frozen=True, slots=True)
class Message:
    by: str
    revision: int = 0
    withdrawn: bool = False
    has_attachment: bool = False


@dataclass(frozen=True, slots=True)
class Thread:  # what the next decision must remember
    followers: frozenset[PersonId] = frozenset()
    messages: Mapping[UUID, Message] = field(default_factory=dict)


def thread_id_of(subject_id: UUID) -> UUID:
    """The thread about this package, campaign or entity: there is exactly one."""
    return derive("thread", subject_id)


def decide(command: ThreadCommand, thread: Thread) -> Sequence[ThreadEvent] | Refused:
    """Whoever may read may write; what was written is its author's."""
    match command:
        case PostMessage():
            return [*_follow(command, thread), _posted(command, thread)]
        case FollowThread():
            return _follow(command, thread)
        case LeaveThread():
            person_id = _person(command.by)
            left = ThreadLeft(thread_id=command.thread_id, person_id=person_id, at=command.at)
            return [left] if person_id in thread.followers else []
        case AddAttachment() | CorrectMessage() | WithdrawMessage():
            message = thread.messages.get(command.message_id)
            return Refused("message.unknown", "missing") if message is None else _change(command, message)
    assert_never(command)


def _posted(command: PostMessage, thread: Thread) -> MessagePosted:
    told = thread.followers - command.barred - {_person(command.by)}
    return MessagePosted(
        **_place(command),
        message_id=command.message_id,
        by=command.by.id,
        at=command.at,
        tell=tuple(sorted(told)),
    )


def _follow(command: PostMessage | FollowThread, thread: Thread) -> list[ThreadEvent]:
    """Who writes wants to hear the answer."""
    person_id = _person(command.by)
    if person_id in thread.followers:
        return []
    return [ThreadFollowed(**_place(command), person_id=person_id, at=command.at)]


def _change(
    command: Change, message: Message
) -> Sequence[AttachmentAdded | MessageCorrected | MessageWithdrawn] | Refused:
    """Only the author puts words into the author's mouth; head office may take any message away."""
    by, own = command.by, command.by.id == message.by
    if not own and not (isinstance(command, WithdrawMessage) and (by.is_central or by.is_machine)):
        return Refused("message.anothers", "forbidden")
    fields = command.model_dump(exclude={"id", "by"}) | {"by": by.id}
    match command:
        case WithdrawMessage():
            return [] if message.withdrawn else [MessageWithdrawn(**fields)]
        case _ if message.withdrawn:
            return Refused("message.withdrawn", "conflict")
        case CorrectMessage():
            return [MessageCorrected(**fields, revision=message.revision + 1)]
        case AddAttachment() if message.has_attachment:
            return Refused("message.has-attachment", "conflict", field="file")
        case AddAttachment():
            return [AttachmentAdded(**fields)]
    assert_never(command)


def _place(command: PostMessage | FollowThread) -> dict[str, object]:
    return command.model_dump(include={"thread_id", "subject", "subject_id"})


def _person(actor: Actor) -> PersonId:
    return PersonId(UUID(actor.id))


def evolve(thread: Thread, event: ThreadEvent) -> Thread:
    """What a fact does to what we remember."""
    match event:
        case ThreadFollowed():
            return replace(thread, followers=thread.followers | {event.person_id})
        case ThreadLeft():
            return replace(thread, followers=thread.followers - {event.person_id})
        case MessagePosted():
            return replace(thread, messages={**thread.messages, event.message_id: Message(event.by)})
        case AttachmentAdded():
            message = replace(thread.messages[event.message_id], has_attachment=True)
            return replace(thread, messages={**thread.messages, event.message_id: message})
        case MessageCorrected():
            message = replace(thread.messages[event.message_id], revision=event.revision)
            return replace(thread, messages={**thread.messages, event.message_id: message})
        case MessageWithdrawn():
            message = replace(thread.messages[event.message_id], withdrawn=True)
            return replace(thread, messages={**thread.messages, event.message_id: message})
    assert_never(event)


THREAD: Decider[Thread, ThreadCommand, ThreadEvent] = Decider(
    category="thread",
    initial=Thread(),
    decide=decide,
    evolve=evolve,
    key=lambda command: command.thread_id,
    commands=(PostMessage, AddAttachment, CorrectMessage, WithdrawMessage, FollowThread, LeaveThread),
)
