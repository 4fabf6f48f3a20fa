"""The tokens in the decision links of mails: one person, one question, for some days, and for nothing else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.kernel.ids import NoticeId, PersonId, RequestId
from shared.settings import Settings
from shared.web.signed import Signed
from shared.web.tokens import BadToken


@dataclass(frozen=True, slots=True)
class DecisionLink:
    """What a link lets its holder do: answer this version of this question in this person's name, once.

    `notice_id` names the mail that holds it; it is the key by which a repeated answer is known.
    """

    notice_id: NoticeId
    person_id: PersonId
    request_id: RequestId
    version: int


class DecisionTokens:
    """Issues and checks decision tokens with the installation's secret."""

    def __init__(self, secret: str) -> None:
        self._signed = Signed(secret, "decision")

    def issue(self, link: DecisionLink, until: datetime) -> str:
        """The token of this link; the same link until the same moment gives the same token."""
        claims = {
            "jti": str(link.notice_id),
            "sub": str(link.person_id),
            "request": str(link.request_id),
            "version": link.version,
        }
        return self._signed.sign(claims, until)

    def check(self, token: str, now: datetime) -> DecisionLink:
        """What this token lets its holder do. Raises ExpiredToken, or BadToken for what was never ours."""
        claims = self._signed.check(token, now)
        try:
            return DecisionLink(
                NoticeId(UUID(claims["jti"])),
                PersonId(UUID(claims["sub"])),
                RequestId(UUID(claims["request"])),
                int(claims["version"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadToken(type(error).__name__) from error


def decision_tokens_of(settings: Settings) -> DecisionTokens | None:
    """What signs the links of mails, and knows them again; None where nobody decides without signing in."""
    decisive = settings.decision_links == "token"
    return DecisionTokens(settings.secret_key.get_secret_value()) if decisive else None
