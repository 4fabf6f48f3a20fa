"""Ordering: what a local entity asked for."""

from pathlib import Path

from services.ordering.deciders.order import ORDER
from services.ordering.projections.campaigns import ORDER_CAMPAIGNS
from services.ordering.projections.costs import ORDER_COSTS
from services.ordering.projections.order_documents import CONTENTS, ORDER_DOCUMENTS
from services.ordering.projections.order_list import ORDER_LIST
from services.ordering.reactions import REACTION
from services.ordering.routes import ROUTER
from shared.runtime.service import Service

SERVICE = Service(
    name="ordering",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(ORDER,),
    projections=(ORDER_LIST, ORDER_DOCUMENTS, ORDER_CAMPAIGNS, ORDER_COSTS),
    reaction=REACTION,
    router=ROUTER,
    tables=(CONTENTS,),
)
