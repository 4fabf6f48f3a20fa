"""What a schema of the OpenAPI document allows, as values to try: all words that this product's document uses."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as some

Schema = Mapping[str, Any]
Values = some.SearchStrategy[Any]
WORDS = {
    "additionalProperties", "anyOf", "const", "contentMediaType", "enum", "exclusiveMaximum", "exclusiveMinimum",
    "format", "items", "maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minimum",
    "pattern", "patternProperties", "properties", "propertyNames", "required", "type", "$ref",
}  # fmt: skip
ABOUT = {"title", "description", "default", "examples", "discriminator"}
"""Words that allow and forbid nothing."""
PRINTABLE = some.characters(exclude_categories=["Cs"], exclude_characters="\0")
ANYTHING = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**70), 2**70)
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.text(PRINTABLE, max_size=20),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.text(PRINTABLE, max_size=9), inner, max_size=3)
    ),
    max_leaves=5,
)
MOMENTS = some.datetimes(timezones=some.timezones(no_cache=True)).map(lambda moment: moment.isoformat())
"""From the first year to the last, wherever on earth."""


class Shapes:
    """Strategies for the schemas of one document; `ids` are those of things that there are."""

    def __init__(self, document: Mapping[str, Any], ids: Sequence[str]) -> None:
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self._ids = some.sampled_from(ids) | some.uuids().map(str)

    def of(self, schema: Schema) -> Values:
        """Values that this schema allows. Raises LookupError for a word that is not known here."""
        if unknown := schema.keys() - WORDS - ABOUT:
            raise LookupError(f"the document uses new words: {sorted(unknown)}")
        if "$ref" in schema:
            return some.deferred(lambda: self.of(self._schemas[schema["$ref"].rpartition("/")[2]]))
        if "anyOf" in schema:
            return some.one_of(*(self.of(one) for one in schema["anyOf"]))
        if "enum" in schema or "const" in schema:
            return some.sampled_from(schema.get("enum") or [schema["const"]])
        kinds: Mapping[str | None, Callable[[Schema], Values]] = {
            "object": self._objects,
            "array": self._lists,
            "string": self._texts,
            "integer": _integers,
            "number": lambda _: some.floats(allow_nan=False, allow_infinity=False, width=32),
            "boolean": lambda _: some.booleans(),
            "null": lambda _: some.none(),
            None: lambda _: ANYTHING,
        }
        return kinds[schema.get("type")](schema)

    def _objects(self, schema: Schema) -> Values:
        known = {name: self.of(part) for name, part in schema.get("properties", {}).items()}
        must = set(schema.get("required", ()))
        fixed = some.fixed_dictionaries(
            {name: part for name, part in known.items() if name in must},
            optional={name: part for name, part in known.items() if name not in must},
        )
        others = schema.get("additionalProperties", False)
        names = self.of({"type": "string", **schema.get("propertyNames", {})})
        for pattern, part in schema.get("patternProperties", {}).items():
            names, others = some.from_regex(pattern, fullmatch=True), part
        if others is False or known:
            return fixed
        values = ANYTHING if others is True else self.of(others)
        return some.dictionaries(names, values, max_size=min(3, schema.get("maxProperties", 3)))

    def _lists(self, schema: Schema) -> Values:
        most = min(3, schema.get("maxItems", 3))
        return some.lists(self.of(schema.get("items", {})), min_size=schema.get("minItems", 0), max_size=most)

    def _texts(self, schema: Schema) -> Values:
        if schema.get("format") == "uuid":
            return self._ids
        if schema.get("format") == "date-time":
            return MOMENTS
        if "pattern" in schema:
            return some.from_regex(schema["pattern"], fullmatch=True)
        most = min(40, schema.get("maxLength", 40))
        return some.text(PRINTABLE, min_size=schema.get("minLength", 0), max_size=most)


def _integers(schema: Schema) -> Values:
    least = schema.get("minimum", schema.get("exclusiveMinimum", -(2**70)) + 1)
    return some.integers(least, schema.get("maximum", schema.get("exclusiveMaximum", 2**70) - 1))
