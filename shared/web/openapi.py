"""The OpenAPI document: what FastAPI knows of the routes, and what it cannot see in their dependencies."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import TypeAdapter

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
LATER = {
    "description": "Done; its view is not there yet.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Position"}}},
}
POSITION = {
    "title": "Position",
    "description": "What to quote as Samverkan-Position when reading on.",
    "type": "object",
    "required": ["position"],
    "properties": {"position": {"type": "string"}},
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
    schemas |= {"Problem": schema, "Position": POSITION}
    answers = _answers(routes, schemas)
    parts["securitySchemes"] = {"password": SCHEME}
    parts["parameters"] = {name: _header(name) for name in HEADERS}
    for route in routes:
        for method in route.methods or ():
            operation = found["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _complete(operation, method, _guards(route))
                _describe_answer(operation, route, answers)
    return found


def _answering(routes: Sequence[RouteContext]) -> Iterator[RouteContext]:
    """Of two routes with the same address the first one answers, so only that one is told of."""
    seen: set[tuple[str | None, str]] = set()
    for route in routes:
        addresses = {(route.path_format, method) for method in route.methods or ()}
        if not addresses & seen:
            yield route
        seen |= addresses


def _answers(routes: Sequence[RouteContext], schemas: dict[str, Any]) -> Mapping[Any, Any]:
    """What routes answer → its schema, whose parts are put beside the others.

    Raises ValueError where one of another shape is there by that name: then one of the two needs a name of its own.
    """
    models = {model: TypeAdapter(model) for route in routes if (model := _described(route)) is not None}
    found, parts = TypeAdapter.json_schemas(
        [(model, "serialization", adapter) for model, adapter in models.items()],
        ref_template="#/components/schemas/{model}",
    )
    for name, part in parts.get("$defs", {}).items():
        # Some generators of clients name what they make by titles, and `Page` is the title of every page.
        schema = part | {"title": name.rstrip("_")}
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")
    return {model: schema for (model, _), schema in found.items()}


def _described(route: RouteContext) -> Any:
    return getattr(route.original_route, "described", None)


def _describe_answer(operation: dict[str, Any], route: RouteContext, answers: Mapping[Any, Any]) -> None:
    """What a route answers when all is well, where it says so."""
    model = _described(route)
    if model is not None:
        answer = operation["responses"][str(route.status_code or 200)]
        answer["content"]["application/json"]["schema"] = answers[model]


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
        answers = {"202": LATER, **documented(409, 412)}
        operation["responses"] = {
            **{str(status): told for status, told in answers.items()},
            **operation["responses"],
        }
    parameters = operation.setdefault("parameters", [])
    _describe_sheets(operation, parameters)
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


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}, **HEADERS[name]}
