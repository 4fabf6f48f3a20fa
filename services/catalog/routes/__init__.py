"""HTTP ↔ commands and queries of catalog."""

from fastapi import APIRouter

from services.catalog.routes import (
    blackouts,
    calendar,
    editions,
    entities,
    package_commands,
    package_documents,
    packages,
    people,
)

ROUTER = APIRouter()
for part in (
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
