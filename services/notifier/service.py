"""Notifier: who is told what, in the own language, once."""

from pathlib import Path

from services.notifier import mailbox, routes
from services.notifier.deciders.digest import DIGEST
from services.notifier.deciders.notice import NOTICE
from services.notifier.deciders.preferences import PREFERENCES
from services.notifier.projections import ledger
from services.notifier.projections.notice_list import NOTICE_LIST
from services.notifier.reactions import REACTION
from shared.runtime.service import Service

SERVICE = Service(
    name="notifier",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(NOTICE, DIGEST, PREFERENCES),
    projections=(NOTICE_LIST,),
    reaction=REACTION,
    router=routes.router,
    pages=routes.pages,
    tables=(*ledger.TABLES, mailbox.TABLE, mailbox.BY_MOMENT),
)
