"""Pages for people: what can be done through the API, in a browser, in two languages, without any script."""

from fastapi import APIRouter

from services.gateway.routes.pages import (
    about,
    approval,
    approvals,
    calendar,
    campaign_rules,
    campaign_settings,
    campaigns,
    deputies,
    documents,
    editions,
    forums,
    home,
    notices,
    order_form,
    orders,
    package_editing,
    packages,
    signin,
    tasks,
)

router = APIRouter()
PARTS = (
    *(about, signin, home),
    *(documents, package_editing, order_form, packages, editions, orders),
    *(campaign_settings, campaign_rules, campaigns),
    *(approvals, approval, forums, notices, deputies, tasks, calendar),
)
"""Addresses with a name in them (`/packages/new`) before those with an id in the same place."""
for part in PARTS:
    router.include_router(part.router)
