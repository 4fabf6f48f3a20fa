"""The words of every notice, in both languages, as text and as HTML."""

from html.parser import HTMLParser
from typing import get_args

import pytest

from services.notifier.letters import LINKS, ROWS, WORDS, Letters, one_line
from shared.contracts.catalog import PackageKind, Silence
from shared.contracts.notifier import NoticeKind, NoticeQueued
from shared.contracts.ordering import OrderCancelled
from shared.kernel.ids import NoticeId, PersonId
from tests.facts import id_of
from tests.world import MONDAY

KINDS = get_args(NoticeKind)
ABOUT = {noun: id_of(noun) for noun in ("package", "order", "campaign", "request", "forum", "person")}
FACTS = {
    "package": "Vår & höst",
    "package_name": "CAT12",
    "level": "by_campaign",
    "campaign": "Spring",
    "campaign_name": "OP25",
    "order": "Two shops",
    "order_name": "ORD28",
    "order_comment": "With flowers",
    "entity": "East",
    "starts_at": "2026-03-02T09:00:00Z",
    "ends_at": "2026-05-01T09:00:00Z",
    "registration_deadline": "2026-03-16T09:00:00Z",
    "personalization_deadline": "2026-03-12T09:00:00Z",
    "available_at": "2026-03-20T09:00:00Z",
    "deadline": "2026-03-05T09:00:00Z",
    "cancelled_at": "2026-03-04T09:00:00Z",
    "silence": "escalate",
    "subject": "order",
    "because": "silence",
    "deputy_from": "2026-03-05T09:00:00Z",
    "deputy_until": "2026-03-09T09:00:00Z",
    "changes": "label: A → B",
    "changes_left_out": "2",
    "comment": "No <script>alert(1)</script>",
    "reason": "The supplier left",
    "message": "Välkomna",
    "question": "With freight?",
    "answer": "Without",
    "description": "All of it",
}
ASKED, ORDERED, RUN = "/approvals/{request}", "/orders/{order}", "/campaigns/{campaign}"
PAGES = {
    **dict.fromkeys(("N1", "N2", "N6", "N14", "overdue", "deadline-passed"), ASKED),
    **dict.fromkeys(("question-asked", "question-answered"), ASKED),
    **dict.fromkeys(("N3", "N4"), "/packages/{package}/order"),
    **dict.fromkeys(("N5", "N9", "N10"), "/orders?package={package}"),
    **dict.fromkeys(("N7", "order-approved", "order-cancelled", "order-reopened", "unsubscribed"), ORDERED),
    **dict.fromkeys(("N8", "content-approved", "content-refused"), RUN),
    "package-rejected": "/packages/{package}",
    "edition-rejected": "/packages/{package}/editions",
    **dict.fromkeys(("deputy-named", "deputy-dismissed"), "/deputies"),
    "N15": "/forums/{forum}",
    "digest": "/notices",
}
"""Where each letter leads its reader: to a page for people."""
WRITER = Letters("https://samverkan.test/", "Europe/Stockholm", None)


def notice(kind: str, language: str, facts: dict[str, str]) -> NoticeQueued:
    return NoticeQueued(
        notice_id=NoticeId(id_of("notice")),
        kind=kind,
        person_id=PersonId(id_of("anna")),
        language=language,
        because_of=id_of("fact"),
        about=ABOUT,
        facts=facts,
        at=MONDAY,
    )


class Reader(HTMLParser):
    """What a person sees of HTML, where its links lead, and which elements there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen, self.links, self.tags = "", list[str](), set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.seen += data


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_say_the_same_and_lead_to_the_same_place(kind: str, language: str) -> None:
    letter = WRITER.write(notice(kind, language, FACTS))
    html = Reader(letter.html)
    words = " ".join(html.seen.split())
    for line in letter.text.splitlines():
        bare = line.strip().removesuffix(":")
        if bare and bare != "--" and not bare.startswith("https://") and ": " not in bare:
            assert bare in words, line
    for label, fact in (("package", "Vår & höst (CAT12)"), ("entity", "East")):
        assert f"{WORDS['rows'][label][language]}: {fact}" in letter.text
        assert fact in words
    (link,) = html.links
    assert link == f"https://samverkan.test{PAGES[kind].format_map(ABOUT)}"
    assert link in letter.text
    assert "script" not in html.tags
    assert f'lang="{language}"' in letter.html
    assert letter.subject.startswith("[")


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_are_complete_and_differ(kind: str) -> None:
    swedish, english = (WRITER.write(notice(kind, language, FACTS)) for language in ("sv", "en"))
    assert swedish.subject != english.subject
    shared = set(swedish.text.splitlines()) & set(english.text.splitlines())
    told = {line for line in shared if line and ":" not in line}
    assert told <= {"--", "Samverkan"}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_can_be_written_where_nothing_is_known(kind: str, language: str) -> None:
    facts = {"cancelled_at": FACTS["cancelled_at"]} if kind == "N10" else {}
    letter = WRITER.write(notice(kind, language, facts))
    assert "None" not in letter.text
    assert letter.text.count("https://") == 1


@pytest.mark.parametrize("kind", ["N1", "N2", "N6"])
@pytest.mark.parametrize("silence", get_args(Silence))
def test_every_request_says_in_words_what_silence_means(kind: str, silence: str) -> None:
    for language, by in (
        ("en", "Please answer by Thursday 5 March 2026 at 10:00."),
        ("sv", "Svara senast torsdag 5 mars 2026 kl. 10:00."),
    ):
        text = WRITER.write(notice(kind, language, {**FACTS, "silence": silence})).text
        assert f"{by} {WORDS['silence'][silence][language]}" in text


@pytest.mark.rule("R44")
def test_moments_are_told_in_the_time_zone_of_the_installation() -> None:
    far = Letters("", "America/New_York", None).write(notice("N4", "en", FACTS))
    assert "Monday 16 March 2026 at 05:00" in far.text
    assert "America/New_York" in far.text


def test_a_subject_is_one_line_whatever_a_label_holds() -> None:
    facts = {**FACTS, "package": "Spring\r\nBcc: all@example.test\x07"}
    assert WRITER.write(notice("N4", "en", facts)).subject == (
        "[Campaign subscription] Spring Bcc: all@example.test (CAT12)"
    )
    assert one_line("\u2028a\tb ") == "a b"


def test_there_are_words_for_everything_that_can_be_told() -> None:
    assert set(WORDS["level"]) == set(get_args(PackageKind))
    assert set(WORDS["silence"]) == set(WORDS["silence_meant"]) == set(get_args(Silence))
    causes = set(get_args(OrderCancelled.model_fields["because"].annotation))
    assert set(WORDS["because"]) == causes - {"package-cancelled"} | {
        "silence",
        "silence-approves",
        "not-left",
    }
    assert set(WORDS["rows"]) == set(ROWS)
    assert set(LINKS) == set(KINDS)
