"""Processing constructs: defaults, options, and rejected arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.catalog import Database
from lakekit.environment import InitialCapacity, SparkClusterSettings
from lakekit.errors import ConstructError
from lakekit.processing import (
    AthenaWorkgroup,
    EmrStudio,
    GlueConnection,
    GlueCrawler,
    GlueRuntime,
    GlueSecurityConfiguration,
    GlueWorkflow,
    JobQueue,
    Schedule,
    SparkCluster,
    SparkJob,
    SparkServerless,
)
from lakekit.storage import Zone
from lakekit.testing import Template, resources

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333"}
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-abcdef"


def one(template: Template, kind: str) -> dict[str, Any]:
    (found,) = resources(template, kind).values()
    return dict(found)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    file = tmp_path / "job.py"
    file.write_text("print('hello')\n")
    return file


# --- Spark on EMR Serverless


def spark(**arguments: Any) -> Any:
    return lambda s: SparkServerless(s, "Main", **{"max_vcpu": 32, **arguments})


def test_spark_defaults() -> None:
    template = stack(spark(), **PROD)
    application = one(template, "aws_emrserverless_application")
    assert application["maximum_capacity"] == {"cpu": "32 vCPU", "memory": "140 GB", "disk": "320 GB"}
    assert application["architecture"] == "ARM64"
    assert application["auto_stop_configuration"] == {"enabled": True, "idle_timeout_minutes": 5}
    assert len(application["network_configuration"]["subnet_ids"]) == 3
    assert "initial_capacity" not in application
    assert one(template, "aws_cloudwatch_log_group")["retention_in_days"] == 365
    assert one(template, "aws_ssm_parameter")["name"] == "/acme-prod/spark/main/application-id"
    assert len(resources(template, "aws_cloudwatch_metric_alarm")) == 2


def test_initial_capacity_is_optional() -> None:
    template = stack(spark(initial_capacity=InitialCapacity(drivers=1, executors=3)))
    kinds = {
        part["initial_capacity_type"] for part in one(template, "aws_emrserverless_application")["initial_capacity"]
    }
    assert kinds == {"Driver", "Executor"}


def test_queue_requires_recent_provider() -> None:
    queue = JobQueue(max_concurrent_runs=5)
    with pytest.raises(ConstructError, match=r"needs an AWS provider of 6\.25"):
        stack(spark(queue=queue))
    template = stack(spark(queue=queue), provider={"version": ">= 6.25.0, < 7.0.0"})
    found = one(template, "aws_emrserverless_application")["scheduler_configuration"]
    assert found == {"max_concurrent_runs": 5, "queue_timeout_minutes": 360}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"max_vcpu": None}, "not a maximum"),
        ({"max_vcpu": 0}, "not a maximum"),
        ({"max_vcpu": 8, "initial_capacity": InitialCapacity(drivers=1, executors=2)}, "above max_vcpu 8"),
        ({"release": "7.10"}, "not an EMR release label"),
        ({"release": "emr-latest"}, "not an EMR release label"),
        ({"release": "emr-6.15.0"}, "too old"),
        ({"release": "emr-8.0.0"}, "not supported yet"),
        ({"idle_timeout_minutes": 0}, "idle_timeout_minutes 0"),
    ],
)
def test_invalid_spark_application_is_rejected(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(spark(**arguments))


def test_missing_maximum_capacity_is_rejected() -> None:
    with pytest.raises(TypeError, match="max_vcpu"):
        stack(lambda s: SparkServerless(s, "Main"))  # type: ignore[call-arg]


def test_network_is_required_above_dev() -> None:
    with pytest.raises(ConstructError, match="has no network: prod has tier prod"):
        stack(spark(), **PROD, network={"enabled": False})
    application = one(stack(spark(), network={"enabled": False}), "aws_emrserverless_application")
    assert "network_configuration" not in application


# --- Jobs


def job(code: Path, **arguments: Any) -> Any:
    def build(s: Any) -> None:
        runtime = arguments.pop("runtime", None) or SparkServerless(s, "Main", max_vcpu=32)
        made = SparkJob(s, "Load", **{"entry_point": code, "runtime": runtime, **arguments})
        Database.from_name(s, "Curated", "curated").grant_read(made, domains=["sales"])

    return build


def test_scheduled_job_request(code: Path) -> None:
    template = stack(job(code, arguments=["--day", "today"], schedule="cron(0 4 * * ? *)", retries=2))
    schedule = one(template, "aws_scheduler_schedule")
    assert schedule["target"]["arn"] == "arn:aws:scheduler:::aws-sdk:emrserverless:startJobRun"
    request = json.loads(schedule["target"]["input"])
    assert request["ClientToken"] == "<aws.scheduler.execution-id>"
    assert request["ExecutionTimeoutMinutes"] == 60
    assert request["RetryPolicy"] == {"MaxAttempts": 3}
    assert request["JobDriver"]["SparkSubmit"]["EntryPointArguments"] == ["--day", "today"]
    properties = request["ConfigurationOverrides"]["ApplicationConfiguration"][0]["Properties"]
    assert properties["spark.sql.catalog.lake.catalog-impl"] == "org.apache.iceberg.aws.glue.GlueCatalog"
    assert set(request["ConfigurationOverrides"]["MonitoringConfiguration"]) == {
        "CloudWatchLoggingConfiguration",
        "S3MonitoringConfiguration",
    }
    assert schedule["kms_key_arn"].startswith("${aws_kms_key.")


def test_code_key_contains_content_hash(code: Path) -> None:
    first = one(stack(job(code)), "aws_s3_object")["key"]
    assert first.startswith("test/load/")
    assert one(stack(job(code)), "aws_s3_object")["key"] == first
    code.write_text("print('changed')\n")
    assert one(stack(job(code)), "aws_s3_object")["key"] != first


def test_job_has_only_granted_permissions(code: Path) -> None:
    template = stack(job(code, schedule="rate(1 hour)"))
    roles = policies(template)
    load, scheduler_role = roles["acme-dev-test-load-job"], roles["acme-dev-test-load-start"]
    key = one(template, "aws_s3_object")["key"]
    artifacts = "arn:aws:s3:::acme-dev-artifacts-111111111111-eu-west-1"
    curated = "arn:aws:s3:::acme-dev-lake-curated-111111111111-eu-west-1"
    for action, resource, allowed in (
        ("s3:GetObject", f"{artifacts}/{key}", True),
        ("s3:GetObject", f"{artifacts}/other/job.py", False),
        ("s3:PutObject", f"{artifacts}/{key}", False),
        ("s3:GetObject", f"{curated}/curated/orders/data/1.parquet", True),
        ("s3:PutObject", f"{curated}/curated/orders/data/1.parquet", False),
        ("s3:GetObject", "arn:aws:s3:::acme-dev-lake-raw-111111111111-eu-west-1/raw/1", False),
        ("glue:GetTable", "arn:aws:glue:eu-west-1:111111111111:table/acme_dev_curated/orders", True),
        ("glue:UpdateTable", "arn:aws:glue:eu-west-1:111111111111:table/acme_dev_curated/orders", False),
        ("iam:PassRole", "arn:aws:iam::111111111111:role/acme-dev-test-load-job", False),
    ):
        assert is_allowed(load, action, resource) is allowed, (action, resource)
    job_role, to_emr = "arn:aws:iam::111111111111:role/acme-dev-test-load-job", "emr-serverless.amazonaws.com"
    assert is_allowed(scheduler_role, "iam:PassRole", job_role, {"iam:PassedToService": to_emr})
    assert not is_allowed(scheduler_role, "iam:PassRole", job_role, {"iam:PassedToService": "glue.amazonaws.com"})
    assert not is_allowed(scheduler_role, "iam:PassRole", "arn:aws:iam::111111111111:role/acme-dev-other")
    assert not is_allowed(scheduler_role, "s3:GetObject", f"{artifacts}/{key}")


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
def test_database_grant_is_limited_to_its_prefix_and_database(code: Path, write: bool) -> None:
    def build(s: Any) -> None:
        made = SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime())
        curated = Database.from_name(s, "Curated", "curated")
        (curated.grant_write if write else curated.grant_read)(made, domains=["sales"])

    template = stack(build)
    load = policies(template)["acme-dev-test-load-job"]
    bucket = "arn:aws:s3:::acme-dev-lake-curated-111111111111-eu-west-1"
    given = {statement["Sid"]: statement for statement in load}
    verb = "Write" if write else "Read"
    assert given[f"{verb}CuratedObjects"]["Resource"] == f"{bucket}/curated/*"
    assert given[f"{verb}CuratedList"]["Resource"] == bucket
    assert given[f"{verb}CuratedList"]["Condition"] == {"StringLike": {"s3:prefix": ["curated/", "curated/*"]}}
    reading = [f"glue:Get{what}" for what in ("Database", "Databases", "Partition", "Partitions", "Table", "Tables")]
    writing = ["glue:CreateTable", "glue:UpdateTable"]
    assert given[f"{verb}Catalog"]["Action"] == (reading + writing if write else reading)
    key = ["kms:Decrypt", "kms:DescribeKey"]
    assert given[f"{verb}CatalogKey"]["Action"] == ([*key, "kms:Encrypt", "kms:GenerateDataKey"] if write else key)
    glue = "arn:aws:glue:eu-west-1:111111111111"
    for action, resource, allowed in (
        ("s3:GetObject", f"{bucket}/curated/orders/data/1.parquet", True),
        ("s3:PutObject", f"{bucket}/curated/orders/data/1.parquet", write),
        ("s3:DeleteObject", f"{bucket}/curated/orders/data/1.parquet", write),
        ("s3:DeleteObjectVersion", f"{bucket}/curated/orders/data/1.parquet", False),
        ("s3:GetObject", f"{bucket}/exports/1.parquet", False),
        ("s3:PutObject", f"{bucket}/exports/1.parquet", False),
        ("s3:GetObject", f"{bucket}/curated-exports/1.parquet", False),
        ("glue:GetTable", f"{glue}:table/acme_dev_curated/orders", True),
        ("glue:UpdateTable", f"{glue}:table/acme_dev_curated/orders", write),
        ("glue:GetTable", f"{glue}:table/acme_dev_raw/orders", False),
        ("glue:UpdateTable", f"{glue}:table/acme_dev_raw/orders", False),
        ("glue:DeleteTable", f"{glue}:table/acme_dev_curated/orders", False),
        ("glue:GetDatabase", f"{glue}:database/acme_dev_raw", False),
    ):
        assert is_allowed(load, action, resource) is allowed, (action, resource)
    tables, databases = (
        grant["permissions"]
        for kind in ("TABLE", "DATABASE")
        for grant in resources(template, "aws_lakeformation_permissions").values()
        if grant.get("lf_tag_policy", {}).get("resource_type") == kind
    )
    assert tables == (["ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"] if write else ["DESCRIBE", "SELECT"])
    assert databases == (["CREATE_TABLE", "DESCRIBE"] if write else ["DESCRIBE"])


def test_database_grant_matches_zone_domains_and_classifications(code: Path) -> None:
    def build(s: Any) -> None:
        made = SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime())
        curated = Database.from_name(s, "Curated", "curated")
        curated.grant_read(made, domains=["sales"], classifications=["public"])

    grants = resources(stack(build), "aws_lakeformation_permissions").values()
    database, table = sorted(grants, key=lambda grant: grant["lf_tag_policy"]["resource_type"])
    # Concurrent grants exceed Lake Formation's rate limit.
    assert table["depends_on"] == [f"aws_lakeformation_permissions.{database['//']['metadata']['uniqueId']}"]
    expressions = {
        grant["lf_tag_policy"]["resource_type"]: {
            part["key"]: part["values"] for part in grant["lf_tag_policy"]["expression"]
        }
        for grant in grants
    }
    assert expressions == {
        "DATABASE": {"zone": ["curated"]},
        "TABLE": {"zone": ["curated"], "domain": ["sales"], "classification": ["public"]},
    }


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"name": "landing"}, "no database 'landing'"),
        ({"domains": ["nowhere"]}, "domain nowhere: dev has"),
        ({"classifications": ["secret"]}, "classification secret: dev has"),
        ({"domains": []}, "without domains: dev-test is not a TeamStack"),
    ],
)
def test_invalid_database_grant_is_rejected(code: Path, arguments: dict[str, Any], problem: str) -> None:
    def build(s: Any) -> None:
        made = SparkJob(s, "Load", entry_point=code, runtime=GlueRuntime())
        given = {"domains": ["sales"], **arguments}
        Database.from_name(s, "Curated", given.pop("name", "curated")).grant_read(made, **given)

    with pytest.raises(ConstructError, match=problem):
        stack(build)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"arguments": ["--password", "hunter2"]}, "--password holds a secret"),
        ({"arguments": ["--db.password=hunter2"]}, "--db.password holds a secret"),
        ({"arguments": ["--key", "AKIAABCDEFGHIJKLMNOP"]}, "an AWS access key"),
        ({"arguments": ["jdbc:postgresql://u:p@host/db"]}, "a password in a URL"),
        ({"configuration": {"spark.hadoop.password": "hunter2"}}, "holds a secret"),
        ({"configuration": {"spark.url": "jdbc:mysql://h?password=x"}}, "spark.url: password holds a secret"),
        ({"arguments": ["--dbpassword=hunter2"]}, "--dbpassword holds a secret"),
        ({"arguments": ["--passphrase", "hunter2"]}, "--passphrase holds a secret"),
        ({"arguments": ["--auth", "Bearer hunter2"]}, "--auth holds a secret"),
        ({"arguments": ["--config", '{"password": "hunter2"}']}, "argument 2: password holds a secret"),
        ({"arguments": ["--db-password hunter2"]}, "argument 1: --db-password holds a secret"),
        ({"arguments": [1]}, "is not a string"),
        ({"schedule": "daily"}, r"neither cron\(…\) nor rate"),
        ({"schedule": "cron(0 25 * * ? *)"}, "25 in hours; allowed: 0 to 23"),
        ({"schedule": "cron(0 4 * * *)"}, r"expected 6 fields .* got 5"),
        ({"schedule": "cron(0 4 * * * *)"}, r"exactly one .* must be \?"),
        ({"schedule": "rate(1 hours)"}, r"write rate\(1 hour\)"),
        ({"retries": 11}, "retries 11"),
        ({"timeout_minutes": 0}, "timeout_minutes 0"),
        ({"max_executors": 100}, "404 vCPU"),
        ({"entry_point": "nowhere.py"}, "is not a file"),
        ({"entry_point": "job.jar"}, "not a Python file"),
        ({"archive": "deps.rar"}, r"does not end in \.zip or \.tar\.gz"),
        ({"archive": "deps.tar.gz", "runtime": GlueRuntime()}, r"does not end in \.zip\n"),
        ({"schedule": "rate(1 hour)", "runtime": GlueRuntime()}, r"Glue accepts cron"),
        ({"arguments": ["positional"], "runtime": GlueRuntime()}, "has no name"),
        ({"arguments": ["--conf", "x"], "runtime": GlueRuntime()}, "reserved by Glue"),
        ({"runtime": GlueRuntime(workers=1)}, "2 to 299"),
    ],
)
def test_invalid_job_is_rejected(code: Path, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(job(code, **arguments))


def test_secret_reference_is_not_a_secret(code: Path) -> None:
    stack(job(code, arguments=["--db-secret", SECRET, "--refresh-token", "--quiet"]))


@pytest.mark.parametrize(
    ("expression", "shortest"),
    [
        ("rate(5 minutes)", 5),
        ("rate(2 days)", 60),
        ("cron(0/15 * * * ? *)", 15),
        ("cron(0,50 * * * ? *)", 10),
        ("cron(0 6 ? * MON-FRI *)", 60),
        ("cron(30 2 L JAN,jul ? 2026-2030)", 60),
        ("cron(0 8 ? * 2#1 *)", 60),
    ],
)
def test_schedule_parsing(expression: str, shortest: int) -> None:
    assert Schedule.parse(expression).shortest_minutes == shortest


# --- Glue


def test_glue_job_defaults(code: Path) -> None:
    template = stack(job(code, runtime=GlueRuntime(), arguments=["--day=today"], schedule="cron(0 4 * * ? *)"))
    made = one(template, "aws_glue_job")
    assert (made["number_of_workers"], made["timeout"], made["max_retries"]) == (2, 60, 1)
    assert made["security_configuration"] == "acme-dev-glue"
    assert made["default_arguments"]["--day"] == "today"
    assert made["default_arguments"]["--datalake-formats"] == "iceberg"
    assert one(template, "aws_glue_trigger")["schedule"] == "cron(0 4 * * ? *)"


def test_glue_security_configuration_encrypts_logs_bookmarks_and_output() -> None:
    made = one(stack(lambda s: GlueSecurityConfiguration(s, "Glue")), "aws_glue_security_configuration")[
        "encryption_configuration"
    ]
    modes = (
        made["cloudwatch_encryption"]["cloudwatch_encryption_mode"],
        made["job_bookmarks_encryption"]["job_bookmarks_encryption_mode"],
        made["s3_encryption"]["s3_encryption_mode"],
    )
    assert modes == ("SSE-KMS", "CSE-KMS", "SSE-KMS")


def crawler(**arguments: Any) -> Any:
    def build(s: Any) -> None:
        zone = Zone.from_name(s, "Landing", "landing")
        given = {"prefix": "shop/eu/", "description": "d", **arguments}
        GlueCrawler(s, "Shop", zone=zone, database="raw", **given)

    return build


def test_crawler_runs_on_demand_with_fixed_table_level() -> None:
    made = one(stack(crawler()), "aws_glue_crawler")
    assert "schedule" not in made
    assert json.loads(made["configuration"])["Grouping"] == {"TableLevelConfiguration": 4}
    assert made["schema_change_policy"] == {"delete_behavior": "LOG", "update_behavior": "LOG"}
    assert one(stack(crawler(schedule="cron(15 * * * ? *)")), "aws_glue_crawler")["schedule"]


def test_crawler_may_create_tables_in_its_database_only() -> None:
    template = stack(crawler())
    (grant,) = resources(template, "aws_lakeformation_permissions").values()
    assert grant["permissions"] == ["CREATE_TABLE", "DESCRIBE"]
    assert grant["database"] == {"name": "acme_dev_raw"}
    (policy,) = (one for one in resources(template, "aws_iam_role_policy").values() if "WriteCatalog" in one["policy"])
    statements = {one["Sid"]: one for one in json.loads(policy["policy"])["Statement"]}
    assert "lakeformation:GetDataAccess" in statements["UseLakeFormation"]["Action"]
    assert "kms:GenerateDataKey" in statements["WriteCatalogKey"]["Action"]
    assert statements["WriteCatalog"]["Resource"][1:] == [
        f"arn:aws:glue:eu-west-1:111111111111:{what}" for what in ("database/acme_dev_raw", "table/acme_dev_raw/*")
    ]


def test_crawler_of_registered_zone_has_data_location_access() -> None:
    def build(s: Any) -> None:
        zone = Zone.from_name(s, "Raw", "raw")
        GlueCrawler(s, "Shop", zone=zone, prefix="shop/", database="raw", description="d")

    grants = list(resources(stack(build), "aws_lakeformation_permissions").values())
    assert [grant["permissions"] for grant in grants] == [["CREATE_TABLE", "DESCRIBE"], ["DATA_LOCATION_ACCESS"]]
    assert grants[1]["data_location"]["arn"].startswith("arn:aws:s3:::acme-dev-lake-raw-")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"schedule": "cron(0/30 * * * ? *)"}, "at most once an hour"),
        ({"schedule": "rate(1 hour)"}, "at most once an hour"),
        ({"schedule": "hourly"}, "neither cron"),
        ({"prefix": "/"}, "the whole zone"),
    ],
)
def test_invalid_crawler_is_rejected(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(crawler(**arguments))


def connection(**arguments: Any) -> Any:
    given = {"url": "jdbc:postgresql://shop.internal/shop", "secret": "shop", "description": "d", **arguments}
    return lambda s: GlueConnection(s, "Shop", **given)


def test_connection_references_its_secret() -> None:
    template = stack(connection())
    properties = one(template, "aws_glue_connection")["connection_properties"]
    assert set(properties) == {"JDBC_CONNECTION_URL", "SECRET_ID", "JDBC_ENFORCE_SSL"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"url": "postgresql://h/d"}, "not a JDBC URL"),
        ({"url": "jdbc:postgresql://u:p@h/d"}, "credentials"),
        ({"url": "jdbc:mysql://h/d?user=u&password=p"}, "credentials"),
        ({"url": "jdbc:oracle:thin:u/p@h:1521/d"}, "credentials"),
        ({"secret": " "}, "secret is empty"),
        ({"availability_zone": "f"}, "no availability zone 'f'"),
        ({"url": "jdbc:vertica://h/d"}, "no port for h, and no known default port for vertica"),
        ({"server": "0.0.0.0/0"}, "server 0.0.0.0/0 is not a private range"),
        ({"server": "shop-db"}, "server shop-db is not an address range"),
    ],
)
def test_invalid_connection_is_rejected(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(connection(**arguments))


def database_security_group_rules(**arguments: Any) -> list[tuple[int, str]]:
    out = resources(stack(connection(**arguments)), "aws_vpc_security_group_egress_rule").values()
    return [
        (rule["from_port"], rule.get("cidr_ipv4") or rule["referenced_security_group_id"])
        for rule in out
        if rule["description"] == "The database of the connection"
    ]


@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        ({}, [(5432, "10.64.0.0/16")]),
        ({"server": "10.20.0.0/24"}, [(5432, "10.20.0.0/24")]),
        ({"server": "sg-0123456789abcdef0"}, [(5432, "sg-0123456789abcdef0")]),
        ({"url": "jdbc:postgresql://one:5433,two:5434/shop"}, [(5433, "10.64.0.0/16"), (5434, "10.64.0.0/16")]),
        ({"url": "jdbc:sqlserver://h;databaseName=shop"}, [(1433, "10.64.0.0/16")]),
        ({"url": "jdbc:oracle:thin:@//h:1522/service"}, [(1522, "10.64.0.0/16")]),
        ({"url": "jdbc:oracle:thin:@h:1523:sid"}, [(1523, "10.64.0.0/16")]),
        ({"url": "jdbc:mysql:replication://h/shop"}, [(3306, "10.64.0.0/16")]),
        ({"url": "jdbc:vertica://[fd00::1]:5433/d"}, [(5433, "10.64.0.0/16")]),
    ],
)
def test_connection_egress_is_limited_to_the_database(arguments: Any, rules: list[tuple[int, str]]) -> None:
    assert database_security_group_rules(**arguments) == rules


def test_workflow_triggers_are_sequential(code: Path) -> None:
    def build(s: Any) -> None:
        jobs = [SparkJob(s, name, entry_point=code, runtime=GlueRuntime()) for name in ("First", "Second")]
        GlueWorkflow(s, "Daily", jobs=jobs, description="d", schedule="cron(0 4 * * ? *)")

    triggers = list(resources(stack(build), "aws_glue_trigger").values())
    assert [trigger["type"] for trigger in triggers] == ["SCHEDULED", "CONDITIONAL"]


def test_workflow_rejects_jobs_outside_glue(code: Path) -> None:
    def build(s: Any) -> None:
        elsewhere = SparkJob(s, "A", entry_point=code, runtime=SparkServerless(s, "Main", max_vcpu=32))
        GlueWorkflow(s, "Daily", jobs=[elsewhere, elsewhere], description="d")

    with pytest.raises(ConstructError, match="does not run on Glue"):
        stack(build)


# --- Athena


@pytest.mark.parametrize(("tier", "limit"), [("sandbox", 50), ("dev", 200), ("staging", 1000), ("prod", 2000)])
def test_workgroup_defaults_by_tier(tier: str, limit: int) -> None:
    template = stack(lambda s: AthenaWorkgroup(s, "Sales"), tier=tier)
    configuration = one(template, "aws_athena_workgroup")["configuration"]
    assert configuration["enforce_workgroup_configuration"] is True
    assert configuration["bytes_scanned_cutoff_per_query"] == limit * 1024**3
    results = configuration["result_configuration"]
    assert results["encryption_configuration"]["encryption_option"] == "SSE_KMS"
    assert results["expected_bucket_owner"] == "111111111111"


def test_scan_limit_below_one_is_rejected() -> None:
    with pytest.raises(ConstructError, match="below 1"):
        stack(lambda s: AthenaWorkgroup(s, "Sales", scan_limit_gb=0))


# --- EMR on EC2, EMR Studio


def cluster(**settings: Any) -> Any:
    return lambda s: SparkCluster(s, "Main", settings=SparkClusterSettings(**settings))


def test_spark_cluster_production_defaults() -> None:
    template = stack(cluster(), **PROD)
    made = one(template, "aws_emr_cluster")
    assert made["termination_protection"] is True
    assert "auto_termination_policy" not in made
    assert "key_name" not in made["ec2_attributes"]
    assert not resources(template, "aws_iam_role_policy_attachment")
    security = json.loads(one(template, "aws_emr_security_configuration")["configuration"])
    encryption = security["EncryptionConfiguration"]
    assert encryption["EnableAtRestEncryption"] is encryption["EnableInTransitEncryption"] is True
    assert security["InstanceMetadataServiceConfiguration"]["MinimumInstanceMetadataServiceVersion"] == 2
    limits = one(template, "aws_emr_managed_scaling_policy")["compute_limits"][0]
    assert (limits["minimum_capacity_units"], limits["maximum_capacity_units"]) == (2, 6)
    assert limits["maximum_ondemand_capacity_units"] == 4


def test_termination_protection_can_be_turned_off_before_a_replacement() -> None:
    made = one(stack(cluster(termination_protection=False), **PROD), "aws_emr_cluster")
    assert made["termination_protection"] is False
    # No idle termination, which the tier does not have.
    assert "auto_termination_policy" not in made
    assert one(stack(cluster(termination_protection=True), **PROD), "aws_emr_cluster")["termination_protection"] is True


def test_a_cluster_that_terminates_when_idle_is_not_protected() -> None:
    with pytest.raises(ConstructError, match="termination_protection: true in tier dev, whose idle clusters"):
        stack(cluster(termination_protection=True))


def test_spark_cluster_terminates_when_idle_in_dev() -> None:
    made = one(stack(cluster(idle_timeout_minutes=30)), "aws_emr_cluster")
    assert made["auto_termination_policy"] == {"idle_timeout": 1800}
    assert made["termination_protection"] is False


def test_spot_capacity_is_optional() -> None:
    template = stack(cluster(spot_percentage=0))
    assert not resources(template, "aws_emr_instance_fleet")


def test_spot_with_one_instance_type_is_rejected() -> None:
    with pytest.raises(ConstructError, match="all may be interrupted at once"):
        stack(cluster(instance_types=("m7g.xlarge",)))


def test_studio_defaults() -> None:
    made = one(stack(lambda s: EmrStudio(s, "Studio")), "aws_emr_studio")
    assert made["auth_mode"] == "IAM"
    assert made["encryption_key_arn"].startswith("${aws_kms_key.")
    assert made["engine_security_group_id"] != made["workspace_security_group_id"]
