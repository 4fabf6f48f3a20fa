"""Approval: who must answer, by when, and what silence means."""

from pathlib import Path

from services.approval.deciders.deputy import DEPUTY
from services.approval.deciders.request import REQUEST
from services.approval.projections.decision_list import DECISION_LIST
from services.approval.projections.deputy_list import DEPUTY_LIST
from services.approval.projections.questions import QUESTIONS
from services.approval.projections.request_list import REQUEST_LIST
from services.approval.projections.schedule import SCHEDULE
from services.approval.reactions import REACTION
from services.approval.routes import ROUTER
from shared.runtime.service import Service

SERVICE = Service(
    name="approval",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(REQUEST, DEPUTY),
    projections=(REQUEST_LIST, SCHEDULE, QUESTIONS, DECISION_LIST, DEPUTY_LIST),
    reaction=REACTION,
    router=ROUTER,
)
