"""The words of every notice, in the reader's language, as text and as HTML."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from services.notifier.enclosures import Enclosed
from services.notifier.entries import Entries, calendar_of
from shared.contracts.catalog import Language
from shared.contracts.notifier import NoticeDocument, NoticeQueued
from shared.kernel.ids import RequestId
from shared.web.decision_tokens import DecisionLink, DecisionTokens

HERE = Path(__file__).with_name("templates")
WORDS: Mapping[str, Any] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
ROWS = (
    "order", "package", "level", "campaign", "entity", "schedule", "deadline", "registration_deadline",
    "personalization_deadline", "available_at", "cancelled_at", "deputy_from", "deputy_until",
    "order_comment", "changes", "comment", "reason", "question", "answer", "message", "description",
)  # fmt: skip
"""What stands in the table of a letter, in this order, where it is known."""
NAMED = {"order": "order_name", "package": "package_name", "campaign": "campaign_name"}
MOMENTS = (
    "deadline", "registration_deadline", "personalization_deadline", "available_at", "cancelled_at",
    "deputy_from", "deputy_until",
)  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
"""A moment as facts hold it (RFC 3339), within a text."""
FORM, ORDERS = "/packages/{package}/order", "/orders?package={package}"
NOTHING: Enclosed = {}
MEGABYTE = 1_000_000
ASKING = {"N1", "N2", "N6", "N14", "overdue"}
"""The notices whose readers are asked for an answer."""
LINK_LIFE = timedelta(days=14)
"""How long a request can be answered by the link of its mail, without signing in."""
DOCUMENT = "/packages/{package}/documents/{document}"
PACKAGE, REQUEST, ORDER = "/packages/{package}", "/approvals/{request}", "/orders/{order}"
CAMPAIGN, FORUM = "/campaigns/{campaign}", "/forums/{forum}"
DEPUTIES = "/deputies"
HAS_CAMPAIGN = {"by_campaign", "local"}
"""The kinds of package whose approved orders get a campaign of their own."""
LINKS: Mapping[str, str] = {
    "N1": REQUEST,
    "N2": REQUEST,
    "N3": FORM,
    "N4": FORM,
    "N5": ORDERS,
    "N6": REQUEST,
    "N7": ORDER,
    "N8": ORDER,
    "N9": ORDERS,
    "N10": ORDERS,
    "package-rejected": PACKAGE,
    "edition-rejected": "/packages/{package}/editions",
    "overdue": REQUEST,
    "order-cancelled": ORDER,
    "N14": REQUEST,
    "content-approved": CAMPAIGN,
    "content-refused": CAMPAIGN,
    "question-asked": REQUEST,
    "question-answered": REQUEST,
    "N15": FORUM,
    "order-approved": ORDER,
    "order-reopened": ORDER,
    "deputy-named": DEPUTIES,
    "deputy-dismissed": DEPUTIES,
    "unsubscribed": ORDER,
    "deadline-passed": REQUEST,
    "digest": "/notices",
}
"""The page on which the reader goes on. Looking at it changes nothing; what is there is shown after signing in."""


class Letter(NamedTuple):
    """One mail's words. `subject` is one line without control characters.

    `calendar` holds the deadlines that the letter tells of, as a file of type text/calendar; empty without any.
    """

    subject: str
    text: str
    html: str
    calendar: bytes


class Rendered(NamedTuple):
    """What a template made of a notice: a whole letter, or one part of a digest."""

    subject: str
    text: str
    html: Markup


class Reader(NamedTuple):
    """In which words somebody is told of moments."""

    language: Language
    time_zone: str


class Letters:
    """Writes letters for one installation: its address for links, its time zone for who has none of their own.

    `decisions` signs links that let the reader answer a request without signing in; None leaves them out.
    """

    def __init__(self, public_url: str, time_zone: str, decisions: DecisionTokens | None) -> None:
        self._url, self._time_zone = public_url.rstrip("/"), time_zone
        self._decisions = decisions
        loader = FileSystemLoader(HERE)
        tidy: dict[str, Any] = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        self._text = Environment(loader=loader, autoescape=False, **tidy)  # noqa: S701 -- in text nothing is markup
        self._html = Environment(loader=loader, autoescape=True, **tidy)

    def write(
        self, notice: NoticeQueued, held: Sequence[NoticeQueued] = (), enclosed: Enclosed = NOTHING
    ) -> Letter:
        """The letter of this notice; for a digest with all that the `held` ones would have said.

        It names the documents that are `enclosed`, and leads to those that are not attached.
        """
        parts = [self._rendered(one, "part", enclosed) for one in held]
        whole = self._rendered(notice, "letter", enclosed, parts)
        entries = [self._entries(one) for one in (notice, *held)]
        return Letter(whole.subject, whole.text.strip() + "\n", str(whole.html), calendar_of(entries))

    def _rendered(
        self, notice: NoticeQueued, layout: str, enclosed: Enclosed, parts: Sequence[Rendered] = ()
    ) -> Rendered:
        name = f"{notice.language}/{notice.kind}.j2"
        text, html = self._text.get_template(name), self._html.get_template(name)
        known = self._known(notice)
        subject = one_line(_block(text, "subject", known | {"parts": parts}))
        documents = [
            self._document(notice, one, enclosed) for one in notice.documents if one.document_id in enclosed
        ]
        known |= {"title": subject, "parts": parts, "documents": documents, "words": _words(notice.language)}
        return Rendered(
            subject,
            text.render(known, layout=f"{layout}.txt.j2"),
            Markup(html.render(known, layout=f"{layout}.html.j2")),  # noqa: S704 -- made by a template that escapes
        )

    def _entries(self, notice: NoticeQueued) -> Entries:
        return Entries(
            notice, _entry_labels(notice), self._url + page_of(notice.kind, notice.about, notice.facts)
        )

    def _known(self, notice: NoticeQueued) -> dict[str, Any]:
        facts, language = notice.facts, notice.language
        reader = Reader(language, notice.time_zone or self._time_zone)
        told = {key: _moment(fact, reader) for key, fact in facts.items() if key in MOMENTS}
        return {
            "facts": facts | told,
            "package": _named(facts, "package"),
            "order": _named(facts, "order"),
            "campaign": _named(facts, "campaign"),
            "asked": _named(facts, _subject(notice)),
            "rows": list(_rows(facts, reader)),
            "answer_by": _answer_by(facts, reader),
            "silence_meant": _word("silence_meant", facts.get("silence", ""), language),
            "because": _word("because", facts.get("because", ""), language),
            "link": self._url + page_of(notice.kind, notice.about, notice.facts),
            "answer_link": self._answer_link(notice),
            "zone": reader.time_zone,
            "language": language,
        }

    def _document(self, notice: NoticeQueued, document: NoticeDocument, enclosed: Enclosed) -> dict[str, str]:
        """How the letter names it; with a link where its bytes are not attached."""
        attached = enclosed[document.document_id] is not None
        place = DOCUMENT.format(package=notice.about["package"], document=document.document_id)
        size = _size(document.size, notice.language)
        return {"name": document.name, "size": size, "link": "" if attached else self._url + place}

    def _answer_link(self, notice: NoticeQueued) -> str:
        """A link of the reader's own, by which one answer can be given without signing in."""
        if self._decisions is None or notice.kind not in ASKING or "version" not in notice.facts:
            return ""
        request_id, version = RequestId(notice.about["request"]), int(notice.facts["version"])
        link = DecisionLink(notice.notice_id, notice.person_id, request_id, version)
        return f"{self._url}/decide/{self._decisions.issue(link, notice.at + LINK_LIFE)}"


def _words(language: Language) -> dict[str, str]:
    """The words that layouts share."""
    return {name: WORDS[name][language] for name in ("without_sign_in", "documents", "attached")}


def _size(size: int, language: Language) -> str:
    """`12 kB` or `1.2 MB`, rounded up so that nothing is nothing."""
    if size < MEGABYTE:
        return f"{-(-size // 1000)} kB"
    return f"{format_decimal(size / MEGABYTE, '0.0', locale=language)} MB"


def _answer_by(facts: Mapping[str, str], reader: Reader) -> str:
    """By when an answer is wanted, and what no answer will mean."""
    if "deadline" not in facts:
        return ""
    policy = _word("silence", facts["silence"], reader.language)
    said = str(WORDS["answer_by"][reader.language])
    return said.format(deadline=_moment(facts["deadline"], reader), policy=policy)


def _rows(facts: Mapping[str, str], reader: Reader) -> Iterator[tuple[str, str]]:
    for key in ROWS:
        if shown := _shown(key, facts, reader):
            yield WORDS["rows"][key][reader.language], shown


def _shown(key: str, facts: Mapping[str, str], reader: Reader) -> str:
    if key == "schedule":
        ends = [facts[name] for name in ("starts_at", "ends_at") if name in facts]
        return " – ".join(_moment(end, reader) for end in ends)
    if key in NAMED:
        return _named(facts, key)
    if key == "changes":
        return _changes(facts, reader)
    fact = facts.get(key, "")
    if not fact:
        return ""
    if key == "level":
        return _word("level", fact, reader.language)
    return _moment(fact, reader) if key in MOMENTS else fact


def _changes(facts: Mapping[str, str], reader: Reader) -> str:
    """What differs, moments as the reader's clocks show them; how many changes are not listed."""
    lines = MOMENT.sub(lambda found: _if_moment(found[0], reader), facts.get("changes", ""))
    if "changes_left_out" not in facts:
        return lines
    return f"{lines}\n{WORDS['left_out'][reader.language].format(count=facts['changes_left_out'])}"


def _if_moment(text: str, reader: Reader) -> str:
    """A moment as the reader's clocks show it; what people wrote that only looks like one stays as it is."""
    try:
        return _moment(text, reader)
    except (ValueError, OverflowError):
        return text


def _moment(text: str, reader: Reader) -> str:
    moment, zone = datetime.fromisoformat(text), ZoneInfo(reader.time_zone)
    return str(format_datetime(moment, WORDS["moment"][reader.language], tzinfo=zone, locale=reader.language))


def _entry_labels(notice: NoticeQueued) -> dict[str, str]:
    """`Registration deadline: Spring offer (CAT12)`, for each moment that there is."""
    what = _named(notice.facts, _subject(notice))
    return {name: f"{WORDS['rows'][name][notice.language]}: {what}" for name in MOMENTS}


def _subject(notice: NoticeQueued) -> str:
    """The noun of what the reader has to do with: the package, unless it is an order or a campaign."""
    if notice.kind == "order-approved":
        return "order"
    return {"order": "order", "content": "campaign"}.get(notice.facts.get("subject", ""), "package")


def one_line(text: str) -> str:
    """Without line breaks and control characters, which a header must not have."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _block(template: Template, name: str, known: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(known))))


def _named(facts: Mapping[str, str], noun: str) -> str:
    """`Spring offer (CAT12)`, or as much of it as is known."""
    label, name = facts.get(noun, ""), facts.get(NAMED[noun], "")
    return f"{label} ({name})" if label and name else label or name


def _word(group: str, key: str, language: Language) -> str:
    words = WORDS[group].get(key)
    return str(words[language]) if words else ""


def page_of(kind: str, about: Mapping[str, Any], facts: Mapping[str, str]) -> str:
    """Where the reader of such a notice goes on: to the list of notices where it does not say what it is about."""
    with_campaign = kind == "N8" and facts.get("level") in HAS_CAMPAIGN
    link = CAMPAIGN if with_campaign else LINKS[kind]
    wanted = {name for _, name, _, _ in Formatter().parse(link) if name}
    return link.format_map(about) if wanted <= about.keys() else LINKS["digest"]
