"""What the gateway needs of its root: the way to the services, and how long a sign-in lasts."""

from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import FastAPI, Request
from httpx2 import AsyncClient

from services.gateway.accounts import WrongTries


@dataclass(frozen=True, slots=True)
class Door:
    """Kept in the state of the application. `upstream` speaks to the services, which have no prefix."""

    upstream: AsyncClient
    token_life: timedelta
    tries: WrongTries = field(default_factory=WrongTries)


def open_door(app: FastAPI, upstream: AsyncClient, token_minutes: int) -> None:
    """Give the application its door."""
    app.state.door = Door(upstream, timedelta(minutes=token_minutes))


def door_of(request: Request) -> Door:
    """A dependency: the door."""
    door: Door = request.app.state.door
    return door
