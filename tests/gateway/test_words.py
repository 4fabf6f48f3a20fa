"""The words of pages: every one of them in both languages, with the same facts in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from services.gateway import words
from services.gateway.routes.pages.shell import environment
from services.gateway.words import CATALOGUES, say_in
from shared import contract

GATEWAY = Path(words.__file__).parent
KEYWORDS = {**DEFAULT_KEYWORDS, "word": None, "word_of": ((1, "c"), 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
FACT = re.compile(r"%\(\w+\)s|%s|%%")


def said() -> Iterator[tuple[str | None, str]]:
    """Every word that a page or a template says, with its context."""
    options = {"templates/**.html": {"silent": "false"}}
    for _, _, message, _, context in extract_from_dir(GATEWAY, METHODS, options, KEYWORDS):
        assert isinstance(message, str), "words of pages have no plural"
        yield context, message


def swedish() -> Catalog:
    with (CATALOGUES / "sv.po").open("rb") as file:
        return read_po(file, locale="sv")


def test_every_word_of_a_page_is_translated_and_none_stands_there_that_no_page_says() -> None:
    wanted = set(said())
    assert len(wanted) > 250
    there = {(one.context, str(one.id)) for one in swedish() if one.id and one.string}
    assert wanted - there == set(), "run `make words` and translate what is empty"
    assert there - wanted == set(), "run `make words`: nothing says these any more"


def test_a_translation_tells_the_same_facts_and_none_is_a_guess() -> None:
    for one in swedish():
        if one.id:
            assert not one.fuzzy, one.id
            assert sorted(FACT.findall(str(one.id))) == sorted(FACT.findall(str(one.string))), one.id


@pytest.mark.parametrize(("language", "told"), [("sv", "Godkänt"), ("en", "Approved")])
def test_a_word_is_bent_by_what_it_is_said_of(language: str, told: str) -> None:
    assert say_in(language)(words.STATUS["package"]["approved"]) == told


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_template_can_be_read(language: str) -> None:
    found = environment(language)
    names = found.list_templates()
    assert "package.html" in names
    for name in names:
        found.get_template(name)


def test_journals_call_every_fact_by_a_word() -> None:
    document = json.loads((contract.HOME / contract.ASYNCAPI).read_text(encoding="utf-8"))
    told = {
        name.partition(".")[0]
        for topic in ("catalog.packages", "ordering.orders", "campaigns.campaigns", "approval.requests")
        for name in document["channels"][f"samverkan.{topic}"]["messages"]
    }
    assert told == words.FACT.keys()
