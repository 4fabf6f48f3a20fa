"""HTTP ↔ commands and queries of catalog."""

from fastapi import APIRouter

from services.catalog.routes import (
    blackouts,
    calendar,
    editions,
    entities,
    imports,
    package_commands,
    package_documents,
    packages,
    people,
)

ROUTER = APIRouter()
for part in (
    imports,
    entities,
    people,
    packages,
    package_commands,
    package_documents,
    editions,
    blackouts,
    calendar,
):
    ROUTER.include_router(part.router)
