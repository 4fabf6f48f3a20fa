"""Texts in which `{{ name }}` stands for a field of the order. Nothing else of a template language is allowed."""

import re
from collections.abc import Iterator, Mapping
from html import escape

from shared.contracts.campaigns import Definition

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
LEFT_OVER = re.compile(r"\{[{%#]")
EMPTY_LINES = re.compile(r"\n\s*\n")
GAP = "…"
OF_RECIPIENT = frozenset({"recipient_name", "recipient_city"})
"""What a message may say of whoever reads it; no field of the order has such a name."""


def names_in(text: str) -> frozenset[str] | None:
    """The names that stand in a text; None if it opens anything but plain placeholders."""
    if LEFT_OVER.search(PLACEHOLDER.sub("", text)):
        return None
    return frozenset(PLACEHOLDER.findall(text))


def only_name(text: str) -> str | None:
    """The name, if the text is one placeholder and nothing more."""
    found = PLACEHOLDER.fullmatch(text.strip())
    return found[1] if found else None


def filled(text: str, values: Mapping[str, object], gap: str = GAP) -> str:
    """The text with values in their places; `gap` where a name has none. Values are never looked into again."""
    return PLACEHOLDER.sub(lambda found: str(values.get(found[1], gap)), text)


def page_of(subject: str, body: str, language: str) -> str:
    """A message as a page of HTML: what stands between empty lines is a paragraph, and nothing in it is markup."""
    paragraphs = (
        escape(part).replace("\n", "<br>") for part in EMPTY_LINES.split(body.strip()) if part.strip()
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f'<meta charset="utf-8"><title>{escape(subject)}</title>'
    return f'<!doctype html><html lang="{escape(language)}"><head>{head}</head><body>{text}</body></html>'


def texts_of(definition: Definition) -> Iterator[tuple[str, str]]:
    """Every text of a definition that may name fields, with the place where it stands."""
    for number, condition in enumerate(definition.query):
        if isinstance(condition.value, str):
            yield f"definition.query.{number}.value", condition.value
    yield "definition.contact_on", definition.contact_on
    yield "definition.max_size", definition.max_size
    for language, content in definition.content.items():
        yield f"definition.content.{language}.subject", content.subject
        yield f"definition.content.{language}.body", content.body
