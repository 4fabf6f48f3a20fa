"""What the gateway answers by itself; and how it says that it passes on what a service answers."""

from typing import Any, Literal

from typing_extensions import TypedDict

from shared.kernel.ids import EntityId
from shared.kernel.message import Role


class IssuedToken(TypedDict):
    """A bearer token; `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


class Me(TypedDict):
    """What the caller's token says of them, and the language of their mails."""

    person_id: str
    roles: list[Role]
    entity_id: EntityId | None
    language: str


def passed(*names: str) -> dict[str, Any]:
    """OpenAPI's answer that is one of these resources of the services, by their names in the document."""
    resources = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return {"content": {"application/json": {"schema": {"anyOf": resources} if names[1:] else resources[0]}}}
