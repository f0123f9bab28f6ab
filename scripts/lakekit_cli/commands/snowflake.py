"""`lakekit snowflake`: verify, bootstrap and measure the Snowflake account of an environment."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import load_environment
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_document, print_json, print_table, progress
from lakekit_policies.shared.counted import counted

_connection = click.option(
    "--connection", metavar="NAME", help="Section of connections.toml. Default: lakekit-ENVIRONMENT."
)
_verbose = click.option("-v", "--verbose", is_flag=True, help="Print every statement before it runs.")


@click.group()
def snowflake() -> None:
    """Verify, bootstrap and measure the Snowflake account of an environment.

    Logs in with a section of the connector's connections.toml: key pair (SNOWFLAKE_JWT), OAuth, or browser.
    Passwords are rejected.
    """


@snowflake.command(short_help="Compare the account with the stacks.")
@options.environment_argument
@click.option(
    "--synthesized",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read a synthesized folder instead of running the app.",
)
@options.output_format
@_connection
@_verbose
def verify(environment: str, synthesized: Path | None, form: str, connection: str | None, verbose: bool) -> int:
    """Compare the Snowflake account of ENVIRONMENT with its stacks, in both directions. Read-only."""
    found = load_environment(environment)
    from lakekit.access_matrix.stacks import read
    from lakekit_cli.commands.access import synthesized_stacks
    from lakekit_cli.snowflake import session_setup
    from lakekit_cli.snowflake import verify as checks
    from lakekit_cli.snowflake.connection import resolve_connection, snowflake_settings
    from lakekit_cli.snowflake.session import open_session

    snowflake_settings(found)
    resolve_connection(found, connection)
    stacks = read(synthesized, environment) if synthesized else synthesized_stacks(found)
    with open_session(found, connection, role="SECURITYADMIN", echo=verbose) as session, progress("verify"):
        session_setup.use_secondary_roles(session)
        session_setup.use_warehouse(session, found)
        results = checks.verify(session, found, stacks)
    if form == "json":
        print_json({title: [asdict(difference) for difference in found] for title, found in results.items()})
        return int(ExitCode.FAILED if any(results.values()) else ExitCode.OK)
    drift = [(title, difference) for title, differences in results.items() for difference in differences]
    for title, differences in results.items():
        echo(f"{'as declared' if not differences else counted(len(differences), 'difference'):<16} {title}")
    if drift:
        listing = make_table("check", "", "object", "declared", "found")
        for title, difference in drift:
            listing.add_row(title, difference.kind, difference.what, difference.declared, difference.found)
        print_table(listing)
    return int(ExitCode.FAILED if drift else ExitCode.OK)


@snowflake.command(short_help="Create the service user of Terraform.")
@options.environment_argument
@click.option(
    "--key",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Private key file (PEM, PKCS #8). Created if it does not exist.",
)
@click.option("--dry-run", is_flag=True, help="Print the statements without running them; needs no account.")
@_connection
def bootstrap(environment: str, file: Path, dry_run: bool, connection: str | None) -> int:
    """Create the service user of ENVIRONMENT that Terraform authenticates as, with its key and roles.

    Run by an ACCOUNTADMIN. Idempotent. Every statement is printed before it runs. A new key file is registered in
    the user's second key slot, so that clients with the first key keep working. The passphrase of the key is read
    from LAKEKIT_KEY_PASSPHRASE.
    """
    from lakekit_cli.snowflake import bootstrap as deployer
    from lakekit_cli.snowflake import keys
    from lakekit_cli.snowflake.connection import example_section, snowflake_settings
    from lakekit_cli.snowflake.session import open_session

    found = load_environment(environment)
    snowflake_settings(found)
    passphrase = os.environ.get("LAKEKIT_KEY_PASSPHRASE")
    if dry_run:
        key = keys.public_key(file, passphrase) if file.exists() else "<public key of the file to be created>"
        for statement in deployer.statements(found, key, None):
            print_document(f"{statement};")
        echo_stderr("dry run: no file was created and no statement was run")
        return int(ExitCode.OK)
    with open_session(found, connection, role="ACCOUNTADMIN", echo=True) as session:
        # Create the key after the log-in, so that a failed log-in leaves no file.
        key = keys.public_key(file, passphrase) if file.exists() else keys.generate(file, passphrase)
        existing = deployer.key_fingerprints(session, deployer.user_name(found))
        for statement in deployer.statements(found, key, existing):
            session.rows(statement)
    section = example_section(found, f"lakekit-{environment}")
    echo_stderr(f"{deployer.user_name(found)} can log in with {file}. Add to connections.toml:\n\n{section}")
    return int(ExitCode.OK)


@snowflake.command(short_help="Show credit usage by warehouse and product.")
@options.environment_argument
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True, help="Number of days.")
@options.output_format
@_connection
@_verbose
def usage(environment: str, days: int, form: str, connection: str | None, verbose: bool) -> int:
    """Show credits of ENVIRONMENT by warehouse, and by product, service or stack (from query tags)."""
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
                f"the account has no warehouse of {environment}; reading ACCOUNT_USAGE needs one",
                fix=f"run lakekit deploy {environment} --stack snowflake, or set `warehouse` in the connection",
            )
        results = {
            "warehouse": credits.by_warehouse(session, found, days),
            "product": credits.by_product(session, found, days),
        }
    price = credits.price_per_credit(found)
    if form == "json":
        print_json({"days": days, "usd_per_credit": price, **results})
        return int(ExitCode.OK)
    for group, rows in results.items():
        listing = make_table(group, f"credits in {days} days", "USD")
        for row in rows:
            listing.add_row(
                row["name"], f"{row['credits']:.2f}", f"{row['credits'] * price:.2f}" if price else "no price"
            )
        print_table(listing)
    return int(ExitCode.OK)
