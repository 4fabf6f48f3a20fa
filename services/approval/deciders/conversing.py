"""What people do with a request before it is answered."""

from collections.abc import Sequence

from services.approval.deciders.entitled import OWN_NAME, in_whose_name, no_right
from services.approval.deciders.request_commands import DelegateAnswer, Delegation, Request
from shared.contracts.approval import ApprovalDelegated, ApprovalRequested, RequestEvent
from shared.kernel.decider import Refused


def delegate(
    command: DelegateAnswer, request: Request, asked: ApprovalRequested
) -> Sequence[RequestEvent] | Refused:
    """Who is asked in person may let somebody else answer, and says why; nobody passes on what was passed on."""
    if refused := no_right(command, request, asked) or _over(request):
        return refused
    if in_whose_name(command, request, asked) != OWN_NAME:
        return Refused("request.not-in-person", "forbidden")
    if not command.reason.strip():
        return Refused("request.reason-missing", "invalid", field="reason")
    if not command.reachable:
        return Refused("request.reviewer-unknown", "invalid", field="to")
    given = Delegation(command.to, command.by.id)
    if given in request.delegations or command.to in request.reviewers:
        return []
    return [
        ApprovalDelegated(
            request_id=command.request_id,
            by=command.by.id,
            to=command.to,
            at=command.at,
            reason=command.reason.strip(),
        )
    ]


def _over(request: Request) -> Refused | None:
    return None if request.status == "open" else Refused("request.over", "conflict")
