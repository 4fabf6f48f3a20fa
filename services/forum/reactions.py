"""What somebody wrote goes with them, whichever is heard first: that they were erased, or that they wrote."""

from collections.abc import Iterator
from uuid import UUID

from services.forum.deciders.thread import WithdrawMessage
from services.forum.projections import authors
from services.forum.projections.authors import AUTHORS
from services.forum.projections.contents import CONTENTS
from shared.contracts.catalog import PersonDeactivated
from shared.contracts.forum import MessagePosted
from shared.kernel.ids import derive
from shared.kernel.message import Actor, Command, Recorded
from shared.kernel.projection import Reaction, Recall

FORUM = Actor(id="forum")


def react(recorded: Recorded, recall: Recall) -> Iterator[Command]:
    """Take back every message of a person who has been erased."""
    match recorded.event:
        case PersonDeactivated(person_id=person_id):
            author = str(person_id)
        case MessagePosted(by=by):
            author = by
        case _:
            return
    for row in recall(authors.OF_ERASED, {"person_id": author}):
        yield WithdrawMessage(
            id=derive(recorded.id, "withdraw", row["message_id"]),
            at=recorded.recorded_at,
            by=FORUM,
            thread_id=UUID(row["thread_id"]),
            message_id=UUID(row["message_id"]),
        )


REACTION = Reaction(react, hears=("catalog.people", "forum.threads"), memory=(AUTHORS, CONTENTS))
