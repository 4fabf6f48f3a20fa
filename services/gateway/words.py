"""The words of pages. English stands in templates and in the code; `words/<language>.po` translates it.

`make words` looks for new words and merges them into the catalogues; a test wants every one translated.
"""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NewType

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CONTEXT = "\x04"
"""Stands between a context and its word in every gettext catalogue."""
CATALOGUES = Path(__file__).with_name("words")
Word = NewType("Word", str)
"""An English word or sentence that pages show in the reader's language."""


def word(english: str) -> Word:
    """Mark this for translation where it is shown."""
    return Word(english)


def word_of(thing: str, english: str) -> Word:
    """The same for a word that other languages bend by the thing that it is said of."""
    return Word(f"{thing}{CONTEXT}{english}")


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


def say_in(language: str) -> Callable[[Word | str], str]:
    """What says a word in this language; a text that is none stays as it is."""
    gettext = words_of(language).gettext
    return lambda said: gettext(said).rpartition(CONTEXT)[2]


STATUS = {
    "package": {
        "draft": word_of("package", "Being edited"),
        "pending": word_of("package", "Waiting for approval"),
        "approved": word_of("package", "Approved"),
        "rejected": word_of("package", "Rejected"),
        "published": word_of("package", "Published"),
        "unavailable": word_of("package", "Ended"),
        "cancelled": word_of("package", "Cancelled"),
    },
    "order": {
        "draft": word_of("order", "Draft, not handed in"),
        "pre_subscribed": word_of("order", "Takes part unless it leaves"),
        "placed": word_of("order", "Waiting for approval"),
        "rejected": word_of("order", "Rejected"),
        "revising": word_of("order", "Being revised"),
        "approved": word_of("order", "Approved"),
        "available": word_of("order", "Available"),
        "withdrawn": word_of("order", "Withdrawn"),
        "cancelled": word_of("order", "Cancelled"),
    },
    "campaign": {
        "prepared": word_of("campaign", "Prepared"),
        "created": word_of("campaign", "Created, not available yet"),
        "available": word_of("campaign", "Available"),
        "running": word_of("campaign", "Running"),
        "finished": word_of("campaign", "Finished"),
        "cancelled": word_of("campaign", "Cancelled"),
    },
    "approval": {
        "open": word_of("approval", "Open"),
        "accepted": word_of("approval", "Approved"),
        "refused": word_of("approval", "Rejected"),
        "withdrawn": word_of("approval", "Withdrawn"),
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
    "missing": word_of("content", "Not handed in"),
    "submitted": word_of("content", "Waiting for approval"),
    "changed": word_of("content", "Changed since it was handed in"),
    "approved": word_of("content", "Approved"),
    "refused": word_of("content", "Rejected"),
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
FACT = {
    "PackageDrafted": word("Begun"),
    "PackageDetailsRevised": word("Details changed"),
    "EntityInvited": word("Entity invited"),
    "EntityWithdrawn": word("Entity taken out"),
    "PackageSubmitted": word("Submitted for approval"),
    "PackageApproved": word_of("package", "Approved"),
    "PackageRejected": word_of("package", "Rejected"),
    "PackagePublished": word_of("package", "Published"),
    "PackageAssigned": word("Somebody answers for it"),
    "PackageDocumentAttached": word("Document attached"),
    "PackageDocumentRemoved": word("Document removed"),
    "RegistrationClosed": word("Registration deadline passed"),
    "PackageExpired": word_of("package", "Ended"),
    "PackageCancelled": word_of("package", "Cancelled"),
    "PackageReinitialised": word("Begun anew as another edition"),
    "OrderDrafted": word("Begun"),
    "EntityPreSubscribed": word("Subscribed in advance"),
    "OrderParametersEntered": word("Filled in"),
    "DocumentAttached": word("Document attached"),
    "OrderDocumentRemoved": word("Document removed"),
    "OrderPlaced": word_of("order", "Handed in"),
    "OrderRevised": word("Changed after it was handed in"),
    "OrderReopened": word("Opened for changes"),
    "OrderApproved": word_of("order", "Approved"),
    "OrderRejected": word_of("order", "Rejected"),
    "OrderMadeAvailable": word("Made available"),
    "OrderWithdrawn": word_of("order", "Withdrawn"),
    "OrderCancelled": word_of("order", "Cancelled"),
    "CampaignPrepared": word_of("campaign", "Prepared"),
    "CampaignSettingsRevised": word("Settings changed"),
    "ChildCampaignCreated": word("Created for an approved order"),
    "LocalCampaignCreated": word("Created for an approved order"),
    "CampaignReordered": word("Adjusted to its order"),
    "LocalChangeMade": word("Changed by the entity"),
    "OwnRuleSet": word("Own rule set"),
    "OwnRuleLifted": word("Own rule lifted"),
    "ContentSubmitted": word("Content handed in"),
    "ContentApproved": word("Content approved"),
    "ContentRefused": word("Content rejected"),
    "CampaignMadeAvailable": word("Made available"),
    "CampaignStarted": word("Started"),
    "CampaignFinished": word_of("campaign", "Finished"),
    "CampaignCancelled": word_of("campaign", "Cancelled"),
    "CampaignReinitialised": word("Prepared anew"),
    "ApprovalRequested": word("Asked"),
    "ApprovalReminded": word("Reviewers reminded"),
    "ApprovalDelegated": word("Passed on to somebody else"),
    "ReviewersAdded": word("More people asked"),
    "QuestionAsked": word("Question asked"),
    "QuestionAnswered": word("Question answered"),
    "ApprovalOverdue": word("Deadline passed"),
    "ApprovalEscalated": word("Others called in"),
    "StageAccepted": word("First stage approved"),
    "ApprovalAccepted": word_of("approval", "Approved"),
    "ApprovalRefused": word_of("approval", "Rejected"),
    "ApprovalWithdrawn": word_of("approval", "Withdrawn"),
    "LateAnswerRefused": word("Late answer refused"),
}
"""What journals call the facts of packages, orders, campaigns and requests."""
