"""Moments as text that compares as they do."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """UTC, microseconds always given."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
