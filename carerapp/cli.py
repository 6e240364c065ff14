"""Commands for the people who run a server: `flask --app wsgi COMMAND`."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from .policy.roles import ROLES
from .shell import clock
from .shell.db import db, every_authority
from .shell.errors import Refused

demo_group = AppGroup("demo", help="The demo's invented people and their 90 days.")
person_group = AppGroup("person", help="Accounts, made on the server itself.")

seal_key_group = AppGroup("seal-key", help="The keys to which phones seal copies of what waits on them.")


def init_app(app: Flask) -> None:
    app.cli.add_command(demo_group)
    app.cli.add_command(person_group)
    app.cli.add_command(invite)
    app.cli.add_command(watch)
    app.cli.add_command(seal_key_group)


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


def _roles() -> str:
    return ", ".join(f"{key} ({word})" for key, word in ROLES.items() if key != "young_person")


@person_group.command("add", epilog=f"ROLE is one of: {_roles()}.")
@click.argument("authority")
@click.argument("name")
@click.argument("full_name")
@click.argument("role")
def add_person(authority: str, name: str, full_name: str, role: str) -> None:
    """Make an account, and print the one-time link with which its owner makes a passkey.

    This is how the first administrator of an authority begins; administrators add everybody else on their own pages.
    The link works once, for three days: send it in a way that only they can read.

    AUTHORITY is the name of a policy file in carerapp/policy/authorities, without ".toml". NAME is what people call
    them. Put a name with a space in quotes.

    \b
    For example:
      flask --app wsgi person add south-gloucestershire Ada "Ada Kimathi" admin
    """
    from .admin.service import add_person_from_command

    try:
        with every_authority():
            person, link = add_person_from_command(authority, name, full_name, role)
            db.session.commit()
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from None
    click.echo(link)
    click.echo(f"If the link is lost or too old: flask --app wsgi invite {person.id}", err=True)


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


@seal_key_group.command("rotate")
def rotate_seal_key() -> None:
    """Make a new key. Phones take it up by themselves; what was sealed to older ones opens for 180 days more."""
    from flask import current_app

    from .shell import seal_keys

    key, dropped = seal_keys.rotate(current_app.config["SEAL_KEYS"])
    click.echo(f"Phones now seal to {key.kid}. {dropped} older than 180 days dropped.")
