"""What differs between two versions of what reviewers are asked about, field by field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.approval import Change

Content = Mapping[str, Any]


def difference(before: Content, after: Content) -> tuple[Change, ...]:
    """One change per field that differs, by name; a field within another is `values.greeting`."""
    old, new = dict(_fields(before)), dict(_fields(after))
    return tuple(
        Change(field=field, before=old.get(field, ""), after=new.get(field, ""))
        for field in sorted(old.keys() | new.keys())
        if old.get(field, "") != new.get(field, "")
    )


def _fields(content: Content, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _fields(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _as_text(value)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
