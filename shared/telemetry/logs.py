"""Lines on standard error: text for a terminal, one JSON object a line for everything else, and never a secret."""

import logging
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from opentelemetry import trace
from pydantic import SecretStr
from structlog.typing import EventDict, Processor

from shared.settings import Settings

CHATTY = ("httpx2", "httpcore2", "uvicorn.error", "asyncio", "aiokafka", "faust", "mode")
SAID_AGAIN_SECONDS = 10.0
MASK = "********"
SHORTEST_SECRET = 4
"""What is shorter is no secret, and masking it would eat words."""


def log_as_chosen(settings: Settings, service: str) -> None:
    """Set up this process's lines; libraries that talk much say only what matters."""
    text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(_Masked(service, secrets_of(settings), text=text))
    handler.addFilter(_NotAgain())
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def secrets_of(settings: Settings) -> Sequence[str]:
    """Every secret among the settings, and the password inside each that is an address; longest first."""
    found: set[str] = set()
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            secret = value.get_secret_value()
            password = urlsplit(secret).password or ""
            found |= {secret, password, unquote(password)}
    return sorted((one for one in found if len(one) >= SHORTEST_SECRET), key=len, reverse=True)


class _NotAgain(logging.Filter):
    """Lets a library say one thing once in a while: with a broker gone each client says it ten times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """True for what we say ourselves, and for what has not been said lately."""
        if not record.name.startswith(CHATTY):
            return True
        what = (record.name, str(record.msg))
        if record.created - self._said.get(what, 0.0) < SAID_AGAIN_SECONDS:
            return False
        self._said[what] = record.created
        return True


class _Masked(structlog.stdlib.ProcessorFormatter):
    """Says everything that the line's maker gave, but for secrets, which a library may have put into its words."""

    def __init__(self, service: str, secrets: Sequence[str], *, text: bool) -> None:
        def about_us(_logger: Any, _name: str, event: EventDict) -> EventDict:
            return event if text else {"service.name": service, **event}

        shared: list[Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traced,
            about_us,
        ]
        renderer: Processor
        if text:
            renderer = structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        else:
            shared.append(structlog.processors.format_exc_info)
            renderer = structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
        remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
        super().__init__(foreign_pre_chain=shared, processors=[remove, renderer])
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return line


def _traced(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """The ids of the trace that this line belongs to, under the names by which logs and traces are joined."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"], event["span_id"] = f"{span.trace_id:032x}", f"{span.span_id:016x}"
    return event
