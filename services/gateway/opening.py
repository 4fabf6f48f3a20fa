"""Gives an application its door: what only a root can know of it."""

from datetime import timedelta

from fastapi import FastAPI
from httpx2 import AsyncClient

from services.gateway.door import Door
from services.gateway.routes.pages.shell import problem_page
from services.gateway.sessions import Sessions
from shared.settings import Settings
from shared.web.decision_tokens import decision_tokens_of


def open_door(app: FastAPI, upstream: AsyncClient, settings: Settings) -> None:
    """Give the application its door, and pages for refusals. One secret signs tokens, links of mails, and sessions."""
    sessions = Sessions(settings.secret_key.get_secret_value())
    life = timedelta(minutes=settings.token_minutes)
    app.state.refusal_page = problem_page
    app.state.secure = settings.address.startswith("https:")
    app.state.door = Door(upstream, decision_tokens_of(settings), sessions, life)
