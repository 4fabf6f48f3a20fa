"""Catalog: who is there, and what is offered."""

from pathlib import Path

from services.catalog.deciders.blackout import BLACKOUT
from services.catalog.deciders.entity import ENTITY
from services.catalog.deciders.package import PACKAGE
from services.catalog.deciders.person import PERSON
from services.catalog.projections.blackout_list import BLACKOUT_LIST
from services.catalog.projections.campaign_plan import CAMPAIGN_PLAN
from services.catalog.projections.entity_list import ENTITY_LIST
from services.catalog.projections.package_documents import CONTENTS, PACKAGE_DOCUMENTS
from services.catalog.projections.package_list import PACKAGE_LIST
from services.catalog.projections.people import ADDRESSES, PEOPLE
from services.catalog.projections.reference_list import REFERENCE_LIST
from services.catalog.reactions import REACTION
from services.catalog.routes import ROUTER
from shared.runtime.service import Service

SERVICE = Service(
    name="catalog",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(ENTITY, PERSON, PACKAGE, BLACKOUT),
    projections=(
        ENTITY_LIST,
        PEOPLE,
        PACKAGE_LIST,
        PACKAGE_DOCUMENTS,
        REFERENCE_LIST,
        BLACKOUT_LIST,
        CAMPAIGN_PLAN,
    ),
    reaction=REACTION,
    router=ROUTER,
    tables=(ADDRESSES, CONTENTS),
)
