"""HTTP ↔ commands and queries of catalog."""

from fastapi import APIRouter

from services.catalog.routes import entities, people

ROUTER = APIRouter()
ROUTER.include_router(entities.router)
ROUTER.include_router(people.router)
