"""With a key for each zone, a Glue job encrypts plain files with the key of the zone that it writes to.

A security configuration sets one key for all files of Glue's own writers (Glue developer guide, "Encrypting data
written by AWS Glue"), and the bucket of a zone denies every key but its own. Iceberg sends no key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stack_builder import stack

from lakekit.catalog import Database
from lakekit.errors import ConstructError
from lakekit.processing import GlueCrawler, GlueRuntime, GlueSecurityConfiguration, SparkJob, SparkServerless
from lakekit.storage import Zone
from lakekit.testing import Template, resources

PER_ZONE: dict[str, Any] = {"lake": {"keys": "per-zone"}}


@pytest.fixture
def code(tmp_path: Path) -> Path:
    file = tmp_path / "job.py"
    file.write_text("print()\n")
    return file


def keys(template: Template) -> dict[str, str]:
    """The alias of the key of S3 files by security configuration."""
    aliases = {
        f"${{data.aws_kms_alias.{name}.target_key_arn}}": one["name"]
        for name, one in template["data"]["aws_kms_alias"].items()
    }
    return {
        one["name"]: aliases[one["encryption_configuration"]["s3_encryption"]["kms_key_arn"]]
        for one in resources(template, "aws_glue_security_configuration").values()
    }


def test_every_zone_key_has_a_security_configuration() -> None:
    found = keys(stack(lambda s: GlueSecurityConfiguration(s, "Glue"), **PER_ZONE))
    assert found == {
        "acme-dev-glue": "alias/acme-dev-lake-curated",
        "acme-dev-glue-landing": "alias/acme-dev-lake-landing",
        "acme-dev-glue-raw": "alias/acme-dev-lake-raw",
        "acme-dev-glue-consumption": "alias/acme-dev-lake-consumption",
    }


def test_one_key_needs_one_security_configuration() -> None:
    found = keys(stack(lambda s: GlueSecurityConfiguration(s, "Glue")))
    assert found == {"acme-dev-glue": "alias/acme-dev-lake"}


@pytest.mark.parametrize(
    ("zone", "configuration"),
    [(None, "acme-dev-glue"), ("curated", "acme-dev-glue"), ("raw", "acme-dev-glue-raw")],
)
def test_a_job_uses_the_configuration_of_its_output_zone(code: Path, zone: str | None, configuration: str) -> None:
    def build(s: Any) -> None:
        job = SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime(output_zone=zone))
        Zone.from_name(s, "Out", zone or "curated").grant_write(job, "exports/")

    (job,) = resources(stack(build, **PER_ZONE), "aws_glue_job").values()
    assert job["security_configuration"] == configuration
    shared = stack(build)
    assert {one["security_configuration"] for one in resources(shared, "aws_glue_job").values()} == {"acme-dev-glue"}


@pytest.mark.parametrize("verb", ["grant_write", "grant_admin"])
@pytest.mark.parametrize("by_role", [False, True])
def test_files_in_a_zone_with_another_key_are_rejected(code: Path, verb: str, by_role: bool) -> None:
    def build(s: Any) -> None:
        job = SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime())
        getattr(Zone.from_name(s, "Out", "raw"), verb)(job.role.name if by_role else job, "exports/")

    with pytest.raises(ConstructError, match=r"acme-dev-test-load encrypts its files with alias/acme-dev-lake-curated"):
        stack(build, **PER_ZONE)
    with pytest.raises(ConstructError, match=r"GlueRuntime\(output_zone='raw'\)"):
        stack(build, **PER_ZONE)
    stack(build)


def test_iceberg_tables_reads_and_other_engines_have_the_key_of_the_bucket(code: Path) -> None:
    def build(s: Any) -> None:
        job = SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime())
        Database.from_name(s, "Raw", "raw").grant_write(job, domains=["sales"])
        Zone.from_name(s, "Landing", "landing").grant_read(job, "shop/")
        other = SparkJob(s, "Other", entry_point=code, runtime=SparkServerless.from_name(s, "Spark", "main"))
        Zone.from_name(s, "Out", "raw").grant_write(other, "exports/")
        GlueCrawler(s, "Crawler", zone="landing", prefix="shop/", database="raw", description="Files")

    assert resources(stack(build, **PER_ZONE), "aws_glue_job")


def test_an_unknown_output_zone_is_rejected(code: Path) -> None:
    with pytest.raises(ConstructError, match="no zone 'silver'"):
        stack(lambda s: SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime(output_zone="silver")))
