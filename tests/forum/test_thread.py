"""Threads: who may change what, and who is told."""

from typing import Any

import pytest

from services.forum.deciders.thread import (
    THREAD,
    AddAttachment,
    CorrectMessage,
    FollowThread,
    LeaveThread,
    PostMessage,
    WithdrawMessage,
    thread_id_of,
)
from shared.contracts.forum import (
    AttachmentAdded,
    MessageCorrected,
    MessagePosted,
    MessageWithdrawn,
    ThreadFollowed,
    ThreadLeft,
)
from shared.kernel.ids import EntityId, PersonId, derive
from shared.kernel.message import Actor, Role
from tests.facts import id_of
from tests.spec import spec
from tests.world import MONDAY

given = spec(THREAD)
PACKAGE = id_of("package")
PLACE: dict[str, Any] = {"thread_id": thread_id_of(PACKAGE), "subject": "package", "subject_id": PACKAGE}
MESSAGE = id_of("message")
IN = {"thread_id": PLACE["thread_id"], "message_id": MESSAGE}


def person(name: str) -> PersonId:
    return PersonId(id_of(name))


def asks(name: str, role: Role = "local") -> dict[str, Any]:
    actor = Actor(id=str(id_of(name)), roles=frozenset({role}), entity_id=EntityId(id_of("East")))
    return {"id": derive("command", name), "at": MONDAY, "by": actor}


def followed(name: str) -> ThreadFollowed:
    return ThreadFollowed(**PLACE, person_id=person(name), at=MONDAY)


def posted(name: str, *told: str) -> MessagePosted:
    tell = tuple(sorted(map(person, told)))
    return MessagePosted(**PLACE, message_id=MESSAGE, by=str(id_of(name)), at=MONDAY, tell=tell)


def corrected(revision: int = 1) -> MessageCorrected:
    return MessageCorrected(**IN, revision=revision, by=str(id_of("anna")), at=MONDAY)


def withdrawn(by: str = "anna") -> MessageWithdrawn:
    return MessageWithdrawn(**IN, by=str(id_of(by)), at=MONDAY)


def post(name: str, *barred: str) -> PostMessage:
    return PostMessage(**asks(name), **PLACE, message_id=MESSAGE, barred=frozenset(map(person, barred)))


def correct(name: str, role: Role = "local") -> CorrectMessage:
    return CorrectMessage(**asks(name, role), **IN)


def withdraw(name: str, role: Role = "local") -> WithdrawMessage:
    return WithdrawMessage(**asks(name, role), **IN)


def test_who_writes_first_follows_and_nobody_is_told() -> None:
    given()(post("anna"))(followed("anna"), posted("anna"))


def test_followers_are_told_and_the_author_is_not() -> None:
    given(followed("anna"), followed("bo"), followed("nils"))(post("anna"))(posted("anna", "bo", "nils"))


def test_who_may_not_read_any_more_is_not_told() -> None:
    given(followed("anna"), followed("bo"), followed("nils"))(post("anna", "nils"))(posted("anna", "bo"))


def test_who_left_is_not_told_and_follows_again_by_writing() -> None:
    left = ThreadLeft(thread_id=PLACE["thread_id"], person_id=person("bo"), at=MONDAY)
    history = (followed("anna"), followed("bo"), left)
    given(*history)(post("anna"))(posted("anna"))
    given(*history)(post("bo"))(followed("bo"), posted("bo", "anna"))


def test_following_and_leaving_twice_changes_nothing() -> None:
    follow = FollowThread(**asks("bo"), **PLACE)
    leave = LeaveThread(**asks("bo"), thread_id=PLACE["thread_id"])
    given()(follow)(followed("bo"))
    given(followed("bo"))(follow)()
    given(followed("bo"))(leave)(ThreadLeft(thread_id=PLACE["thread_id"], person_id=person("bo"), at=MONDAY))
    given()(leave)()


def test_an_author_corrects_the_own_message_and_each_time_is_counted() -> None:
    given(followed("anna"), posted("anna"))(correct("anna"))(corrected(1))
    given(followed("anna"), posted("anna"), corrected(1))(correct("anna"))(corrected(2))


@pytest.mark.rule("R43")
def test_nobody_corrects_what_another_wrote() -> None:
    for role in ("local", "central", "admin"):
        given(followed("anna"), posted("anna"))(correct("bo", role))("message.anothers")


def test_the_author_and_head_office_withdraw_a_message_and_nobody_else() -> None:
    history = (followed("anna"), posted("anna"))
    given(*history)(withdraw("anna"))(withdrawn("anna"))
    given(*history)(withdraw("bo", "central"))(withdrawn("bo"))
    given(*history)(withdraw("bo", "admin"))(withdrawn("bo"))
    given(*history)(withdraw("nils"))("message.anothers")


@pytest.mark.rule("R43")
def test_what_was_withdrawn_stays_so() -> None:
    history = (followed("anna"), posted("anna"), withdrawn())
    given(*history)(withdraw("anna"))()
    given(*history)(correct("anna"))("message.withdrawn")


FILE: dict[str, Any] = {"attachment_id": id_of("file"), "media_type": "image/png", "size": 7}


def attach(name: str, role: Role = "local") -> AddAttachment:
    return AddAttachment(**asks(name, role), **IN, **FILE)


@pytest.mark.rule("R43")
def test_a_message_has_one_attachment_and_it_is_its_authors() -> None:
    history = (followed("anna"), posted("anna"))
    added = AttachmentAdded(**IN, **FILE, by=str(id_of("anna")), at=MONDAY)
    given(*history)(attach("anna"))(added)
    given(*history, added)(attach("anna"))("message.has-attachment")
    given(*history)(attach("bo", "central"))("message.anothers")
    given(*history, withdrawn())(attach("anna"))("message.withdrawn")
    given()(attach("anna"))("message.unknown")


def test_a_message_that_nobody_wrote_cannot_be_changed() -> None:
    given()(correct("anna"))("message.unknown")
    given(followed("anna"))(withdraw("bo", "central"))("message.unknown")


def test_one_thing_has_one_thread() -> None:
    assert thread_id_of(PACKAGE) == thread_id_of(PACKAGE) != thread_id_of(id_of("campaign"))
    assert THREAD.stream_of(post("anna")) == f"thread-{thread_id_of(PACKAGE)}"
