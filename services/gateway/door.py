"""What the gateway needs of its root: the way to the services, and what it signs people in and links with."""

from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import FastAPI, Request
from httpx2 import AsyncClient

from services.gateway.accounts import WrongTries
from shared.web.decision_tokens import DecisionTokens


@dataclass(frozen=True, slots=True)
class Door:
    """Kept in the state of the application. `upstream` speaks to the services, which have no prefix."""

    upstream: AsyncClient
    decisions: DecisionTokens
    token_life: timedelta
    tries: WrongTries = field(default_factory=WrongTries)


def open_door(app: FastAPI, upstream: AsyncClient, secret: str, token_minutes: int) -> None:
    """Give the application its door. `secret` is the one that signs the decision links of mails."""
    app.state.door = Door(upstream, DecisionTokens(secret), timedelta(minutes=token_minutes))


def door_of(request: Request) -> Door:
    """A dependency: the door."""
    door: Door = request.app.state.door
    return door
