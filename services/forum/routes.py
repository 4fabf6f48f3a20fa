"""HTTP ↔ forums: one for each package, campaign and entity, under the id of what it is about."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response, UploadFile
from pydantic import AwareDatetime, ConfigDict, StringConstraints
from typing_extensions import TypedDict

from services.forum.deciders.thread import (
    AddAttachment,
    CorrectMessage,
    FollowThread,
    LeaveThread,
    PostMessage,
    WithdrawMessage,
    thread_id_of,
)
from services.forum.projections import contents, messages, readers
from shared.contracts.forum import ForumSubject, MessageCorrected
from shared.kernel.decider import Refused
from shared.kernel.ids import PersonId, derive
from shared.kernel.message import Actor
from shared.kernel.projection import Row
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, acts, allow
from shared.web.desk import Body, Nothing, StrictRoute, answer, desk_of, fresh_enough, shown
from shared.web.documents import DOWNLOAD, WELCOME, cleaned, download, received, sniffed
from shared.web.lists import Listing, Paging, listed
from shared.web.problems import documented

router = APIRouter(prefix="/forums/{subject_id}", tags=["forums"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("forum"))]
Reader = Annotated[Caller, Depends(allow("central", "local", "admin"))]
Writer = Annotated[Caller, Depends(acts("central", "local", "admin"))]
PROBLEMS = documented(400, 401, 403, 404, 409, 422)
ATTACHING = documented(400, 401, 403, 404, 409, 413, 422)
MESSAGES = Listing(
    "messages",
    (
        *("number", "posted_at", "posted_by", "text", "revision", "corrected_at", "withdrawn_by"),
        *("withdrawn_at", "attachment", "media_type", "size", "message_id"),
    ),
    {"number": 2**62},
)


class Message(Body):
    """What somebody says. It is kept apart from everything else, and goes when it is withdrawn."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Which picture do you use in May?"}]})

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ForumMessage(TypedDict):
    """What somebody said; without its words and its file once it was withdrawn.

    `number` orders the messages of a forum and leaves gaps. `attachment` is the name of the file, `size` in bytes.
    """

    message_id: UUID
    number: int
    posted_by: str
    posted_at: AwareDatetime
    revision: int
    corrected_at: AwareDatetime | None
    withdrawn_by: str | None
    withdrawn_at: AwareDatetime | None
    text: str | None
    attachment: str | None
    media_type: str | None
    size: int | None


class ForumHead(TypedDict):
    """What a forum is about, how many follow it, and whether the caller does."""

    subject: ForumSubject
    subject_id: UUID
    thread_id: UUID
    followers: int
    following: bool


class Forum(ForumHead):
    """A forum with some of its messages, and the cursor that asks for what comes after them."""

    items: list[ForumMessage]
    next: str | None


@router.get("", response_model=Forum, responses=documented(400, 401, 403, 404, 422))
async def show_forum(
    request: Request,
    subject_id: UUID,
    here: Here,
    caller: Reader,
    paging: Annotated[Paging, Depends()],
) -> Response:
    """What is said about this package, campaign or entity, newest first; and whether the caller follows it."""
    await fresh_enough(request, here)
    head = await _head(here, caller.actor, subject_id)
    thread = {"thread_id": head["thread_id"]}
    return await listed(
        MESSAGES,
        paging,
        lambda last, most: here.rows(messages.LIST, {**thread, "before": last[0], "limit": most}),
        head=head,
    )


@router.post("/messages", status_code=201, response_model=ForumMessage, responses=PROBLEMS)
async def post_message(subject_id: UUID, body: Message, here: Here, caller: Writer) -> Response:
    """Say something. Who follows is told by mail that something was said, and so will the author be from now on."""
    head = await _head(here, caller.actor, subject_id)
    message_id = derive("message", caller.command_id, caller.asked.digest)
    command = PostMessage(
        **caller.asks(),
        **_place(head),
        message_id=message_id,
        barred=await _barred(here, head),
    )
    await here.db.write(contents.KEPT, {"message_id": str(message_id), "text": body.text})
    outcome = await here.execute(command, caller.asked)
    if isinstance(outcome, Refused):
        await here.db.write(contents.REFUSED, {"message_id": str(message_id)})
    return await answer(here, outcome, partial(_one, here, subject_id, message_id), status=201)


@router.post(
    "/messages/{message_id}/attachment", status_code=201, response_model=ForumMessage, responses=ATTACHING
)
async def attach_file(
    subject_id: UUID, message_id: UUID, file: UploadFile, here: Here, caller: Writer
) -> Response:
    """Put a spreadsheet, text or picture of at most 20 MB to one's own message, which may have one file."""
    head = await _head(here, caller.actor, subject_id)
    content = await received(file)
    attachment_id = derive("attachment", caller.command_id, caller.asked.digest)
    command = AddAttachment(
        **caller.asks(),
        thread_id=head["thread_id"],
        message_id=message_id,
        attachment_id=attachment_id,
        media_type=_kind(content),
        size=len(content),
    )
    place = {"attachment_id": str(attachment_id), "message_id": str(message_id)}
    await here.db.write(contents.ATTACHED, place | {"name": cleaned(file.filename or ""), "content": content})
    outcome = await here.execute(command, caller.asked)
    if isinstance(outcome, Refused):
        await here.db.write(contents.NOT_ATTACHED, place)
    return await answer(here, outcome, partial(_one, here, subject_id, message_id), status=201)


@router.get(
    "/messages/{message_id}/attachment",
    response_class=Response,
    responses=DOWNLOAD | documented(401, 403, 404),
)
async def download_attachment(
    request: Request, subject_id: UUID, message_id: UUID, here: Here, caller: Reader
) -> Response:
    """The bytes as they came, never shown in place."""
    await fresh_enough(request, here)
    head = await _head(here, caller.actor, subject_id)
    place = {"thread_id": head["thread_id"], "message_id": str(message_id)}
    found = await here.one(messages.ATTACHMENT, place)
    if found is None:
        return shown(None)
    return download(found["name"], found["media_type"], bytes(found["content"]))


@router.post("/messages/{message_id}/correct", response_model=ForumMessage, responses=PROBLEMS)
async def correct_message(
    subject_id: UUID, message_id: UUID, body: Message, here: Here, caller: Writer
) -> Response:
    """Put other words in the place of one's own. That it was corrected, and when, is shown; the old words are gone."""
    head = await _head(here, caller.actor, subject_id)
    command = CorrectMessage(**caller.asks(), thread_id=head["thread_id"], message_id=message_id)
    outcome = await here.execute(command, caller.asked)
    if not isinstance(outcome, Refused):
        for event in outcome.events:
            if isinstance(event, MessageCorrected):
                words = {"text": body.text, "revision": event.revision}
                await here.db.write(contents.REWORDED, {"message_id": str(message_id), **words})
    return await answer(here, outcome, partial(_one, here, subject_id, message_id))


@router.post("/messages/{message_id}/withdraw", response_model=ForumMessage, responses=PROBLEMS)
async def withdraw_message(
    subject_id: UUID, message_id: UUID, body: Nothing, here: Here, caller: Writer
) -> Response:
    """Take a message back: its author's own, for head office anybody's. The words go; that it was there stays."""
    del body
    head = await _head(here, caller.actor, subject_id)
    command = WithdrawMessage(**caller.asks(), thread_id=head["thread_id"], message_id=message_id)
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_one, here, subject_id, message_id))


@router.post("/follow", response_model=ForumHead, responses=PROBLEMS)
async def follow_forum(subject_id: UUID, body: Nothing, here: Here, caller: Writer) -> Response:
    """Be told by mail of every new message."""
    del body
    head = await _head(here, caller.actor, subject_id)
    return await _obeyed(here, caller, subject_id, FollowThread(**caller.asks(), **_place(head)))


@router.post("/leave", response_model=ForumHead, responses=PROBLEMS)
async def leave_forum(subject_id: UUID, body: Nothing, here: Here, caller: Writer) -> Response:
    """Be told no more."""
    del body
    head = await _head(here, caller.actor, subject_id)
    return await _obeyed(here, caller, subject_id, LeaveThread(**caller.asks(), thread_id=head["thread_id"]))


async def _obeyed(
    here: Desk, caller: Caller, subject_id: UUID, command: FollowThread | LeaveThread
) -> Response:
    outcome = await here.execute(command, caller.asked)
    return await answer(here, outcome, partial(_head, here, caller.actor, subject_id))


async def _head(here: Desk, actor: Actor, subject_id: UUID) -> dict[str, Any]:
    """The forum without its messages; Stop with 404 where there is none that this actor may read."""
    eyes = {"central": int(actor.is_central), "entity_id": str(actor.entity_id or "")}
    about = await here.one(readers.READABLE, {"subject_id": str(subject_id)} | eyes)
    if about is None:
        raise Stop(Refused("request.no-such-thing", "missing"), 404)
    thread_id = thread_id_of(subject_id)
    place = {"thread_id": str(thread_id), "person_id": actor.id}
    (found,) = await here.rows(messages.FOLLOWING, place)
    return {
        "subject": about["subject"],
        "subject_id": str(subject_id),
        "thread_id": str(thread_id),
        "followers": found["followers"],
        "following": bool(found["mine"]),
    }


def _place(head: dict[str, Any]) -> dict[str, Any]:
    return {name: head[name] for name in ("subject", "subject_id", "thread_id")}


async def _barred(here: Desk, head: dict[str, Any]) -> frozenset[PersonId]:
    found = await here.rows(readers.BARRED, {name: head[name] for name in ("subject_id", "thread_id")})
    return frozenset(PersonId(UUID(row["person_id"])) for row in found)


async def _one(here: Desk, subject_id: UUID, message_id: UUID) -> Row | None:
    place = {"thread_id": str(thread_id_of(subject_id)), "message_id": str(message_id)}
    return await here.one(messages.ONE, place)


def _kind(content: bytes) -> str:
    if not content:
        raise Stop(Refused("message.attachment-empty", "invalid", field="file"), 422)
    if media_type := sniffed(content):
        return media_type
    facts = {"known": ", ".join(sorted(WELCOME))}
    raise Stop(Refused("message.attachment-kind", "invalid", field="file", facts=facts), 422)
