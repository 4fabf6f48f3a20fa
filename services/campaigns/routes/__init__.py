"""HTTP ↔ commands and queries of campaigns."""

from fastapi import APIRouter

from services.campaigns.routes import (
    budgets,
    campaigns,
    evaluations,
    own_rules,
    recipients,
    running,
    tasks,
    templates,
)

ROUTER = APIRouter()
for part in (templates, campaigns, running, own_rules, evaluations, budgets, tasks, recipients):
    ROUTER.include_router(part.router)
