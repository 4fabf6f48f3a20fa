"""Steps from an older schema version of an event to the next: pure, and never edited once released."""

from collections.abc import Callable, Mapping
from typing import Any

Step = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: Mapping[tuple[str, int], Step] = {}
"""(event name, version n) → the step from n to n+1."""
