"""The command line. Exit codes: 0 done, 1 a check failed, 2 wrong use or setting, 3 something outside is not there."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from services.cli.ground import WRONG, Leave
from shared.forward import NewerSchema

COMMANDS = {
    "up": "up.up",
    "serve": "alone.serve_one",
    "worker": "alone.worker",
    "relay": "alone.relay",
    "demo": "demo.app",
    "events": "look.events",
    "stream": "look.stream",
    "consumers": "look.consumers",
    "timers": "look.timers",
    "parked": "parked.app",
    "rebuild": "care.rebuild_view",
    "verify": "care.verify",
    "backup": "care.backup",
    "restore": "care.restore",
    "user": "settle.user",
    "topics": "bus.topics",
    "backfill": "bus.backfill",
    "contract": "bus.published",
    "settings": "settle.list_settings",
    "doctor": "settle.doctor",
}
"""Where each command is, in the order of the help."""


class _Loading(TyperGroup):
    """Loads a command when it is asked for: a part of one service needs neither the others nor the demonstration."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, loaded or not."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command; None for a name that is none, for which all are loaded, to say which one is like it."""
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            self.add_command(_loaded(name), name)
        return super().get_command(ctx, cmd_name)


def _loaded(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(".")
    found, own = getattr(import_module(f"services.cli.{module}"), attribute), typer.Typer()
    if isinstance(found, typer.Typer):
        own.add_typer(found, name=name)
    else:
        own.command(name)(found)
    return get_group(own).commands[name]


app = typer.Typer(
    cls=_Loading,
    no_args_is_help=True,
    add_completion=False,
    help="Collaborative campaigns of a head office and its local entities.",
)


def main() -> None:
    """Run the command that the process was started with."""
    try:
        get_group(app)()
    except Leave as leave:
        print(f"samverkan: {leave}", file=sys.stderr)  # noqa: T201 -- the one place where a command says why it ends
        sys.exit(leave.code)
    except NewerSchema as error:
        print(f"samverkan: {error}", file=sys.stderr)  # noqa: T201 -- as above
        sys.exit(WRONG)
    except KeyboardInterrupt:
        sys.exit(0)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
