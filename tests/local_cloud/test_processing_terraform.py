"""Processing constructs in real Terraform: apply, empty second plan, update in place, destroy."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from local_cloud_helpers import ACCOUNT, REGION, Terraform, create_boundary, register_location

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment, InitialCapacity, SparkClusterSettings
from lakekit.iam import Secret
from lakekit.processing import (
    EmrStudio,
    GlueConnection,
    GlueCrawler,
    GlueRuntime,
    GlueSecurityConfiguration,
    GlueWorkflow,
    SparkCluster,
    SparkJob,
    SparkServerless,
)
from lakekit.testing import environment
from lakekit_local import LocalCloud


def engines(stack: LakehouseStack, code: Path, *, edited: bool) -> None:
    """One of everything; `edited` changes an attribute of each."""
    # The edit removes the initial capacity, so that added and removed fields are both tested.
    spark = SparkServerless(
        stack,
        "Main",
        max_vcpu=48 if edited else 32,
        idle_timeout_minutes=9 if edited else 5,
        initial_capacity=None if edited else InitialCapacity(),
    )
    arguments = ["--day", "yesterday" if edited else "today"]
    SparkJob(
        stack,
        "Load",
        entry_point=code,
        runtime=spark,
        arguments=arguments,
        schedule="cron(0 5 * * ? *)" if edited else "cron(0 4 * * ? *)",
    )
    GlueSecurityConfiguration(stack, "Glue")
    source = GlueConnection(
        stack,
        "Source",
        url=f"jdbc:postgresql://{'edited' if edited else 'made'}.internal/shop",
        secret="shop",
        description="The shop",
    )
    capacity = GlueRuntime(workers=4 if edited else 2, connections=[source])
    SparkJob(stack, "Nightly", entry_point=code, runtime=capacity, arguments=arguments, schedule="cron(0 1 * * ? *)")
    steps = [SparkJob(stack, name, entry_point=code, runtime=capacity) for name in ("First", "Second")]
    GlueWorkflow(stack, "Daily", jobs=steps, description="edited" if edited else "made", schedule="cron(0 2 * * ? *)")
    GlueCrawler(
        stack,
        "Shop",
        zone="landing",
        prefix="shop/",
        database="raw",
        description="edited" if edited else "made",
        schedule=None if edited else "cron(15 * * * ? *)",
    )
    table = IcebergTable(
        stack,
        "Orders",
        database="raw",
        table=GovernedTable("orders", [Column("id", "long", "Id")], "One row per order"),
    )
    cluster = SparkCluster(
        stack, "Cluster", settings=SparkClusterSettings(idle_timeout_minutes=90 if edited else 60, max_units=8)
    )
    EmrStudio(stack, "Studio")
    table.grant_write(steps[0])
    table.grant_read(steps[1])
    table.grant_read(cluster)
    Secret.from_name(stack, "Partner", "sales/partner").grant_read(steps[0])


@pytest.fixture
def there(client: Callable[..., Any]) -> Environment:
    """An environment whose VPC, keys, bucket and database are there already."""
    ec2, kms = client("ec2"), client("kms")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnets = {
        zone: ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in enumerate("ab")
    }
    made = environment(
        organization="engines",
        environment="local",
        tier="sandbox",
        target="local",
        backend={"kind": "local"},
        account_id=ACCOUNT,
        network={"existing": {"vpc_id": vpc, "cidr": "10.20.0.0/16", "subnets": subnets}},
    )
    for words in (("lake",), ("artifacts",)):
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=made.names.key_alias(*words), TargetKeyId=key)
    place = {"LocationConstraint": REGION}
    for words in (("artifacts",), ("lake", "raw")):
        client("s3").create_bucket(Bucket=made.names.bucket(*words), CreateBucketConfiguration=place)
    client("glue").create_database(DatabaseInput={"Name": made.names.database("raw")})
    create_boundary(made, client)
    register_location(made.names.bucket("lake", "raw"), client)
    return made


def synthesized(there: Environment, code: Path, out: Path, *, edited: bool) -> Path:
    app = cdktf.App(outdir=str(out), stack_traces=False)
    stack = LakehouseStack(app, there, "engines")
    engines(stack, code, edited=edited)
    app.synth()
    return out / "stacks" / "local-engines"


def test_engines_apply_replan_update_and_destroy(
    cloud: LocalCloud, client: Callable[..., Any], there: Environment, tmp_path: Path
) -> None:
    before = {(entry["service"], entry["operation"]) for entry in cloud.status().unanswered}
    code = tmp_path / "job.py"
    code.write_text("print('hello')\n")
    first = synthesized(there, code, tmp_path / "first", edited=False)
    state = {"backend": {"local": {"path": str(tmp_path / "engines.tfstate")}}}
    for folder in (first, synthesized(there, code, tmp_path / "second", edited=True)):
        file = folder / "cdk.tf.json"
        document = json.loads(file.read_text())
        document["terraform"].update(state)
        file.write_text(json.dumps(document))

    terraform = Terraform.of(cloud, first, tmp_path / "run")
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")

    # The request of the schedule starts a run.
    serverless, scheduler = client("emr-serverless"), client("scheduler")
    (listed,) = (s for s in scheduler.list_schedules()["Schedules"] if s["Name"].startswith("engines-local"))
    target = scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])["Target"]
    request = json.loads(target["Input"])
    started = serverless.start_job_run(
        applicationId=request["ApplicationId"],
        clientToken="once",
        executionRoleArn=request["ExecutionRoleArn"],
        jobDriver={"sparkSubmit": {"entryPoint": request["JobDriver"]["SparkSubmit"]["EntryPoint"]}},
    )
    again = serverless.start_job_run(
        applicationId=request["ApplicationId"], clientToken="once", executionRoleArn=request["ExecutionRoleArn"]
    )
    assert again["jobRunId"] == started["jobRunId"]
    run = serverless.get_job_run(applicationId=request["ApplicationId"], jobRunId=started["jobRunId"])["jobRun"]
    assert run["state"] == "SUBMITTED"
    serverless.cancel_job_run(applicationId=request["ApplicationId"], jobRunId=started["jobRunId"])
    serverless.stop_application(applicationId=request["ApplicationId"])
    client("glue").start_job_run(JobName="engines-local-engines-nightly")

    (tmp_path / "run" / "cdk.tf.json").write_text((tmp_path / "second/stacks/local-engines/cdk.tf.json").read_text())
    changed = terraform("apply", "-auto-approve")
    assert re.findall(r"# (\S+) must be replaced", changed) == []
    assert len(re.findall(r"# \S+ will be updated in-place", changed)) >= 9
    terraform("plan", "-detailed-exitcode")

    def engines_of_the_stack() -> list[str]:
        jobs = client("glue").list_jobs()["JobNames"]
        clusters = client("emr").list_clusters(ClusterStates=["WAITING"])["Clusters"]
        names = [*jobs, *(cluster["Name"] for cluster in clusters)]
        return [name for name in names if name.startswith("engines-local-")]

    assert engines_of_the_stack()
    terraform("destroy", "-auto-approve")
    assert json.loads((tmp_path / "engines.tfstate").read_text())["resources"] == []
    assert engines_of_the_stack() == []
    after = {(entry["service"], entry["operation"]) for entry in cloud.status().unanswered}
    assert after == before
    assert os.environ["AWS_ENDPOINT_URL"] == cloud.endpoint
