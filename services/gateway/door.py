"""What the gateway needs of its root: the way to the services, and what it signs people in and links with."""

from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import FastAPI, Request
from httpx2 import AsyncClient

from services.gateway.accounts import WrongTries
from shared.settings import Settings
from shared.web.decision_tokens import DecisionTokens, decision_tokens_of


@dataclass(frozen=True, slots=True)
class Door:
    """Kept in the state of the application. `upstream` speaks to the services, which have no prefix."""

    upstream: AsyncClient
    decisions: DecisionTokens | None
    """None where nobody decides without signing in."""
    token_life: timedelta
    tries: WrongTries = field(default_factory=WrongTries)


def open_door(app: FastAPI, upstream: AsyncClient, settings: Settings) -> None:
    """Give the application its door. The secret that signs tokens signs the decision links of mails, too."""
    app.state.door = Door(upstream, decision_tokens_of(settings), timedelta(minutes=settings.token_minutes))


def door_of(request: Request) -> Door:
    """A dependency: the door."""
    door: Door = request.app.state.door
    return door
