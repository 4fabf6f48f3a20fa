"""Pages for people: what can be done through the API, in a browser, in two languages, without any script."""

from fastapi import APIRouter

from services.gateway.routes.pages import about, home, order_form, orders, package_editing, packages, signin

router = APIRouter()
for part in (about, signin, home, package_editing, order_form, packages, orders):
    router.include_router(part.router)
