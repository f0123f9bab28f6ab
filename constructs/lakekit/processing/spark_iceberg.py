"""Spark configuration for Iceberg tables of the Glue catalog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError

if TYPE_CHECKING:
    from lakekit.catalog import IcebergTable, TableReference

CATALOG: Final = "lake"
"""Name of the catalog in Spark: `lake.<database>.<table>`; the same name in local runs over a folder."""

_EXTENSIONS: Final = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
# EMR's own build of Iceberg (EMR release guide, "Use an Iceberg cluster with Spark").
EMR_ICEBERG_JAR: Final = "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar"
_RELEASE: Final = re.compile(r"emr-(\d{1,2})\.(\d{1,2})\.(\d{1,2})\Z")
_MAJOR: Final = 7


def spark_table(table: IcebergTable | TableReference) -> str:
    """Return the name of a table in Spark: `lake.<database>.<table>`, a literal."""
    return f"{CATALOG}.{table.database_name}.{table.name}"


def spark_configuration(construct: Construct) -> dict[str, str]:
    """Return the Spark properties for Iceberg with the account's Glue catalog, the same for every engine."""
    environment = environment_of(construct)
    catalog = f"spark.sql.catalog.{CATALOG}"
    return {
        "spark.sql.extensions": _EXTENSIONS,
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{catalog}.glue.id": environment.account_id,
        f"{catalog}.client.region": environment.region,
        "spark.sql.defaultCatalog": CATALOG,
        # Partition values must not depend on the time zone of the machine.
        "spark.sql.session.timeZone": "UTC",
    }


def release_number(release: str) -> tuple[int, int]:
    """Return major and minor version of a valid EMR release label."""
    major, minor, _ = release.removeprefix("emr-").split(".")
    return int(major), int(minor)


def check_release(construct: Construct, release: str) -> str:
    """Check an EMR release label and return it.

    Raises:
        ConstructError: not of the form `emr-7.10.0`, or not EMR 7: Iceberg and ARM support of earlier releases is not
            tested, and EMR 8 installs from other buckets and has Spark 4 with another Iceberg archive.
    """
    match = _RELEASE.match(release)
    if match is None:
        raise ConstructError(construct, f"release {release!r} is not an EMR release label", fix="write emr-7.10.0")
    if int(match[1]) != _MAJOR:
        age = "too old" if int(match[1]) < _MAJOR else "not supported yet"
        raise ConstructError(construct, f"release {release} is {age}", fix=f"use emr-{_MAJOR}, such as emr-7.10.0")
    return release
