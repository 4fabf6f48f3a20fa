"""Pages for people: what can be done through the API, in a browser, in two languages, without any script."""

from fastapi import APIRouter

from services.gateway.routes.pages import (
    about,
    campaign_rules,
    campaign_settings,
    campaigns,
    home,
    order_form,
    orders,
    package_editing,
    packages,
    signin,
)

router = APIRouter()
PARTS = (about, signin, home, package_editing, order_form, packages, orders)
for part in (*PARTS, campaign_settings, campaign_rules, campaigns):
    router.include_router(part.router)
