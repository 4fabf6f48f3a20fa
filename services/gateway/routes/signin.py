"""Who are you? OAuth 2 password flow for the embedded run."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import OAuth2PasswordRequestForm

from services.gateway.accounts import actor_of, person_with
from services.gateway.door import Door, door_of
from services.gateway.projections import people
from services.gateway.routes.resources import IssuedToken, Me
from shared.kernel.decider import Refused
from shared.kernel.message import Actor
from shared.runtime.host import Desk
from shared.web.caller import Caller, Stop, allow
from shared.web.desk import StrictRoute, desk_of
from shared.web.problems import documented
from shared.web.tokens import Tokens

router = APIRouter(tags=["sign-in"], route_class=StrictRoute)
Here = Annotated[Desk, Depends(desk_of("gateway"))]


@router.post("/token", responses=documented(401, 422, 429))
async def issue_token(
    request: Request,
    here: Here,
    door: Annotated[Door, Depends(door_of)],
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
) -> IssuedToken:
    """Login and password for a bearer token."""
    actor = await signed_in(here, door, form.username, form.password)
    tokens: Tokens = request.app.state.tokens
    token = tokens.issue(actor, request.app.state.now(), door.token_life)
    seconds = int(door.token_life.total_seconds())
    return {"access_token": token, "token_type": "bearer", "expires_in": seconds}


@router.get("/me", responses=documented(401))
async def who_am_i(here: Here, caller: Annotated[Caller, Depends(allow())]) -> Me:
    """What the caller's token says of them, and the language of their mails."""
    actor = caller.actor
    person = await here.one(people.ONE, {"person_id": actor.id})
    return {
        "person_id": actor.id,
        "roles": sorted(actor.roles),
        "entity_id": actor.entity_id,
        "language": person["language"] if person else caller.language,
    }


async def signed_in(here: Desk, door: Door, login: str, password: str) -> Actor:
    """Whose login and password these are. Stop with 401, or 429 after too many tries."""
    if door.tries.too_many(login):
        raise Stop(Refused("token.too-many-tries", "conflict"), 429, {"Retry-After": "60"})
    person_id = await person_with(here, login, password)
    actor = await actor_of(here, person_id) if person_id else None
    if actor is None:
        challenge = {"WWW-Authenticate": "Bearer"}
        raise Stop(Refused("token.wrong-credentials", "forbidden"), 401, challenge)
    door.tries.forget(login)
    return actor
