"""How Spark finds the lake: Iceberg tables of the Glue catalog, under one catalog name everywhere."""

from __future__ import annotations

import re
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError

CATALOG: Final = "lake"
"""The catalog's name in Spark: `lake.<database>.<table>`; also on a laptop, over a folder."""

_EXTENSIONS: Final = "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions"
# Where EMR keeps its own build of Iceberg (EMR release guide, "Use an Iceberg cluster with Spark").
EMR_ICEBERG_JAR: Final = "/usr/share/aws/iceberg/lib/iceberg-spark3-runtime.jar"
_RELEASE: Final = re.compile(r"emr-(\d{1,2})\.(\d{1,2})\.(\d{1,2})\Z")
_MAJOR: Final = 7


def spark_configuration(construct: Construct) -> dict[str, str]:
    """Spark properties for Iceberg over the account's Glue catalog, as every engine of ours gets them."""
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
        # A time zone of the machine in partition values would move rows from day to day.
        "spark.sql.session.timeZone": "UTC",
    }


def release_number(release: str) -> tuple[int, int]:
    """Major and minor number of an EMR release label that was checked."""
    major, minor, _ = release.removeprefix("emr-").split(".")
    return int(major), int(minor)


def check_release(construct: Construct, release: str) -> str:
    """The EMR release label, checked.

    Raises:
        ConstructError: not of the form `emr-7.10.0`, before 7, whose Iceberg and ARM support we do not rely on, or
            after it: EMR 8 installs from other buckets and has Spark 4, whose Iceberg is another archive.
    """
    match = _RELEASE.match(release)
    if match is None:
        raise ConstructError(construct, f"release {release!r} is no EMR release label", fix="write emr-7.10.0")
    if int(match[1]) != _MAJOR:
        age = "too old" if int(match[1]) < _MAJOR else "not known here yet"
        raise ConstructError(construct, f"release {release} is {age}", fix=f"take one of emr-{_MAJOR}, such as 7.10.0")
    return release
