"""`lakekit smoke`: real data through a deployed environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_table, progress

if TYPE_CHECKING:
    from lakekit.environment import Environment
    from lakekit_cli.smoke import SmokeResult

DEFAULT_TABLE = "lakekit_smoke_orders"


@click.command()
@click.argument("environment", metavar="ENV")
@click.option("--zone", help="The zone to write to: curated, or the last one that holds tables.")
@click.option("--table", "name", default=DEFAULT_TABLE, show_default=True, help="The Iceberg table; overwritten.")
def smoke(environment: str, zone: str | None, name: str) -> int:
    """Write a sample of orders into ENV as an Iceberg table, read it back with DuckDB, and compare.

    Run it as often as you like: the table is overwritten with the same rows.
    """
    from lakekit_cli.commands.run_context import load_environment
    from lakekit_cli.smoke import run

    target = load_environment(environment)
    database = target.names.database(_zone(target, zone))
    with progress(f"Writing to {database}.{name} and reading back"):
        variables = _variables(target)
        # Every client in this process, whatever it reads, then goes to the local cloud.
        for variable in [v for v in os.environ if v.startswith("AWS_") and variables and v != "AWS_CA_BUNDLE"]:
            del os.environ[variable]
        os.environ.update(variables)
        result = run(database=database, table=name, region=target.region, variables=variables)
    _report(result)
    if result.ok:
        echo(f"{result.rows_read} rows written to {result.table} and read back, all the same.")
        return int(ExitCode.OK)
    echo_stderr(
        f"Error: {result.rows_written} rows were written to {result.table}, but what came back differs (see above)."
    )
    return int(ExitCode.FAILED)


def _zone(environment: Environment, zone: str | None) -> str:
    holding = [name for name, settings in environment.lake.zones.items() if settings.holds_tables]
    if zone is None and holding:
        return "curated" if "curated" in holding else holding[-1]
    if zone not in holding:
        raise click.BadParameter(f"zones of tables are {', '.join(holding) or 'none'}", param_hint="--zone")
    return str(zone)


def _variables(environment: Environment) -> dict[str, str]:
    if not environment.is_local:
        return {}
    from lakekit_cli.toolchain import find_project
    from lakekit_cli.toolchain.local_cloud import local_cloud

    cloud = local_cloud(find_project().root)
    cloud.ensure()
    return cloud.variables(environment.account_id, environment.region)


def _report(result: SmokeResult) -> None:
    listing = make_table("country", "order lines", "orders", "revenue, EUR", "read back")
    for count in result.counts:
        lines, orders, revenue = count.written
        verdict = "same" if count.matches else f"differs: {count.read or 'nothing'}"
        listing.add_row(count.country, str(lines), str(orders), revenue, verdict)
    print_table(listing)
    took = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in result.seconds.items())
    echo(f"Iceberg snapshot {result.snapshot_id} at {result.location}; {took}")
