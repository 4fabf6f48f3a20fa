"""What goes with a mail: a package's documents, attached where they are small enough, and else named with links."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from uuid import UUID

from services.notifier.projections import seen_documents
from shared.contracts.notifier import NoticeDocument, NoticeQueued
from shared.kernel.ids import PackageId
from shared.kernel.message import Params
from shared.kernel.projection import Row

MOST_ATTACHED = 7_000_000
"""Bytes of all documents of one mail. A mail holds them as text, a third longer, and many servers refuse 10 MB."""

ContentOf = Callable[[PackageId, UUID], Awaitable[bytes | None]]
"""The bytes of a package's document at this moment; None where it is not given."""
Rows = Callable[[str, Params], Awaitable[Sequence[Row]]]
Enclosed = Mapping[UUID, bytes | None]
"""By document: its bytes, or None where it is to be fetched by its link. What was removed meanwhile is missing."""


class Enclosures:
    """Looks up what goes with a mail when it goes: `rows` reads the notifier's own tables."""

    def __init__(self, rows: Rows, content_of: ContentOf) -> None:
        self._rows, self._content_of = rows, content_of

    async def of(self, notices: Sequence[NoticeQueued]) -> Enclosed:
        """What these notices name and their packages still have; a document of several notices goes once."""
        named = {document.document_id: (package, document) for package, document in _named(notices)}
        standing: set[UUID] = set()
        for package_id in {package_id for package_id, _ in named.values()}:
            rows = await self._rows(seen_documents.OF, {"package_id": str(package_id)})
            standing |= {UUID(row["document_id"]) for row in rows}
        going = {document_id: known for document_id, known in named.items() if document_id in standing}
        if sum(document.size for _, document in going.values()) > MOST_ATTACHED:
            return dict.fromkeys(going)
        return {id_: await self._content_of(package_id, id_) for id_, (package_id, _) in going.items()}


def enclose(mail: EmailMessage, notices: Sequence[NoticeQueued], enclosed: Enclosed) -> None:
    """Attach to a mail whatever has bytes, each once, in the order in which the notices name it."""
    for document in {document.document_id: document for _, document in _named(notices)}.values():
        content = enclosed.get(document.document_id)
        if content is not None:
            main, _, sub = document.media_type.partition("/")
            params = {"charset": "utf-8"} if main == "text" else None
            mail.add_attachment(content, maintype=main, subtype=sub, filename=document.name, params=params)


def _named(notices: Sequence[NoticeQueued]) -> Iterator[tuple[PackageId, NoticeDocument]]:
    for notice in notices:
        for document in notice.documents:
            yield PackageId(notice.about["package"]), document
