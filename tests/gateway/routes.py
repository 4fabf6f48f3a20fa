"""Every route as the OpenAPI document tells of it, and an address of each that leads nowhere in particular."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.facts import id_of
from tests.world import World

WORDS = {"group": "notify", "name": "opLocal", "edition": "1"}


class Route(NamedTuple):
    """One operation. `address` has made-up ids in place of parameters; `schemas` are those of the whole document."""

    method: str
    path: str
    operation: dict[str, Any]
    schemas: dict[str, Any]

    @property
    def address(self) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: WORDS.get(found[1], str(id_of(found[1]))), self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path.removeprefix('/api/v1')}"


def routes(world: World) -> Iterator[Route]:
    """All of them."""
    document = world.product.app.openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield Route(method.upper(), path, operation, document["components"]["schemas"])
