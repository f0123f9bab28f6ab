"""`lakekit smoke`: write and read sample data in a deployed environment."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
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

    Uses the role smoke-test of the environment, which administrators may assume; with another zone or table, the
    credentials of the caller.
    """
    from lakekit_cli.commands.run_context import load_environment
    from lakekit_cli.smoke import assume_role, run

    target = load_environment(environment)
    chosen = _zone(target, zone)
    database = target.names.database(chosen)
    with _guarded(target), progress(f"Writing to {database}.{name} and reading back"):
        with_role = name == DEFAULT_TABLE and chosen == _zone(target, None)
        variables = _local_variables(target, with_role=with_role) if target.is_local else {}
        # Make every AWS client of this process use the local cloud.
        for variable in [v for v in os.environ if v.startswith("AWS_") and variables and v != "AWS_CA_BUNDLE"]:
            del os.environ[variable]
        os.environ.update(variables)
        if with_role and not target.is_local:
            variables = assume_role(_role(target), target.region)
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


def _guarded(environment: Environment) -> AbstractContextManager[object]:
    """Keep other commands from stopping or deleting the local cloud meanwhile."""
    from lakekit_cli.state.run_guard import guard_output
    from lakekit_cli.toolchain import find_project

    if not environment.is_local:
        return nullcontext()
    return guard_output(find_project(), f"lakekit smoke {environment.name}")


def _zone(environment: Environment, zone: str | None) -> str:
    from lakekit.catalog import smoke_test_zone

    chosen = smoke_test_zone(environment) if zone is None else zone
    holding = [name for name, settings in environment.lake.zones.items() if settings.holds_tables]
    if chosen not in holding:
        known = ", ".join(holding) or "none"
        raise click.BadParameter(f"{zone!r} is not a zone with tables; allowed: {known}", param_hint="--zone")
    return str(chosen)


def _role(environment: Environment) -> str:
    from lakekit.catalog.smoke_test_role import SMOKE_TEST_ROLE

    return environment.names.role_arn(environment.names.role(SMOKE_TEST_ROLE))


def _local_variables(environment: Environment, *, with_role: bool) -> dict[str, str]:
    from lakekit_cli.toolchain import find_project
    from lakekit_cli.toolchain.local_cloud import local_cloud

    cloud = local_cloud(find_project().root)
    cloud.ensure()
    variables = cloud.variables(environment.account_id, environment.region)
    if not with_role:
        return variables
    administrator = environment.names.role_arns(environment.governance.administrators)[0]
    return {**variables, **cloud.role_session(_role(environment), administrator, environment.region)}


def _report(result: SmokeResult) -> None:
    listing = make_table("country", "order lines", "orders", "revenue, EUR", "read back")
    for count in result.counts:
        lines, orders, revenue = count.written
        verdict = "match" if count.matches else f"differs: {count.read or 'no rows'}"
        listing.add_row(count.country, str(lines), str(orders), revenue, verdict)
    print_table(listing)
    durations = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in result.seconds.items())
    echo(f"Iceberg snapshot {result.snapshot_id} at {result.location}; {durations}")
