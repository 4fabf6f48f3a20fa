"""Accounts for the embedded run: a login, a hashed password, and whose it is."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from services.gateway.projections import people
from shared.kernel.ids import EntityId, PersonId
from shared.kernel.message import Actor
from shared.runtime.host import Desk

WRONG_TRIES_A_MINUTE = 10
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The first choice of OWASP's cheat sheet: 19 MiB for one look at one password."""
NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$c2FtdmVya2FuLW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Checked for unknown logins, so that they take as long as known ones; no password has this hash."""


class WrongTries:
    """Counts the tries of each login; those that succeed are forgotten."""

    def __init__(self) -> None:
        self._item = RateLimitItemPerMinute(WRONG_TRIES_A_MINUTE)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def too_many(self, login: str) -> bool:
        """Count one try more. True if this login has had its tries for this minute."""
        return not self._limiter.hit(self._item, _same(login))

    def forget(self, login: str) -> None:
        """The right password came."""
        self._limiter.clear(self._item, _same(login))


async def add_account(desk: Desk, login: str, password: str, person_id: PersonId | str) -> None:
    """Let this person sign in with this password; an account of this login is replaced."""
    hashed = await asyncio.to_thread(HASHER.hash, password)
    account = {"login": _same(login), "password_hash": hashed, "person_id": str(person_id)}
    await desk.db.write(people.ACCOUNT_SET, account)


async def person_with(desk: Desk, login: str, password: str) -> str | None:
    """Whose login and password these are, or None. A wrong login takes as long as a wrong password."""
    nobodys = "\0" in login  # no database of ours keeps it, and not all can be asked for it
    account = None if nobodys else await desk.one(people.ACCOUNT, {"login": _same(login)})
    hashed = account["password_hash"] if account else NOBODYS
    right = await asyncio.to_thread(_verify, hashed, password)
    return str(account["person_id"]) if account and right else None


async def actor_of(desk: Desk, person_id: str) -> Actor | None:
    """What this person may do now; None if it takes part no more."""
    person = await desk.one(people.ONE, {"person_id": person_id})
    if person is None or not person["active"]:
        return None
    entity = EntityId(person["entity_id"]) if person["entity_id"] else None
    return Actor(id=person_id, roles=frozenset(person["roles"].split()), entity_id=entity)


def _verify(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _same(login: str) -> str:
    return login.strip().casefold()
