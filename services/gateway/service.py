"""The gateway: the only door. Owns no stream, so it has no deciders."""

from pathlib import Path

from services.gateway.projections.people import ACCOUNTS, PEOPLE
from services.gateway.routes import PAGES, ROUTER
from shared.runtime.service import Service

SERVICE = Service(
    name="gateway",
    problems=Path(__file__).with_name("problems.toml"),
    projections=(PEOPLE,),
    router=ROUTER,
    pages=PAGES,
    tables=(ACCOUNTS,),
)
