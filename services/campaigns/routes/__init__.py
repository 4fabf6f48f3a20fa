"""HTTP ↔ commands and queries of campaigns."""

from fastapi import APIRouter

from services.campaigns.routes import budgets, campaigns, evaluations, recipients, running, templates

ROUTER = APIRouter()
for part in (templates, campaigns, running, evaluations, budgets, recipients):
    ROUTER.include_router(part.router)
