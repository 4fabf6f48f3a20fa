"""Pages for people: what can be done through the API, in a browser, in two languages, without any script."""

from fastapi import APIRouter

from services.gateway.routes.pages import (
    about,
    approval,
    approvals,
    calendar,
    deputies,
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
for part in (about, signin, home, package_editing, order_form, packages, orders):
    router.include_router(part.router)
for part in (approvals, approval, editions, forums, notices, deputies, tasks, calendar):
    router.include_router(part.router)
