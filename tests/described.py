"""Whatever the product answers to a test is as the OpenAPI document says, down to the last field."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from httpx2 import Response
from starlette.routing import compile_path

DOCUMENT = Path(__file__).parents[1] / "deploy/contract/openapi.json"
HERE = "urn:openapi"


async def as_described(response: Response) -> None:
    """A hook of the client. Raises AssertionError where a success says what its description does not.

    The description leaves answers open, for what comes later; here a field that it does not name is an error.
    """
    if not response.is_success:
        return
    await response.aread()
    method, path = response.request.method, response.request.url.path
    for described, pattern in _operations().get(method, ()):
        if pattern.match(path):
            _compare(response, described)
            return


def _compare(response: Response, path: str) -> None:
    method, status = response.request.method, str(response.status_code)
    kind = response.headers.get("content-type", "").partition(";")[0]
    check = _check("paths", path, method.lower(), "responses", status, "content", kind)
    assert check is not None, f"{method} {path}: {status} with {kind} is not described"
    if kind == "application/json":
        wrong = [
            f"{'/'.join(map(str, one.instance_path))}: {one.message}"
            for one in check.iter_errors(json.loads(response.content))
        ]
        assert not wrong, f"{method} {path} answers otherwise than described: {'; '.join(wrong)}"


@cache
def _document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for schema in _objects(found["components"]["schemas"]):
        schema.setdefault("additionalProperties", False)
    return found


@cache
def _registry() -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(HERE, _document())], draft=jsonschema_rs.Draft202012)


@cache
def _operations() -> dict[str, list[tuple[str, Any]]]:
    """Method → addresses with their patterns, those with fewest parameters first."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for path, methods in sorted(_document()["paths"].items(), key=lambda one: one[0].count("{")):
        for method in methods:
            found.setdefault(method.upper(), []).append((path, compile_path(path)[0]))
    return found


@cache
def _check(*place: str) -> jsonschema_rs.Validator | None:
    """What checks the answer at this place of the document; None if it is not there."""
    found = _document()
    for name in place:
        if name not in found:
            return None
        found = found[name]
    pointer = "/".join(name.replace("~", "~0").replace("/", "~1") for name in place)
    whole = {"$ref": f"{HERE}#/{quote(pointer)}/schema"} if "schema" in found else {}
    return jsonschema_rs.Draft202012Validator(whole, registry=_registry(), validate_formats=True)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object whose fields are named."""
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(inner)
    if isinstance(part, dict) and isinstance(part.get("properties"), dict) and part.get("type") == "object":
        yield part
