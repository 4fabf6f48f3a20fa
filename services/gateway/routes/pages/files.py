"""Files that people attach in a browser, and take from there."""

from fastapi import Response
from httpx2 import Response as Answered
from starlette.datastructures import FormData, UploadFile

from services.gateway.routes.pages.shell import Turned
from services.gateway.routes.pages.visit import Visit

KEPT = ("content-type", "content-disposition", "content-security-policy", "etag")


async def sent_file(visit: Visit, path: str, form: FormData) -> Answered:
    """Hand on the file of a form; one that nobody chose is an empty one, and refused as such."""
    file = form.get("file")
    content = (
        (file.filename or "", await file.read(), file.content_type) if isinstance(file, UploadFile) else None
    )
    return await visit.send("POST", path, form, files={"file": content or ("", b"")})


async def passed_file(visit: Visit, path: str) -> Response:
    """The bytes that a service has, with what it says of them. Stop with its words where it has none for them."""
    found = await visit.upstream.get(path)
    if found.is_error:
        raise Turned(found)
    headers = {name: found.headers[name] for name in KEPT if name in found.headers}
    return Response(found.content, headers=headers)
