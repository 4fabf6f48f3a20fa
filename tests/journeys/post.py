"""A story whose mails go over a real SMTP server, and what each reader finds in them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.journeys.story import Story, begin
from tests.notifier.post_office import Office, part, post_office
from tests.world import open_world


@dataclass(frozen=True)
class Said:
    """What a letter says in one language: its whole subject, and sentences that text and HTML both hold."""

    subject: str
    sentences: Sequence[str]


@dataclass
class Post:
    """Everybody of the story reads this one language."""

    story: Story
    office: Office
    language: str

    async def none(self, kind: str) -> None:
        """Nobody has been told this yet."""
        assert await self.story.told(kind) == []

    async def told(self, kind: str, *who: str, at: str, en: Said, sv: Said) -> None:
        """Exactly these were told, each by one notice at this moment and one mail, which says this."""
        notices = await self.story.notices(kind)
        assert await self.story.told(kind) == sorted(who)
        assert {notice["at"][:19] for notice in notices} == {at[:19]}
        said = sv if self.language == "sv" else en
        for name in who:
            (mail,) = [one for one in self.office.to(name) if one["Subject"] == said.subject]
            for words in (part(mail, "plain"), _seen(part(mail, "html"))):
                missing = [one for one in said.sentences if one not in " ".join(words.split())]
                assert missing == [], words
        mails = [mail for mail in self.office.mails if mail["Subject"] == said.subject]
        assert len(mails) == len({mail["Message-ID"] for mail in mails}) == len(who)


@asynccontextmanager
async def open_post(directory: Path, language: str, **settings: Any) -> AsyncIterator[Post]:
    """The story with a post office of its own."""
    with post_office() as office:
        async with open_world(directory, smtp_url=office.url, **settings) as world:
            yield Post(await begin(world, language), office, language)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def handle_data(self, data: str) -> None:
        self.words += data


def _seen(html: str) -> str:
    """What a person sees of it."""
    reader = _Seen()
    reader.feed(html)
    return reader.words
