"""Texts in which `{{ name }}` stands for a field of the order. Nothing else of the template language is allowed."""

from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from shared.contracts.campaigns import Definition

ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
PLAIN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)


def names_in(text: str) -> frozenset[str] | None:
    """The names that stand in a text; None if it holds anything but plain placeholders."""
    try:
        tree = ENVIRONMENT.parse(text)
    except TemplateSyntaxError:
        return None
    found = [tree, *tree.find_all(nodes.Node)]
    if not all(isinstance(node, PLAIN) for node in found):
        return None
    return frozenset(node.name for node in found if isinstance(node, nodes.Name))


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with values in their places. A name without a value leaves a visible gap."""
    known = {name: values.get(name, "…") for name in names_in(text) or ()}
    return ENVIRONMENT.from_string(text).render(known)


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
