"""Claims that this installation has signed: what its links and its cookies carry, each for a purpose of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OctKey

from shared.web.tokens import ALGORITHM, ISSUER, BadToken, ExpiredToken


class Signed:
    """Signs and checks claims for one purpose with the installation's secret.

    Each purpose is an audience of its own, so that a token for one is never taken for another, nor for a bearer token.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = OctKey.import_key(secret)
        self._audience, self._type = f"{ISSUER}/{purpose}", f"{purpose}+jwt"

    def sign(self, claims: Mapping[str, Any], until: datetime) -> str:
        """A token with these claims; the same claims until the same moment give the same token."""
        whole = {"iss": ISSUER, "aud": self._audience, **claims, "exp": int(until.timestamp())}
        return jwt.encode({"alg": ALGORITHM, "typ": self._type}, whole, self._key)

    def check(self, token: str, now: datetime) -> Mapping[str, Any]:
        """The claims of this token. Raises ExpiredToken, or BadToken for what was never ours."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            rules = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                iss={"essential": True, "value": ISSUER},
                aud={"essential": True, "value": self._audience},
                exp={"essential": True},
            )
            rules.validate(claims)
        except ExpiredTokenError as error:
            raise ExpiredToken("expired") from error
        except (JoseError, ValueError, TypeError) as error:
            raise BadToken(type(error).__name__) from error
        return claims
