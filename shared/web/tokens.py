"""Bearer tokens: who is asking, signed by the gateway and checked by every service."""

from datetime import datetime, timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.kernel.ids import EntityId
from shared.kernel.message import Actor

ALGORITHM = "HS256"
ISSUER = "samverkan"
LEEWAY_SECONDS = 30


class BadToken(Exception):
    """This token is not ours, not for now, or not whole."""


class ExpiredToken(BadToken):
    """This token was ours, and its time is over."""


class Tokens:
    """Issues and checks tokens with one secret. A token is `at+jwt` (RFC 9068) with roles and entity."""

    def __init__(self, secret: str) -> None:
        self._key = OctKey.import_key(secret)

    def issue(self, actor: Actor, now: datetime, life: timedelta) -> str:
        """A token for this person, valid from now."""
        claims = {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": actor.id,
            "roles": sorted(actor.roles),
            "entity": str(actor.entity_id) if actor.entity_id else None,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + life).timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "at+jwt"}, claims, self._key)

    def check(self, token: str, now: datetime) -> Actor:
        """Who this token speaks for. Raises BadToken."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            rules = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": ISSUER},
                sub={"essential": True},
                exp={"essential": True},
            )
            rules.validate(claims)
            entity = claims.get("entity")
            return Actor(
                id=str(UUID(claims["sub"])),
                roles=frozenset(claims["roles"]),
                entity_id=EntityId(UUID(entity)) if entity else None,
            )
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise BadToken(type(error).__name__) from error
