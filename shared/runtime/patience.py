"""What passes by itself, and how to wait for it."""

from collections.abc import AsyncIterator

import stamina

from shared.accidents import OutcomeUnknown, Unavailable
from shared.store.port import VersionConflict

TRANSIENT = (Unavailable, OutcomeUnknown, VersionConflict, ConnectionError, TimeoutError)
"""Whoever meets one of these tries again later; nothing is parked or given up for it."""
LONGEST_SECONDS = 5.0


def patiently() -> AsyncIterator[stamina.Attempt]:
    """Again and again, at longer and longer intervals, for as long as it takes.

    `async for attempt in patiently(): with attempt: …`
    """
    return stamina.retry_context(
        on=TRANSIENT, attempts=None, timeout=None, wait_initial=0.05, wait_max=LONGEST_SECONDS
    ).__aiter__()
