"""What differs from what was asked about before, in the mails that ask again after an edit."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.approval import ApprovalOverdue, ApprovalReminded, Change
from shared.contracts.notifier import NoticeKind
from shared.kernel.ids import RequestId
from tests.facts import id_of
from tests.notifier.hall import (
    OF_ORDER,
    OF_PACKAGE,
    OF_REQUEST,
    REQUEST,
    Hall,
    day,
    drafted,
    placed,
    requested,
)
from tests.notifier.test_letters import WRITER, notice

MOVED = Change(field="values.contact", before="2026-03-16T09:00:00Z", after="2026-03-17T09:30:00+01:00")
TEXTS = (Change(field="label", before="Spring", after="Summer <b>"), Change(field="comment", after="A\nB"))
FIRST = RequestId(id_of("first"))


async def asked_again(hall: Hall, subject: str = "order", *changes: Change) -> None:
    """Otto reads English and Nils Swedish; both are asked about a version that takes another's place."""
    reviewers = [f"person:{hall.people[name].id}" for name in ("otto", "nils")]
    about: dict[str, Any] = {"subject": subject, "reopens": FIRST, "changes": changes}
    if subject == "order":
        about["entity_id"] = UUID(hall.entities["South"])
    await hall.tell("catalog", OF_PACKAGE, drafted())
    await hall.tell("ordering", OF_ORDER, placed(hall.entities["South"], hall.people["sara"].id))
    await hall.tell("approval", OF_REQUEST, requested(*reviewers, **about))


def lines(mail: dict[str, Any]) -> str:
    """The text of a mail, without the line ends of the post."""
    return str(mail["text"]).replace("\r\n", "\n")


@pytest.mark.parametrize(("subject", "kind"), [("package", "N1"), ("order", "N6"), ("content", "N14")])
async def test_a_mail_that_asks_again_lists_what_differs_in_the_readers_language(
    hall: Hall, subject: str, kind: NoticeKind
) -> None:
    await asked_again(hall, subject, *TEXTS, MOVED)
    english, swedish = await hall.mail(kind, "otto"), await hall.mail(kind, "nils")
    assert (
        "Changed since the request before:\n"
        "label: Spring → Summer <b>\n"
        "comment: – → A B\n"
        "values.contact: Monday 16 March 2026 at 10:00 → Tuesday 17 March 2026 at 09:30\n"
    ) in lines(english)
    assert (
        "Ändrat sedan förra begäran:\n"
        "label: Spring → Summer <b>\n"
        "comment: – → A B\n"
        "values.contact: måndag 16 mars 2026 kl. 10:00 → tisdag 17 mars 2026 kl. 09:30\n"
    ) in lines(swedish)
    for mail, label in (
        (english, "Changed since the request before"),
        (swedish, "Ändrat sedan förra begäran"),
    ):
        assert label in mail["html"]
        assert "label: Spring → Summer &lt;b&gt;" in mail["html"]
        assert "comment: – → A B" in mail["html"]


async def test_a_list_of_changes_is_bounded_and_says_how_many_are_left_out(hall: Hall) -> None:
    long = Change(field="values.00", before="x" * 500, after="short")
    await asked_again(
        hall, "order", long, *(Change(field=f"values.{nth:02}", after="1") for nth in range(1, 25))
    )
    english, swedish = await hall.mail("N6", "otto"), await hall.mail("N6", "nils")
    assert f"values.00: {'x' * 79}… → short\n" in lines(english)
    for part in ("text", "html"):
        assert english[part].count(" → ") == swedish[part].count(" → ") == 20
        assert "values.19" in english[part]
        assert "values.20" not in english[part]
        assert "and 5 more" in english[part]
        assert "och 5 till" in swedish[part]


async def test_who_is_reminded_reads_what_differs_as_well_and_a_first_request_lists_nothing(
    hall: Hall,
) -> None:
    await asked_again(hall, "order", *TEXTS)
    await hall.tell("approval", OF_REQUEST, ApprovalReminded(request_id=REQUEST, nth=1, at=day(1)))
    assert "label: Spring → Summer" in (await hall.mail("N2", "otto"))["text"]
    overdue = ApprovalOverdue(request_id=REQUEST, at=day(3), silence="escalate")
    await hall.tell("approval", OF_REQUEST, overdue)
    assert "→" not in (await hall.mail("deadline-passed", "otto"))["text"]
    first = requested(f"person:{hall.people['rut'].id}", request_id=FIRST)
    await hall.tell("approval", f"request-{FIRST}", first)
    assert "Changed" not in (await hall.mail("N1", "rut"))["text"]


@pytest.mark.parametrize("written", ["2026-02-30T09:00:00Z", "9999-12-31T23:59:59Z"])
def test_what_only_looks_like_a_moment_stays_as_it_was_written(written: str) -> None:
    letter = WRITER.write(notice("N6", "en", {"changes": f"comment: – → {written}"}))
    assert f"comment: – → {written}" in letter.text
