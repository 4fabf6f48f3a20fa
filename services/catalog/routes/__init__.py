"""HTTP ↔ commands and queries of catalog."""

from fastapi import APIRouter

from services.catalog.routes import entities, package_commands, packages, people

ROUTER = APIRouter()
ROUTER.include_router(entities.router)
ROUTER.include_router(people.router)
ROUTER.include_router(packages.router)
ROUTER.include_router(package_commands.router)
