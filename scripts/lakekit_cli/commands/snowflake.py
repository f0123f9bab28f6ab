"""`lakekit snowflake`: verify, bootstrap and usage of a live account."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_table, progress

_connection = click.option(
    "--connection", metavar="NAME", help="Section of connections.toml; lakekit-ENVIRONMENT by default."
)
_verbose = click.option("-v", "--verbose", is_flag=True, help="Print every statement before it runs.")


@click.group()
def snowflake() -> None:
    """The Snowflake account of an environment: verify, bootstrap, usage.

    Log-in is the connector's own: a section of connections.toml with a key pair (SNOWFLAKE_JWT), OAuth, or a
    browser. Passwords are refused.
    """


@snowflake.command()
@click.argument("environment")
@click.option(
    "--synthesized",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read this folder instead of synthesizing.",
)
@_connection
@_verbose
def verify(environment: str, synthesized: Path | None, connection: str | None, verbose: bool) -> int:
    """Compare the account of ENVIRONMENT with its stacks, in both directions; nothing is changed."""
    from lakekit.access_matrix.stacks import read
    from lakekit_cli.commands.access import synthesized_stacks
    from lakekit_cli.snowflake import session_setup
    from lakekit_cli.snowflake import verify as checks
    from lakekit_cli.snowflake.connection import resolve_connection, snowflake_settings
    from lakekit_cli.snowflake.session import open_session

    found = load_environment(environment)
    snowflake_settings(found)
    resolve_connection(found, connection)
    stacks = read(synthesized, environment) if synthesized else synthesized_stacks(found)
    with open_session(found, connection, role="SECURITYADMIN", echo=verbose) as session, progress("verify"):
        session_setup.use_secondary_roles(session)
        session_setup.use_warehouse(session, found)
        results = checks.verify(session, found, stacks)
    drift = [(title, one) for title, several in results.items() for one in several]
    for title, several in results.items():
        echo(f"{'as declared' if not several else f'{len(several)} differences':<16} {title}")
    if drift:
        listing = make_table("check", "", "what", "declared", "found")
        for title, one in drift:
            listing.add_row(title, one.kind, one.what, one.declared, one.found)
        print_table(listing)
    return int(ExitCode.FAILED if drift else ExitCode.OK)


@snowflake.command()
@click.argument("environment")
@click.option(
    "--key",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Private key file (PEM, PKCS #8); made if it is not there.",
)
@click.option("--dry-run", is_flag=True, help="Print the statements and run none; needs no account.")
@_connection
def bootstrap(environment: str, file: Path, dry_run: bool, connection: str | None) -> int:
    """Make the first service user of ENVIRONMENT, with its key and roles: Terraform comes as this user.

    Run once by an ACCOUNTADMIN; safe to repeat. Every statement is printed before it runs. With another key file the
    new key goes into the second slot, so that nothing that uses the first one stops. The passphrase of the key is
    read from LAKEKIT_KEY_PASSPHRASE.
    """
    from lakekit_cli.snowflake import bootstrap as first
    from lakekit_cli.snowflake import keys
    from lakekit_cli.snowflake.connection import example_section, snowflake_settings
    from lakekit_cli.snowflake.session import open_session

    found = load_environment(environment)
    snowflake_settings(found)
    passphrase = os.environ.get("LAKEKIT_KEY_PASSPHRASE")
    if dry_run:
        key = keys.public_key(file, passphrase) if file.exists() else "<the public key of the file that will be made>"
        for statement in first.statements(found, key, None):
            echo(f"{statement};")
        echo_stderr("dry run: nothing was made and nothing was run")
        return int(ExitCode.OK)
    with open_session(found, connection, role="ACCOUNTADMIN", echo=True) as session:
        # The key is made once somebody is let in: a failed log-in leaves no file behind.
        key = keys.public_key(file, passphrase) if file.exists() else keys.generate(file, passphrase)
        existing = first.key_fingerprints(session, first.user_name(found))
        for statement in first.statements(found, key, existing):
            session.rows(statement)
    section = example_section(found, f"lakekit-{environment}")
    echo_stderr(f"{first.user_name(found)} can log in with {file}. For connections.toml:\n\n{section}")
    return int(ExitCode.OK)


@snowflake.command()
@click.argument("environment")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="How many days back.")
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@_connection
@_verbose
def usage(environment: str, days: int, form: str, connection: str | None, verbose: bool) -> int:
    """Credits of ENVIRONMENT by warehouse, and by product, service or stack (from query tags)."""
    from lakekit_cli.snowflake import session_setup
    from lakekit_cli.snowflake import usage as credits
    from lakekit_cli.snowflake.connection import snowflake_settings
    from lakekit_cli.snowflake.session import open_session

    found = load_environment(environment)
    snowflake_settings(found)
    with open_session(found, connection, role="SYSADMIN", echo=verbose) as session, progress("usage"):
        session_setup.use_secondary_roles(session)
        if session_setup.use_warehouse(session, found) is None:
            raise LakekitError(
                f"no warehouse of {environment} is in the account, and ACCOUNT_USAGE is read with one",
                fix="deploy the warehouse stack first, or set `warehouse` in the connection",
            )
        results = {
            "warehouse": credits.by_warehouse(session, found, days),
            "product": credits.by_product(session, found, days),
        }
    price = credits.price_per_credit(found)
    if form == "json":
        echo(json.dumps({"days": days, "usd_per_credit": price, **results}, indent=2))
        return int(ExitCode.OK)
    for what, rows in results.items():
        listing = make_table(what, f"credits in {days} days", "USD")
        for row in rows:
            listing.add_row(
                row["name"], f"{row['credits']:.2f}", f"{row['credits'] * price:.2f}" if price else "no price"
            )
        print_table(listing)
    return int(ExitCode.OK)
