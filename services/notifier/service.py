"""Notifier."""

from pathlib import Path

from shared.runtime.service import Service

SERVICE = Service(name="notifier", problems=Path(__file__).with_name("problems.toml"))
