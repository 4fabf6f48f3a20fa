"""Every choice an operator has. Read once, in a root, then passed on."""

import difflib
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SAMVERKAN_"


class WrongSetting(Exception):
    """A setting is unknown or has a value that cannot be used; the message names it and the way out."""


class Settings(BaseSettings):
    """Environment variables with the prefix SAMVERKAN_, or files of these names in SAMVERKAN_SECRETS_DIR.

    A file may have its name in small letters; where there are both, the variable counts. None is needed for the
    embedded run.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Path(".samverkan")
    """Where the embedded run keeps its files."""
    http_host: str = "127.0.0.1"
    http_port: int = Field(8400, ge=0, le=65535)
    """0 takes any free port."""
    public_url: str = ""
    """How the product is reached from outside; stands in mails and in facts on Kafka. Empty: where it listens."""
    secret_key: SecretStr = SecretStr("")
    """Signs tokens. Empty: made at the first start and kept in the data directory."""
    store: Literal["sqlite", "postgres", "kurrentdb"] = "sqlite"
    """Where facts are: files in the data directory, or a server that several processes share."""
    store_url: SecretStr = SecretStr("")
    """`postgresql://user:password@host/database`, or `kurrentdb://user:password@host:2113`."""
    read_db_url: SecretStr = SecretStr("")
    """PostgreSQL for the tables of each service, where the store is a server. Empty: the store's own PostgreSQL."""
    service_urls: str = ""
    """Where the gateway finds the services that run as processes of their own: `catalog=http://host:port,…`."""
    admin_port: int = Field(0, ge=0, le=65535)
    """Where this process tells operators of its health and metrics. 0 takes any free port."""
    transport: Literal["local", "kafka", "faust"] = "local"
    """How services hear each other: through their stores' own tails, or over Kafka, by aiokafka or by Faust."""
    kafka_brokers: str = ""
    """`host:port`, with commas between."""
    worker_name: str = socket.gethostname()
    """Tells the workers of one service apart; each needs its own, and keeps it over a restart."""
    kafka_replication: int = 1
    """Replication factor of topics that we create; 3 in production."""
    smtp_url: SecretStr = SecretStr("")
    """`smtp://user:password@host:port`, or `smtps://…`. Empty: mails stay in the mailbox of this process."""
    mail_from: str = "samverkan@localhost"
    decision_links: Literal["token", "sign-in"] = "token"
    """token: mails hold links by which their reader decides once, without signing in. sign-in: nobody decides so."""
    language: Literal["sv", "en"] = "sv"
    time_zone: str = "Europe/Stockholm"
    currency: str = "SEK"
    token_minutes: int = 480
    requests_per_minute: int = 1200
    """For one person, over all routes; what is above gets 429."""
    log_format: Literal["auto", "text", "json"] = "auto"
    """auto: text on a terminal, one JSON object a line for everything else."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    secrets_dir: Path | None = None

    @property
    def address(self) -> str:
        """Where links lead: the public URL, or else the address it listens on."""
        return self.public_url.rstrip("/") or f"http://{self.http_host}:{self.http_port}"

    @field_validator("time_zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone; write one such as Europe/Stockholm") from error
        return name


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises WrongSetting with a sentence that can be acted on."""
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    folder = environ.get(f"{PREFIX}SECRETS_DIR")
    for name in (*environ, *(secret_files(Path(folder)) if folder else ())):
        if name.startswith(PREFIX) and name not in known and not name.startswith("SAMVERKAN_TEST_"):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; `samverkan settings` lists what there is"
            raise WrongSetting(f"{name} is not a setting{hint}")
    try:
        return Settings(_secrets_dir=folder)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise WrongSetting(f"{name}: {first['msg']}") from error


def secret_files(folder: Path) -> dict[str, Path]:
    """The files of our names in this folder, by the setting that each holds; other names are other people's.

    Raises WrongSetting where one cannot be read: nobody should start without the secret that was meant.
    """
    try:
        files = {file.name.upper(): file for file in folder.iterdir() if file.name.upper().startswith(PREFIX)}
        for file in files.values():
            file.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongSetting(
            f"{PREFIX}SECRETS_DIR: {error.filename} cannot be read ({error.strerror})"
        ) from error
    except UnicodeDecodeError as error:
        raise WrongSetting(f"{PREFIX}SECRETS_DIR: a file in {folder} is not text ({error.reason})") from error
    return files
