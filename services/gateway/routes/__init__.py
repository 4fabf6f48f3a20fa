"""HTTP at the door: sign-in and decisions under the API, pages and the published contract at the root."""

from fastapi import APIRouter

from services.gateway.routes import contract, decisions, links, pages, signin

ROUTER = APIRouter()
ROUTER.include_router(signin.router)
ROUTER.include_router(decisions.router)
ROUTER.include_router(links.router)

PAGES = APIRouter()
PAGES.include_router(pages.router)
PAGES.include_router(links.pages)
PAGES.include_router(contract.router)
