"""The words of pages. English stands in templates and in the code; `words/<language>.po` translates it.

`make words` looks for new words and merges them into the catalogues; a test wants every one translated.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NewType

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).with_name("words")
Word = NewType("Word", str)
"""An English word or sentence that pages show in the reader's language."""


def word(english: str) -> Word:
    """Mark this for translation where it is shown."""
    return Word(english)


@cache
def words_of(language: str) -> NullTranslations:
    """What translates into this language; English is what is written."""
    file = CATALOGUES / f"{language}.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


STATUS = {
    "package": {
        "draft": word("Being edited"),
        "pending": word("Waiting for approval"),
        "approved": word("Approved"),
        "rejected": word("Rejected"),
        "published": word("Published"),
        "unavailable": word("Ended"),
        "cancelled": word("Cancelled"),
    },
    "order": {
        "draft": word("Draft, not handed in"),
        "pre_subscribed": word("Takes part unless it leaves"),
        "placed": word("Waiting for approval"),
        "rejected": word("Rejected"),
        "revising": word("Being revised"),
        "approved": word("Approved"),
        "available": word("Available"),
        "withdrawn": word("Withdrawn"),
        "cancelled": word("Cancelled"),
    },
    "campaign": {
        "prepared": word("Prepared"),
        "created": word("Created, not available yet"),
        "available": word("Available"),
        "running": word("Running"),
        "finished": word("Finished"),
        "cancelled": word("Cancelled"),
    },
    "approval": {
        "open": word("Open"),
        "accepted": word("Approved"),
        "refused": word("Rejected"),
        "withdrawn": word("Withdrawn"),
    },
}
KIND = {
    "local": word("Local campaign"),
    "simple": word("Collaborative, simple"),
    "by_form": word("Collaborative, by form"),
    "by_campaign": word("Collaborative, by campaign"),
    "by_target_approval": word("Collaborative, by target approval"),
}
MODE = {
    "manual": word("Manual: an entity takes part if it orders and is approved"),
    "automatic": word("Automatic: every invited entity takes part unless it leaves"),
}
INTERFACE = {
    "by_brief": word("By brief: the entity describes, head office does"),
    "by_form": word("By form"),
    "by_external_form": word("By external form: through the API"),
    "pre_set": word("Pre-set: nothing to fill in"),
}
SILENCE = {
    "escalate": word("If nobody answers, it stays open and others are called in"),
    "reject": word("If nobody answers, that is a no"),
    "approve": word("If nobody answers, that is a yes"),
    "central": word("If nobody answers, head office decides"),
}
ROLE = {
    "central": word("Head office"),
    "local": word("Local entity"),
    "admin": word("Administrator"),
}
FORUM = {
    "package": word("Campaign package"),
    "campaign": word("Campaign"),
    "entity": word("Local entity"),
}
TASK = {
    "open": word("To be carried out"),
    "done": word("Done"),
    "dropped": word("Not wanted any more"),
}
BRIEF = {
    "targeting": word("Who is to be reached"),
    "content": word("What they are to read"),
}
NOTICE = {
    "N1": word("A package waits for your approval"),
    "N2": word("Reminder: your answer is wanted"),
    "N3": word("A new package can be ordered"),
    "N4": word("A collaborative package can be ordered"),
    "N5": word("Your entity takes part unless it leaves"),
    "N6": word("An order waits for your approval"),
    "N7": word("An order was rejected"),
    "N8": word("What was ordered can be used"),
    "N9": word("The registration deadline has passed"),
    "N10": word("A package was cancelled"),
    "N14": word("Campaign content waits for your approval"),
    "N15": word("Something new in a forum"),
    "package-rejected": word("A package was rejected"),
    "edition-rejected": word("A new edition of a package was rejected"),
    "overdue": word("You are called in: nobody has answered"),
    "order-cancelled": word("An order was cancelled"),
    "order-approved": word("An order was approved"),
    "order-reopened": word("An order can be changed again"),
    "unsubscribed": word("An entity leaves"),
    "deadline-passed": word("A deadline passed without an answer"),
    "digest": word("Several notices in one mail"),
    "content-approved": word("Campaign content was approved"),
    "content-refused": word("Campaign content was rejected"),
    "question-asked": word("Somebody asks about what you handed in"),
    "question-answered": word("Your question was answered"),
    "deputy-named": word("You answer for somebody else"),
    "deputy-dismissed": word("You answer for somebody else no more"),
}
NOTICE_STATUS = {
    "queued": word("About to be sent"),
    "held": word("Kept back until later"),
    "in_digest": word("Sent together with others"),
    "not_by_mail": word("Only here, as wished"),
    "waiting": word("To be tried again"),
    "sent": word("Sent"),
    "given_up": word("Never delivered"),
}
PLANNED = {
    "deadline": word("Deadline"),
    "reminder": word("Reminder"),
}
PLANNED_STATE = {
    "happened": word("has come"),
    "due": word("is to come"),
    "not_wanted": word("not wanted any more"),
}
GROUP = {
    "notify": word("Who is told"),
    "order-reviewers": word("Reviewers of orders"),
    "campaign-reviewers": word("Reviewers of campaigns"),
    "package-reviewers": word("Reviewers of packages"),
}
SUBJECT = {
    "package": word("Campaign package"),
    "order": word("Order"),
    "content": word("Campaign content"),
}
CHANNEL = {
    "email": word("E-mail"),
    "sms": word("Text message"),
    "post": word("Post"),
}
