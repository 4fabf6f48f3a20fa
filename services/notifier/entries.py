"""The deadlines of a notice as entries that a calendar can keep (RFC 5545)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from icalendar import Calendar, Event

from shared.contracts.notifier import NoticeQueued

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


def calendar_of(notice: NoticeQueued, labels: Mapping[str, str], link: str) -> bytes:
    """The calendar of this notice, with one instant for each deadline that it knows; empty without any.

    `labels` are the words for each moment. An entry has the same UID in every mail, so that a reminder or a moved
    deadline takes the place of the entry that is there.
    """
    moments = [name for name in ENTRIES.get(notice.kind, ()) if name in notice.facts]
    if not moments:
        return b""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for name in moments:
        calendar.add_component(_entry(notice, name, labels[name], link))
    return bytes(calendar.to_ical())


def _entry(notice: NoticeQueued, name: str, label: str, link: str) -> Event:
    subject = notice.about["request" if name == OF_REQUEST else "package"]
    entry = Event()
    entry.add("uid", f"{name}-{subject}@samverkan")
    entry.add("dtstamp", notice.at.astimezone(UTC))
    entry.add("dtstart", datetime.fromisoformat(notice.facts[name]).astimezone(UTC))
    entry.add("summary", label)
    entry.add("url", link)
    return entry
