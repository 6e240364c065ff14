"""Commands for the people who run a server: `flask --app wsgi COMMAND`."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from .shell import clock
from .shell.db import db, every_authority
from .shell.errors import Refused

demo_group = AppGroup("demo", help="The demo's invented people and their 90 days.")


def init_app(app: Flask) -> None:
    app.cli.add_command(demo_group)
    app.cli.add_command(invite)
    app.cli.add_command(watch)


@demo_group.command("load")
@click.option("--days", default=90, help="How many days of recordings to make.")
def load_demo(days: int) -> None:
    """Load both demo authorities, unless they are loaded already. Never runs outside the demo."""
    from flask import current_app

    from .demo import loader

    if not current_app.config["DEMO"]:
        raise click.ClickException("The demo's people are loaded only with DEMO=1.")
    if loader.loaded():
        click.echo("The demo is loaded already; its data is kept.")
        return
    loader.load(days, progress=click.echo)


@click.command("invite")
@click.argument("person_id")
@with_appcontext
def invite(person_id: str) -> None:
    """Make a one-time link with which one person registers their first passkey."""
    from .admin.service import invite_from_command

    try:
        with every_authority():
            link = invite_from_command(person_id)
            db.session.commit()
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from None
    click.echo(link)


@click.command("watch")
@click.option("--once", is_flag=True, help="Look once and stop.")
@with_appcontext
def watch(once: bool) -> None:
    """Hand up promises that were missed. Any number of watchers may run; each hand-up happens once."""
    from flask import current_app

    from . import worker

    if once:
        click.echo(f"{worker.look_once(clock.now())} handed up")
    else:
        worker.run_for_ever(current_app._get_current_object())  # type: ignore[attr-defined]
