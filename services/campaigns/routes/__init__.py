"""HTTP ↔ commands and queries of campaigns."""

from fastapi import APIRouter

from services.campaigns.routes import campaigns, recipients, running, templates

ROUTER = APIRouter()
for part in (templates, campaigns, running, recipients):
    ROUTER.include_router(part.router)
