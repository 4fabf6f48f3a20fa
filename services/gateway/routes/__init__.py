"""HTTP at the door: sign-in and decisions under the API, pages for people at the root."""

from fastapi import APIRouter

from services.gateway.routes import decisions, pages, signin

ROUTER = APIRouter()
ROUTER.include_router(signin.router)
ROUTER.include_router(decisions.router)

PAGES = APIRouter()
PAGES.include_router(pages.router)
