"""Campaigns: what is prepared, and what is run."""

from pathlib import Path

from services.campaigns.deciders.budget import BUDGET
from services.campaigns.deciders.campaign import CAMPAIGN
from services.campaigns.deciders.task import TASK
from services.campaigns.projections.budget_list import BUDGET_LIST
from services.campaigns.projections.built_on import BUILT_ON
from services.campaigns.projections.campaign_list import CAMPAIGN_LIST
from services.campaigns.projections.content_list import CONTENT_LIST
from services.campaigns.projections.entity_origin import ENTITY_ORIGIN
from services.campaigns.projections.order_values import ORDER_VALUES
from services.campaigns.projections.own_rules import OWN_RULES
from services.campaigns.projections.recipients import BY_AGE, BY_ENTITY, RECIPIENTS
from services.campaigns.projections.task_list import TASK_LIST
from services.campaigns.reactions import REACTION
from services.campaigns.routes import ROUTER
from shared.runtime.service import Service

SERVICE = Service(
    name="campaigns",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(CAMPAIGN, BUDGET, TASK),
    projections=(
        CAMPAIGN_LIST,
        CONTENT_LIST,
        BUDGET_LIST,
        TASK_LIST,
        OWN_RULES,
        ENTITY_ORIGIN,
        ORDER_VALUES,
        BUILT_ON,
    ),
    reaction=REACTION,
    router=ROUTER,
    tables=(RECIPIENTS, BY_ENTITY, BY_AGE),
)
