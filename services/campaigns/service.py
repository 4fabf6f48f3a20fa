"""Campaigns."""

from pathlib import Path

from shared.runtime.service import Service

SERVICE = Service(name="campaigns", problems=Path(__file__).with_name("problems.toml"))
