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
FIELD = {
    "text": word("Text"),
    "number": word("Number"),
    "date": word("Day"),
    "choice": word("Choice"),
    "image": word("Picture"),
    "money": word("Amount"),
    "segment": word("Segment of the audience"),
}
ATTRIBUTE = {
    "age_from": word("Age, from"),
    "age_to": word("Age, to"),
    "age_segment": word("Age segment, such as 30-49 or 65+"),
    "city": word("City"),
    "channel": word("Channel"),
    "origin": word("Origin"),
}
CONTENT = {
    "missing": word("Not handed in"),
    "submitted": word("Waiting for approval"),
    "changed": word("Changed since it was handed in"),
    "approved": word("Approved"),
    "refused": word("Rejected"),
}
ASKED_OF_PACKAGE = {
    "audience": word("Audience"),
    "multiple_creation": word("Whether an entity may order more than once"),
    "available_at": word("Availability date"),
    "approval_mode": word("Approval mode"),
    "registration_deadline": word("Registration deadline"),
    "personalization_deadline": word("Personalization deadline"),
}
WHOSE = {
    "central": word("head office's rule"),
    "entity": word("the entity's own rule"),
}
STILL_ASKED = {"definition.fields": word("Fields of the order form: it asks for nothing yet")}
