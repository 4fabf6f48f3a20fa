"""The command line. Exit codes: 0 done, 1 a check failed, 2 wrong use or setting, 3 something outside is not there."""

import sys

import typer

from services.cli import alone, bus, care, demo, look, parked, settle, up
from services.cli.ground import WRONG, Leave
from shared.forward import NewerSchema

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Collaborative campaigns of a head office and its local entities.",
)
app.command("up")(up.up)
app.command("serve")(alone.serve_one)
app.command("worker")(alone.worker)
app.command("relay")(alone.relay)
app.add_typer(demo.app, name="demo")
app.add_typer(look.events, name="events")
app.add_typer(look.stream, name="stream")
app.command("consumers")(look.consumers)
app.add_typer(look.timers, name="timers")
app.add_typer(parked.app, name="parked")
app.command("rebuild")(care.rebuild_view)
app.command("verify")(care.verify)
app.command("backup")(care.backup)
app.command("restore")(care.restore)
app.add_typer(settle.user, name="user")
app.add_typer(bus.topics, name="topics")
app.command("backfill")(bus.backfill)
app.add_typer(bus.published, name="contract")
app.command("settings")(settle.list_settings)
app.command("doctor")(settle.doctor)


def main() -> None:
    """Run the command that the process was started with."""
    try:
        app()
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
