"""What is said about a package, a campaign or an entity, in a browser."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from httpx2 import Response as Answered

from services.gateway.routes.pages.files import passed_file, sent_file
from services.gateway.routes.pages.packages import given, query_with
from services.gateway.routes.pages.shell import PageRoute
from services.gateway.routes.pages.visit import Seen, Sent, Visit
from services.gateway.routes.pages.who import names_of, shown_at

router = APIRouter(route_class=PageRoute)
PLACES = {"package": "packages", "campaign": "campaigns", "entity": "entities"}
SOME = 30


@router.get("/forums/{subject_id}")
async def show_forum(
    visit: Seen, subject_id: UUID, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """What is said, newest first, and what whoever looks can say."""
    return await _forum_page(visit, subject_id, cursor=cursor)


async def _forum_page(
    visit: Visit,
    subject_id: UUID,
    problem: Mapping[str, Any] | None = None,
    *,
    text: str = "",
    cursor: str = "",
) -> Response:
    forum = await visit.read(f"/forums/{subject_id}", limit=SOME, **given({"cursor": cursor}))
    people = [one[name] for one in forum["items"] for name in ("posted_by", "withdrawn_by")]
    known = {
        "forum": forum,
        "about": await shown_at(visit, f"/{PLACES[forum['subject']]}/{subject_id}"),
        "names": await names_of(visit, people),
        "text": text,
        "problem": problem,
        "query": query_with({}),
    }
    return visit.page("forum.html", status=problem["status"] if problem else 200, **known)


async def _after(visit: Visit, answered: Answered, subject_id: UUID, done: str, text: str = "") -> Response:
    """The forum once more: what was done is said, or what was wrong, with the words that were not taken."""
    if answered.is_error:
        return await _forum_page(visit, subject_id, answered.json(), text=text)
    return visit.after(answered, f"/forums/{subject_id}", done)


@router.post("/forums/{subject_id}/messages")
async def post_message(visit: Seen, form: Sent, subject_id: UUID) -> Response:
    """Say something."""
    text = str(form.get("text", ""))
    answered = await visit.send("POST", f"/forums/{subject_id}/messages", form, {"text": text})
    return await _after(visit, answered, subject_id, "said", text)


@router.get("/forums/{subject_id}/messages/{message_id}/attachment")
async def show_attachment(visit: Seen, subject_id: UUID, message_id: UUID) -> Response:
    """The file of a message."""
    return await passed_file(visit, f"/forums/{subject_id}/messages/{message_id}/attachment")


@router.post("/forums/{subject_id}/messages/{message_id}/attachment")
async def attach_file(visit: Seen, form: Sent, subject_id: UUID, message_id: UUID) -> Response:
    """Put a file to one's own message."""
    answered = await sent_file(visit, f"/forums/{subject_id}/messages/{message_id}/attachment", form)
    return await _after(visit, answered, subject_id, "saved")


@router.post("/forums/{subject_id}/messages/{message_id}/correct")
async def correct_message(visit: Seen, form: Sent, subject_id: UUID, message_id: UUID) -> Response:
    """Put other words in the place of one's own."""
    path = f"/forums/{subject_id}/messages/{message_id}/correct"
    answered = await visit.send("POST", path, form, {"text": str(form.get("text", ""))})
    return await _after(visit, answered, subject_id, "saved")


@router.post("/forums/{subject_id}/messages/{message_id}/withdraw")
async def withdraw_message(visit: Seen, form: Sent, subject_id: UUID, message_id: UUID) -> Response:
    """Take a message back."""
    answered = await visit.send("POST", f"/forums/{subject_id}/messages/{message_id}/withdraw", form, {})
    return await _after(visit, answered, subject_id, "withdrawn")


@router.post("/forums/{subject_id}/{step}")
async def follow_or_leave(
    visit: Seen, form: Sent, subject_id: UUID, step: Literal["follow", "leave"]
) -> Response:
    """Be told of every new message from now on, or of none."""
    answered = await visit.send("POST", f"/forums/{subject_id}/{step}", form, {})
    return await _after(visit, answered, subject_id, {"follow": "following", "leave": "left"}[step])
