"""What the gateway needs of its root: the way to the services, and what it signs people in and links with."""

from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import Request
from httpx2 import AsyncClient

from services.gateway.accounts import WrongTries
from services.gateway.sessions import Sessions
from shared.web.decision_tokens import DecisionTokens


@dataclass(frozen=True, slots=True)
class Door:
    """Kept in the state of the application. `upstream` speaks to the services, which have no prefix."""

    upstream: AsyncClient
    decisions: DecisionTokens | None
    """None where nobody decides without signing in."""
    sessions: Sessions
    token_life: timedelta
    tries: WrongTries = field(default_factory=WrongTries)


def door_of(request: Request) -> Door:
    """A dependency: the door."""
    door: Door = request.app.state.door
    return door
