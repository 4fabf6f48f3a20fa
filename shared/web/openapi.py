"""The OpenAPI document: what FastAPI knows of the routes, and what it cannot see in their dependencies."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from shared.web.caller import acts, allow, edits
from shared.web.problems import Problem, documented

HEADERS: dict[str, dict[str, Any]] = {
    "Accept-Language": {"description": "sv or en: the language of problems", "example": "sv"},
    "Idempotency-Key": {
        "description": "A value of your own, new for every wish; the same again gets the first answer again.",
        "example": "0197c2a4-7d54-7b3f-9a41-0d6f6b1c2e11",
    },
    "If-Match": {"description": "The ETag that was read before this edit.", "example": '"3"'},
    "Samverkan-Position": {"description": "Wait until the view shows this earlier answer of ours."},
    "Prefer": {"description": "How long to wait for it, in seconds.", "example": "wait=5"},
}
SHEETS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""What `form=…` gives instead of JSON."""
LATER = {"description": "Done; its view is not there yet. The position is what to quote when reading on."}
PAGE = {
    "title": "Page",
    "description": "Some of a list, and the cursor that asks for what comes after them; null where nothing does.",
    "type": "object",
    "required": ["items", "next"],
    "properties": {
        "items": {"type": "array", "items": {"type": "object"}, "maxItems": 200},
        "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
}
SCHEME = {"type": "oauth2", "flows": {"password": {"tokenUrl": "/api/v1/token", "scopes": {}}}}


def document(app: FastAPI) -> None:
    """Let the application describe itself completely; built once, when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    routes = list(_answering(list(iter_route_contexts(app.routes))))
    found = get_openapi(title=app.title, version=app.version, description=app.description, routes=routes)
    parts = found.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas |= {"Problem": schema, "Page": PAGE}
    parts["securitySchemes"] = {"password": SCHEME}
    parts["parameters"] = {name: _header(name) for name in HEADERS}
    for route in routes:
        for method in route.methods or ():
            operation = found["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _complete(operation, method, _guards(route))
    return found


def _answering(routes: Sequence[RouteContext]) -> Iterator[RouteContext]:
    """Of two routes with the same address the first one answers, so only that one is told of."""
    seen: set[tuple[str | None, str]] = set()
    for route in routes:
        addresses = {(route.path_format, method) for method in route.methods or ()}
        if not addresses & seen:
            yield route
        seen |= addresses


def _guards(route: RouteContext) -> list[allow]:
    original = route.original_route
    if not isinstance(original, APIRoute):
        return []
    return [part.call for part in original.dependant.dependencies if isinstance(part.call, allow)]


def _complete(operation: dict[str, Any], method: str, guards: Sequence[allow]) -> None:
    """Who may ask, and which headers are read."""
    names = {"Accept-Language": False}
    if guards and method.upper() == "GET":
        names |= {"Samverkan-Position": False, "Prefer": False}
    elif guards:
        names["Idempotency-Key"] = any(isinstance(guard, acts) for guard in guards)
        names["If-Match"] = any(isinstance(guard, edits) for guard in guards)
        answers = {"202": {**LATER, "content": {"application/json": {}}}, **documented(409, 412)}
        operation["responses"] = {
            **{str(status): told for status, told in answers.items()},
            **operation["responses"],
        }
    parameters = operation.setdefault("parameters", [])
    _describe_sheets(operation, parameters)
    _describe_page(operation, parameters)
    for name, required in names.items():
        if required:
            parameters.append({**_header(name), "required": True})
        else:
            parameters.append({"$ref": f"#/components/parameters/{name}"})
    operation["security"] = [{"password": []}] if guards else []
    if guards:
        roles = ", ".join(sorted({role for guard in guards for role in guard.roles}))
        told = f"For: {roles or 'everybody who is signed in'}."
        operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()


def _describe_sheets(operation: dict[str, Any], parameters: Sequence[dict[str, Any]]) -> None:
    """What is also given as a sheet says so by its parameter `form`."""
    for parameter in parameters:
        if parameter.get("name") == "form":
            content = operation["responses"]["200"].setdefault("content", {})
            content |= {SHEETS[form]: {} for form in parameter["schema"].get("enum", ()) if form in SHEETS}


def _describe_page(operation: dict[str, Any], parameters: Sequence[dict[str, Any]]) -> None:
    """What takes a cursor answers with a page."""
    if any(parameter.get("name") == "cursor" for parameter in parameters):
        schema = {"$ref": "#/components/schemas/Page"}
        operation["responses"]["200"]["content"]["application/json"] = {"schema": schema}


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}, **HEADERS[name]}
