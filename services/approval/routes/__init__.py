"""HTTP ↔ commands and queries of approval."""

from fastapi import APIRouter

from services.approval.routes import answering, conversing, decisions, deputies, reading

ROUTER = APIRouter()
ROUTER.include_router(decisions.router)  # before what would read `decisions` as the id of a request
ROUTER.include_router(reading.router)
ROUTER.include_router(answering.router)
ROUTER.include_router(conversing.router)
ROUTER.include_router(deputies.router)
