"""Approval."""

from pathlib import Path

from shared.runtime.service import Service

SERVICE = Service(name="approval", problems=Path(__file__).with_name("problems.toml"))
