"""The deadlines of a notice as entries that a calendar can keep (RFC 5545)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from shared.contracts.notifier import NoticeQueued

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Samverkan//Notices//EN"
REGISTRATION = ("registration_deadline", "personalization_deadline")
ENTRIES: Mapping[str, tuple[str, ...]] = {
    "N1": ("deadline",),
    "N2": ("deadline",),
    "N3": ("registration_deadline", "available_at"),
    "N4": REGISTRATION,
    "N5": REGISTRATION,
    "N6": ("deadline",),
    "order-approved": ("available_at",),
}
"""Which moments of a notice its reader has to keep in mind."""
OF_REQUEST = "deadline"
"""The moment that belongs to the request; all others belong to the package."""


class Entries(NamedTuple):
    """A notice whose deadlines are wanted, the words for each moment, and where to read more."""

    notice: NoticeQueued
    labels: Mapping[str, str]
    link: str


def calendar_of(all_of: Iterable[Entries]) -> bytes:
    """One calendar with an instant for each deadline that these notices know; empty without any.

    An entry has the same UID in every mail, so that a reminder or a moved deadline takes the place of the entry
    that is there; within one calendar the last one counts.
    """
    found = {str(one["uid"]): one for entries in all_of for one in _entries(entries)}
    if not found:
        return b""
    from icalendar import Calendar  # takes long to load, and only mails with a deadline carry a calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for entry in found.values():
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _entries(entries: Entries) -> Iterator["Event"]:
    notice, labels, link = entries
    for name in ENTRIES.get(notice.kind, ()):
        if name in notice.facts:
            yield _entry(notice, name, labels[name], link)


def _entry(notice: NoticeQueued, name: str, label: str, link: str) -> "Event":
    from icalendar import Event

    subject = notice.about["request" if name == OF_REQUEST else "package"]
    entry = Event()
    entry.add("uid", f"{name}-{subject}@samverkan")
    entry.add("dtstamp", notice.at.astimezone(UTC))
    entry.add("dtstart", datetime.fromisoformat(notice.facts[name]).astimezone(UTC))
    entry.add("summary", label)
    entry.add("url", link)
    return entry
