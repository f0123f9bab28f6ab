"""`lakekit names`: what stacks of an environment may refer to by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from lakekit_cli.commands import options
from lakekit_cli.output.console import echo_stderr, make_table, print_json, print_table

if TYPE_CHECKING:
    from lakekit.environment import Environment

KINDS = (
    *("zone", "database", "role", "domain", "classification", "kafka-cluster", "schema-registry"),
    *("spark-application", "spark-cluster", "workgroup", "snowflake-database", "snowflake-warehouse"),
)


@dataclass(frozen=True)
class Name:
    """Something that other stacks may refer to.

    Attributes:
        kind: One of `KINDS`.
        name: Short name, as references take it.
        physical: Name in AWS or Snowflake; empty for values of LF-tags.
        reference: How Python refers to it.
        key: Key of the environment file that declares it.
    """

    kind: str
    name: str
    physical: str
    reference: str
    key: str


@click.command()
@options.environment_argument
@click.option("--kind", type=click.Choice(KINDS), help="Only names of one kind.")
@options.output_format
def names(environment: str, kind: str | None, form: str) -> None:
    """List the names of ENVIRONMENT that stacks may refer to.

    Zones, databases, roles, domains, classifications, Kafka clusters, schema registries, Spark applications and
    clusters, Athena workgroups, and databases and warehouses of Snowflake. Tables are declared by data products, and
    are not listed.
    """
    from lakekit_cli.commands.run_context import load_environment

    found = [name for name in referable_names(load_environment(environment)) if kind in (None, name.kind)]
    if form == "json":
        print_json([asdict(name) for name in found])
        return
    listing = make_table("kind", "name", "physical name", "reference", "key")
    for name in found:
        listing.add_row(name.kind, name.name, name.physical or "-", name.reference, name.key)
    print_table(listing)
    if not found:
        echo_stderr(f"{environment} has no {kind}")


def referable_names(environment: Environment) -> Iterator[Name]:
    """Return what stacks of an environment may refer to, as the references check it at synthesis."""
    yield from _lake(environment)
    yield from _governance(environment)
    yield from _streaming(environment)
    yield from _processing(environment)
    yield from _snowflake(environment)


def _lake(environment: Environment) -> Iterator[Name]:
    names, zones = environment.names, environment.lake.zones
    for zone in zones:
        # `lakekit.storage.zone_names.zone_bucket`; importing it loads cdktf.
        yield _name("zone", zone, names.bucket(f"lake-{zone}"), "Zone", f"lake.zones.{zone}")
    for zone, settings in zones.items():
        if settings.holds_tables:
            yield _name("database", zone, names.database(zone), "Database", f"lake.zones.{zone}")


def _governance(environment: Environment) -> Iterator[Name]:
    governance = environment.governance
    for role in governance.roles:
        yield Name("role", role, environment.names.role(role), f'"{role}" as grantee', f"governance.roles.{role}")
    for kind, values, key in (
        ("domain", governance.domains, "governance.domains"),
        ("classification", governance.classifications, "governance.classifications"),
    ):
        for value in values:
            yield Name(kind, value, "", f'"{value}"', key)


def _streaming(environment: Environment) -> Iterator[Name]:
    from lakekit.environment import KafkaKind
    from lakekit.naming import fit

    streaming, names = environment.streaming, environment.names
    if not streaming.enabled:
        return
    clusters = [(streaming.kafka.name, streaming.kafka.kind, "streaming.kafka.name")]
    if serverless := streaming.additional_serverless_cluster:
        clusters.append((serverless, KafkaKind.SERVERLESS, "streaming.additional_serverless_cluster"))
    for name, kind, key in clusters:
        construct = "KafkaServerless" if kind is KafkaKind.SERVERLESS else "KafkaCluster"
        # At most 64 characters: `lakekit.streaming.cluster_identity.cluster_name`.
        yield _name("kafka-cluster", name, fit(names.resource(name), 64), construct, key)
    for name in streaming.schema_registries:
        yield _name("schema-registry", name, names.resource(name), "SchemaRegistry", "streaming.schema_registries")


def _processing(environment: Environment) -> Iterator[Name]:
    processing, names = environment.processing, environment.names
    if not processing.enabled:
        return
    if processing.spark.enabled:
        name = processing.spark.name
        yield _name("spark-application", name, names.role("spark", name), "SparkServerless", "processing.spark.name")
    if processing.cluster.enabled:
        name = processing.cluster.name
        yield _name("spark-cluster", name, names.resource("emr", name), "SparkCluster", "processing.cluster.name")
    key = "governance.roles" if processing.athena.teams is None else "processing.athena.teams"
    for name in environment.athena_workgroups:
        yield _name("workgroup", name, names.resource(name), "AthenaWorkgroup", key)


def _snowflake(environment: Environment) -> Iterator[Name]:
    from lakekit.snowflake.names import SnowflakeNames

    settings = environment.snowflake
    if settings is None:
        return
    names = SnowflakeNames(environment.names)
    for zone, declared in environment.lake.zones.items():
        if declared.holds_tables:
            yield _name("snowflake-database", zone, names.database(zone), "SnowflakeDatabase", f"lake.zones.{zone}")
    for name in settings.workloads:
        key = f"snowflake.workloads.{name}"
        yield _name("snowflake-warehouse", name, names.warehouse(name), "WorkloadWarehouse", key)


def _name(kind: str, name: str, physical: str, construct: str, key: str) -> Name:
    return Name(kind, name, physical, f'{construct}.from_name(self, "…", "{name}")', key)
