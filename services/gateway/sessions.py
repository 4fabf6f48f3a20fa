"""Sessions of browsers: who signed in, kept in a cookie that only we can write."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.kernel.ids import PersonId
from shared.web.signed import Signed
from shared.web.tokens import BadToken

LIFE = timedelta(hours=12)
"""A working day. What a person may do is looked up at each request, so that a session never outlives a right."""


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. `secret` stands in every form of the session's pages and proves that a form came from one."""

    person_id: PersonId
    secret: str


class Sessions:
    """Issues and checks the cookies of sessions with the installation's secret."""

    def __init__(self, secret: str) -> None:
        self._signed = Signed(secret, "session")

    def issue(self, session: Session, now: datetime) -> str:
        """The cookie of this session, from now on."""
        return self._signed.sign({"sub": str(session.person_id), "jti": session.secret}, now + LIFE)

    def check(self, cookie: str, now: datetime) -> Session:
        """Whose session this is. Raises BadToken."""
        claims = self._signed.check(cookie, now)
        try:
            return Session(PersonId(UUID(claims["sub"])), str(claims["jti"]))
        except (ValueError, KeyError) as error:
            raise BadToken(type(error).__name__) from error
