"""`lakekit smoke`: write and read sample data in a deployed environment."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lakekit_cli.commands import options
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_json, print_table, progress

if TYPE_CHECKING:
    from lakekit.environment import Environment
    from lakekit_cli.smoke import SmokeResult

DEFAULT_TABLE = "lakekit_smoke_orders"


@click.command()
@options.environment_argument
@click.option("--zone", help="Zone to write to. Default: curated, else the last zone with tables.")
@click.option("--table", "name", default=DEFAULT_TABLE, show_default=True, help="Iceberg table to overwrite.")
@options.output_format
def smoke(environment: str, zone: str | None, name: str, form: str) -> int:
    """Write sample orders to ENVIRONMENT as an Iceberg table, read them back, and compare.

    Idempotent: the table is overwritten with the same rows.
    """
    from lakekit_cli.commands.run_context import load_environment
    from lakekit_cli.smoke import run

    target = load_environment(environment)
    database = target.names.database(_zone(target, zone))
    with progress(f"Writing to {database}.{name} and reading back"):
        variables = _variables(target)
        # Make every AWS client of this process use the local cloud.
        for variable in [v for v in os.environ if v.startswith("AWS_") and variables and v != "AWS_CA_BUNDLE"]:
            del os.environ[variable]
        os.environ.update(variables)
        result = run(database=database, table=name, region=target.region, variables=variables)
    if form == "json":
        print_json(asdict(result))
        return int(ExitCode.OK if result.ok else ExitCode.FAILED)
    _report(result)
    if result.ok:
        echo(f"{result.rows_read} rows written to {result.table} and read back; all match.")
        return int(ExitCode.OK)
    echo_stderr(
        f"Error: {result.rows_written} rows were written to {result.table}, but the rows read back differ (see above)."
    )
    return int(ExitCode.FAILED)


def _zone(environment: Environment, zone: str | None) -> str:
    holding = [name for name, settings in environment.lake.zones.items() if settings.holds_tables]
    if zone is None and holding:
        return "curated" if "curated" in holding else holding[-1]
    if zone not in holding:
        known = ", ".join(holding) or "none"
        raise click.BadParameter(f"{zone!r} is not a zone with tables; allowed: {known}", param_hint="--zone")
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
        verdict = "match" if count.matches else f"differs: {count.read or 'no rows'}"
        listing.add_row(count.country, str(lines), str(orders), revenue, verdict)
    print_table(listing)
    durations = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in result.seconds.items())
    echo(f"Iceberg snapshot {result.snapshot_id} at {result.location}; {durations}")
