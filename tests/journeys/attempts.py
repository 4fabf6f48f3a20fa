"""Every way to name what belongs to somebody else, made from the OpenAPI document: in the path, the query, the body."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

import jsonschema

from tests.gateway.routes import Route
from tests.journeys.belongings import PNG, Ids

PLACE = re.compile(r"\{(\w+)\}")
WORDS = {"name": {"opLocal"}}
"""What can stand in a path and is the same for everybody."""
KEYS = {
    "token": "who holds the link of a mail may decide, whoever that is: it must only never reach anybody else"
}
"""Places that cannot be tried with what is somebody else's, and why."""
QUERIES = {
    "entity": ["entity_id"],
    "parent": ["entity_id"],
    "owner": ["person_id"],
    "package": ["package_id"],
    "campaign": ["campaign_id"],
    "subject": ["package_id", "order_id"],
    "about": ["package_id", "order_id", "request_id", "campaign_id"],
    "q": ["word"],
}
"""The parameters of a query that can name what is somebody else's."""
NEUTRAL = {
    *("as_of", "from", "until", "since", "cursor", "limit", "sort", "form", "dry_run"),
    *("edition", "folder", "kind", "level", "mine", "nature", "role", "status"),
}
"""Those that cannot."""
BODIES = {
    "audience": "entity_id",
    "entities": "entity_id",
    "parent_id": "entity_id",
    "reference_id": "campaign_id",
    "deputy_id": "person_id",
    "members": "person_id",
    "owner": "person_id",
    "to": "person_id",
    "reviewers": "person_id",
    "username": "username",
}
"""Whose id a property of a body holds, where its name does not say so itself."""
FORMS = {"date": "2026-03-20", "date-time": "2026-03-20T09:00:00Z", "password": "a good password"}
JSON, MULTIPART = "application/json", "multipart/form-data"


@dataclass(frozen=True)
class Attempt:
    """One request. The same about what nobody has is its `twin`."""

    route: Route
    address: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def url(self) -> str:
        return f"{self.address}?{urlencode(self.query)}" if self.query else self.address

    def sent(self) -> dict[str, Any]:
        """The body as its route wants it."""
        kind = kind_of_body(self.route)
        if kind == MULTIPART:
            return {"files": {"file": ("picture.png", PNG, "image/png")}}
        return {} if kind is None else {"json" if kind == JSON else "data": self.body}

    def twin(self, secrets: Iterable[str]) -> "Attempt":
        """The same with ids that there are not."""
        query, body = json.loads(elsewhere(json.dumps([self.query, self.body], ensure_ascii=False), secrets))
        return Attempt(self.route, elsewhere(self.address, secrets), query, body)


def elsewhere(text: str, secrets: Iterable[str]) -> str:
    """The text with each of these ids replaced by one that there is not."""
    for secret in secrets:
        text = text.replace(secret, str(uuid5(NAMESPACE_URL, secret)))
    return text


def own(route: Route, ids: Ids) -> Iterator[Attempt]:
    """With everything in its place that is one's own."""
    names = PLACE.findall(route.path)
    for place in places(names, ids):
        yield Attempt(route, _filled(route.path, names, place), body=body_of(route, ids))


def of_others(route: Route, theirs: Ids, mine: Ids) -> Iterator[Attempt]:
    """With something of theirs: in the path, alone or behind what is one's own, in the query, or in the body."""
    names = PLACE.findall(route.path)
    if not KEYS.keys() & set(names):
        found = places(names, theirs)
        for place in sorted({*found, *(_behind(min(places(names, mine)), place) for place in found)}):
            if place not in places(names, mine):
                yield Attempt(route, _filled(route.path, names, place), body=body_of(route, mine))
    for plain in own(route, mine):
        for name in queries(route):
            for kind in QUERIES.get(name, []):
                yield Attempt(route, plain.address, {name: min(theirs[kind])}, plain.body)
        named = body_of(route, theirs)
        if named != plain.body:
            yield Attempt(route, plain.address, body=named)


def places(names: Sequence[str], ids: Ids) -> set[str]:
    """What can stand in these places of a path, which belongs together."""
    key = "/".join(names)
    found = (WORDS.get(key) or ids.get(key)) if names else {""}
    assert found, f"say in belongings.py or in WORDS what {key} can be"
    return found


def _behind(mine: str, theirs: str) -> str:
    """What is theirs, in the place that the first of mine has."""
    return "/".join([mine.partition("/")[0], *theirs.split("/")[1:]])


def _filled(path: str, names: Sequence[str], place: str) -> str:
    for name, id_ in zip(names, place.split("/"), strict=bool(names)):
        path = path.replace(f"{{{name}}}", id_)
    return path


def queries(route: Route) -> list[str]:
    """The parameters of its query, each of which this file has to know."""
    found = [one["name"] for one in route.operation.get("parameters", []) if one.get("in") == "query"]
    unknown = set(found) - QUERIES.keys() - NEUTRAL
    assert not unknown, (
        f"{route}: say in QUERIES or NEUTRAL whether {unknown} can name what is somebody else's"
    )
    return found


def kind_of_body(route: Route) -> str | None:
    return next(iter(route.operation.get("requestBody", {}).get("content", {})), None)


def body_of(route: Route, ids: Ids) -> Any:
    """The smallest body that the route takes, with every id in it that it can hold."""
    kind = kind_of_body(route)
    if kind is None or kind == MULTIPART:
        return None
    schema = route.operation["requestBody"]["content"][kind]["schema"]
    body = _example(schema, "", ids, route.schemas)
    jsonschema.validate(body, {**schema, "components": {"schemas": route.schemas}})
    return body


def _example(schema: dict[str, Any], name: str, ids: Ids, schemas: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], name, ids, schemas)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], name, ids, schemas)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema["type"]:
        case "object":
            asked = schema.get("required", [])
            wanted = {
                key: one for key, one in schema.get("properties", {}).items() if key in asked or _whose(key)
            }
            return {key: _example(one, key, ids, schemas) for key, one in wanted.items()}
        case "array":
            return [_example(schema["items"], name, ids, schemas)]
        case "string":
            return _text(schema, name, ids)
        case "integer":
            return max(1, schema.get("minimum", 1))
    raise AssertionError(f"say what {name} can be: {schema}")


def _whose(name: str) -> str | None:
    """Whose id this property holds."""
    return BODIES.get(name) or (name if name.endswith("_id") and name != "client_id" else None)


def _text(schema: dict[str, Any], name: str, ids: Ids) -> str:
    if whose := _whose(name):
        id_ = min(ids[whose])
        return f"person:{id_}" if "person:" in schema.get("pattern", "") else id_
    if "pattern" in schema:
        return "somebody@example.test"
    assert schema.get("format") != "uuid", f"say in BODIES whose id {name} is"
    return FORMS.get(schema.get("format", ""), "x")
