"""Catalog: who is there, and what is offered."""

from pathlib import Path

from services.catalog.deciders.entity import ENTITY
from services.catalog.deciders.person import PERSON
from services.catalog.projections.entity_list import ENTITY_LIST
from services.catalog.projections.people import ADDRESSES, PEOPLE
from services.catalog.routes import ROUTER
from shared.runtime.service import Service

SERVICE = Service(
    name="catalog",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(ENTITY, PERSON),
    projections=(ENTITY_LIST, PEOPLE),
    router=ROUTER,
    tables=(ADDRESSES,),
)
