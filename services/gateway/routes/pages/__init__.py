"""Pages for people: what can be done through the API, in a browser, in two languages, without any script."""

from fastapi import APIRouter

from services.gateway.routes.pages import (
    about,
    campaign_rules,
    campaign_settings,
    campaigns,
    home,
    package_editing,
    packages,
    signin,
)

router = APIRouter()
for part in (about, signin, home, package_editing, packages, campaign_settings, campaign_rules, campaigns):
    router.include_router(part.router)
