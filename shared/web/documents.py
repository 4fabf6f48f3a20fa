"""Files that people hand in: what they are, what they may be called, and how they are given back."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

import puremagic
from fastapi import Response, UploadFile
from pydantic import AwareDatetime
from typing_extensions import TypedDict

from shared.kernel.decider import Refused
from shared.web.caller import Stop

LARGEST = 20_000_000
LONGEST_NAME = 120
WELCOME = {
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
}
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(WELCOME)},
    }
}
"""OpenAPI's answer where a file is given back."""
ODD = re.compile(r"[^\w. ()+-]+")


class StoredDocument(TypedDict):
    """A file that was handed in. `size` is in bytes."""

    document_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    attached_by: str
    attached_at: AwareDatetime


async def received(file: UploadFile) -> bytes:
    """The bytes of a file; Stop with 413 where they are more than LARGEST."""
    content = await file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Stop(Refused("request.too-large", "invalid", field="file", facts={"limit": LARGEST}), 413)
    return content


def sniffed(content: bytes) -> str | None:
    """What these bytes, at least one, are by themselves and not by their name; None where it is no WELCOME kind."""
    try:
        kinds = {str(found.mime_type) for found in puremagic.magic_string(content)}
    except puremagic.PureError:
        kinds = set()
    if known := sorted(kinds & WELCOME):
        return known[0]
    return "text/plain" if not kinds and _is_text(content) else None


def cleaned(name: str) -> str:
    """A file name without folders and odd characters, short enough for every disk."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return ODD.sub("_", bare).strip(" .")[-LONGEST_NAME:] or "document"


def download(name: str, media_type: str, content: bytes) -> Response:
    """The bytes as they came, never shown in place."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox"}
    return Response(content, media_type=media_type, headers=headers)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
