"""Forum: what is said about a package, a campaign or an entity, and who is told of it."""

from pathlib import Path

from services.forum.deciders.thread import THREAD
from services.forum.projections import contents
from services.forum.projections.messages import MESSAGES
from services.forum.projections.readers import READERS
from services.forum.reactions import REACTION
from services.forum.routes import router
from shared.runtime.service import Service

SERVICE = Service(
    name="forum",
    problems=Path(__file__).with_name("problems.toml"),
    deciders=(THREAD,),
    projections=(MESSAGES, READERS),
    reaction=REACTION,
    router=router,
    tables=contents.TABLES,
)
