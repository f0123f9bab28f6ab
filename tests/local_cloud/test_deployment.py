"""Tests of a deployment of the local environment: apply, second plan, use, destroy.

One project is deployed once for all tests of this file; they run in order.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import boto3
import pytest
from access_by_calls import DeployedTable, Seeded, access_of
from athena_client import Athena
from botocore.exceptions import ClientError
from permission_sweep import Permission, PermissionSweep, without_action
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.types import StringType
from results_by_calls import StoredResult, lists_a_wider_prefix
from unnoticed_permissions import UNNOTICED, WITHOUT_PROFILE

from free_ports import free_port
from lakekit.access_matrix import Matrix, lake_matrix
from lakekit.environment import Environment, load
from lakekit_cli.terraform_gate.unchanged_document import UnchangedDocument
from lakekit_local import LocalCloud
from lakekit_policies import Gate
from nonempty import nonempty

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
LAKEKIT = Path(sys.executable).with_name("lakekit")


@dataclass
class Project:
    """A copy of the project with its own local cloud and Terraform state."""

    folder: Path
    port: int

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LAKEKIT_LOCAL_PORT": str(self.port), "NO_COLOR": "1"}
        environment.pop("LAKEKIT_ENV", None)
        return subprocess.run(
            [str(LAKEKIT), *arguments], cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def done(self, *arguments: str) -> str:
        result = self.run(*arguments)
        output = result.stdout + result.stderr
        assert result.returncode == 0, output[-6000:]
        return re.sub(r"\x1b\[[0-9;]*m", "", output)

    @property
    def stacks(self) -> list[str]:
        manifest = json.loads((self.folder / "cdktf.out" / "manifest.json").read_text())
        return sorted(
            name for name in manifest["stacks"] if (self.folder / ".lakekit/state" / f"{name}.tfstate").exists()
        )

    @property
    def environment(self) -> Environment:
        return load("local", self.folder / "stacks" / "environments")

    def client(self, service: str) -> Any:
        """A client of the root user."""
        return self.client_with(LocalCloud(self.folder).variables("100000000001", "eu-west-1"), service)

    def client_with(self, variables: dict[str, str], service: str) -> Any:
        """A client with credentials."""
        return boto3.client(
            service,
            endpoint_url=LocalCloud(self.folder).endpoint,
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=variables.get("AWS_SESSION_TOKEN"),
            region_name="eu-west-1",
        )

    def session(self, role: str, principal: str) -> dict[str, str]:
        """Credentials of a role, which a role or a service assumes."""
        account = "arn:aws:iam::100000000001:role/"
        trusted = principal if principal.endswith(".amazonaws.com") else account + principal
        return LocalCloud(self.folder).role_session(account + role, trusted, "eu-west-1")

    def client_of_data_role(self, name: str) -> Callable[[str], Any]:
        """Make clients with a session of a role of `governance.roles`, which the first of its principals assumes."""
        (principal, *_) = self.environment.governance.roles[name].trusted_principals
        session = self.session(f"acme-local-{name}", principal)
        return lambda service: self.client_with(session, service)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "stacks", folder / "stacks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "cdktf.json", folder)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    made = Project(folder, free_port())
    yield made
    made.run("local", "down")


@pytest.fixture(scope="module")
def deployed(project: Project) -> Project:
    output = project.done("deploy", "local", "--auto-approve")
    print(output[output.rfind(" stack ") :])  # noqa: T201  the seconds of each phase, in the test report
    return project


def test_every_stack_is_deployed(deployed: Project) -> None:
    for stack in nonempty(deployed.stacks):
        state = json.loads((deployed.folder / ".lakekit" / "state" / f"{stack}.tfstate").read_text())
        assert state["resources"], stack
    assert {"local-storage", "local-governance", "local-catalog", "local-sales"} <= set(deployed.stacks)


def test_terraform_deploys_with_the_role_of_the_deployer(deployed: Project) -> None:
    assert LocalCloud(deployed.folder).denials() == []
    log = (deployed.folder / ".lakekit/local/server.log").read_text()
    calls = re.findall(r"(\S+):(\S+) (?:lakekit|moto) \d+ \d+ms (\S+)", log)
    by_principal: dict[str, set[str]] = {}
    for service, _, principal in nonempty(calls):
        by_principal.setdefault(principal.rpartition("/")[0] or principal, set()).add(service)
    # The root user creates the roles, as `lakekit bootstrap` does.
    assert by_principal["arn:aws:iam::100000000001:root"] == {"iam"}
    deployer = by_principal["arn:aws:sts::100000000001:assumed-role/lakehouse-deployer"]
    assert {"s3", "glue", "lakeformation", "ec2", "emr", "kafka", "kms", "iam"} <= deployer


def test_second_deploy_has_no_changes(deployed: Project) -> None:
    done = deployed.run("deploy", "local", "--auto-approve", "--format", "json")
    assert done.returncode == 0, done.stderr[-6000:]
    stacks = json.loads(done.stdout)["stacks"]
    status = {stack["name"]: stack["status"] for stack in nonempty(stacks)}
    assert [status[name] for name in nonempty(deployed.stacks)] == ["unchanged"] * len(deployed.stacks)


def printed_form(document: dict[str, Any]) -> dict[str, Any]:
    """What `terraform show -json` and the gate state of a plan alike, in the order of addresses."""
    kept = ("address", "mode", "type", "name", "index", "provider_name", "schema_version", "values")

    def values(part: dict[str, Any]) -> dict[str, Any]:
        resources = [{key: one[key] for key in kept if key in one} for one in part["root_module"].get("resources", ())]
        return {"outputs": part.get("outputs", {}), "resources": sorted(resources, key=itemgetter("address"))}

    def changes(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = [{"address": one["address"], **one["change"]} for one in entries]
        compared = ("address", "actions", "before", "after", "after_unknown")
        return sorted(({key: one[key] for key in compared} for one in found), key=itemgetter("address"))

    return {
        "planned": values(document["planned_values"]),
        "prior": values(document["prior_state"]["values"]),
        "changes": changes(document["resource_changes"]),
        "drift": changes(document.get("resource_drift", [])),
        **{
            name: document.get(name)
            for name in ("configuration", "format_version", "terraform_version", "variables", "applyable", "complete")
        },
        "checks": sorted(check["address"]["to_display"] for check in document.get("checks", ())),
    }


@pytest.fixture(scope="module")
def unchanged(deployed: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan of each stack, `<stack>`, and what `terraform show -json` prints of it, `<stack>.json`."""
    folder = tmp_path_factory.mktemp("plans")
    environment = {**os.environ, "LAKEKIT_LOCAL_PORT": str(deployed.port)}
    terraform = str(LAKEKIT.with_name("lakekit-terraform"))
    for stack in nonempty(deployed.stacks):
        plan = folder / stack
        for command in (["plan", f"-out={plan}"], ["show", "-json", str(plan)]):
            done = subprocess.run(
                [terraform, *command],
                cwd=deployed.folder / "cdktf.out/stacks" / stack, env=environment, capture_output=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:]
        (folder / f"{stack}.json").write_bytes(done.stdout)
    return folder


def test_documents_of_plans_without_changes_are_those_of_terraform(deployed: Project, unchanged: Path) -> None:
    for stack in nonempty(deployed.stacks):
        assembled = UnchangedDocument(deployed.folder, stack, (unchanged / stack).read_bytes()).assemble()
        assert assembled is not None, stack
        assert printed_form(assembled) == printed_form(json.loads((unchanged / f"{stack}.json").read_bytes())), stack


def test_plans_without_changes_have_no_findings_that_the_configuration_has_not(
    deployed: Project, unchanged: Path, tmp_path: Path
) -> None:
    """What is applied has ids and hosts in place of references, which no rule may take for those of others."""
    configuration = tmp_path / "cdktf.out"
    for stack in nonempty(deployed.stacks):
        written = (deployed.folder / "cdktf.out/stacks" / stack / "cdk.tf.json").read_text()
        (configuration / "stacks" / stack).mkdir(parents=True)
        # In a sandbox, most rules only warn, and others do not apply.
        raised, count = re.subn(r'"tier": "sandbox"', '"tier": "prod"', written)
        assert count == 1
        (configuration / "stacks" / stack / "cdk.tf.json").write_text(raised)
    stacks = {name: {"name": name, "synthesizedStackPath": f"stacks/{name}/cdk.tf.json"} for name in deployed.stacks}
    (configuration / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": stacks}))
    with Gate.start() as gate:
        synth = gate.evaluate_synth(configuration)
        known = {(one.stack, one.rule_id) for one in (*synth.findings, *synth.warnings)}
        for stack in nonempty(deployed.stacks):
            file = configuration / "stacks" / stack / "cdk.tf.json"
            found = gate.evaluate_plan(unchanged / f"{stack}.json", stack=file)
            new = [f"{one.rule_id} {one.address}: {one.reason}" for one in (*found.findings, *found.warnings)
                   if (stack, one.rule_id) not in known]  # fmt: skip
            assert new == []


def test_smoke_test_can_be_repeated(deployed: Project) -> None:
    assert "3468 rows written" in deployed.done("smoke", "local")
    assert "all match" in deployed.done("smoke", "local")


def test_bucket_policy_requires_the_zone_key(deployed: Project) -> None:
    s3 = deployed.client("s3")
    bucket = next(b["Name"] for b in s3.list_buckets()["Buckets"] if "-lake-raw-" in b["Name"])
    s3.put_object(Bucket=bucket, Key="probe", Body=b"x")
    for wrong in (
        {"ServerSideEncryption": "AES256"},
        {"ServerSideEncryption": "aws:kms"},
        {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "arn:aws:kms:eu-west-1:999999999999:key/other"},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "0" * 32},
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key="probe", Body=b"x", **wrong)


def catalog(deployed: Project, role: str, service: str) -> GlueCatalog:
    """The catalog of pyiceberg with a session of a pipeline's role."""
    session = deployed.session(role, service)
    return GlueCatalog(
        "glue",
        client=deployed.client_with(session, "glue"),
        **{
            "s3.endpoint": LocalCloud(deployed.folder).endpoint,
            "s3.access-key-id": session["AWS_ACCESS_KEY_ID"],
            "s3.secret-access-key": session["AWS_SECRET_ACCESS_KEY"],
            "s3.session-token": session["AWS_SESSION_TOKEN"],
            "s3.region": "eu-west-1",
            "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
        },
    )


def test_pyiceberg_reads_with_the_role_of_a_job(deployed: Project) -> None:
    """pyiceberg reads the partition spec and sort order from the first metadata file."""
    reader = catalog(deployed, "acme-local-sales-jobs-revenue-job-job", "emr-serverless.amazonaws.com")
    table = reader.load_table("acme_local_curated.orders")
    assert [str(field.transform) for field in table.spec().fields] == ["day"]
    assert len(table.sort_order().fields) == 2
    with pytest.raises(OSError, match="not authorized to perform: s3:PutObject"), table.update_schema() as update:
        update.add_column("note", StringType())
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.load_table("acme_local_curated.payments")


def test_pyiceberg_commits_with_the_role_of_a_connector(deployed: Project) -> None:
    """pyiceberg's commit changes the columns of the catalog's entry, and is not drift."""
    writer = catalog(deployed, "acme-local-sales-payments-payments-to-lake-connect", "kafkaconnect.amazonaws.com")
    with writer.load_table("acme_local_curated.payments").update_schema() as update:
        update.add_column("note", StringType())
    assert "note" in writer.load_table("acme_local_curated.payments").schema().column_names


ORDERS = [{"order_id": number, "line": 1, "country": country} for number, country in enumerate(("DE", "US", "FR"), 1)]


def declared_access(deployed: Project) -> Matrix:
    """The access matrix of the synthesized stacks, which equals the declarations (`lakekit check`)."""
    manifest = json.loads((deployed.folder / "cdktf.out" / "manifest.json").read_text())
    stacks = [
        json.loads((deployed.folder / "cdktf.out/stacks" / name / "cdk.tf.json").read_text())
        for name in manifest["stacks"]
    ]
    return lake_matrix(deployed.environment, stacks)


def test_roles_can_do_what_the_access_matrix_states(deployed: Project) -> None:
    engineer = Athena(deployed.client_of_data_role("engineer")("athena"), {"WorkGroup": "acme-local-engineer"})
    values = ", ".join(
        f"({one['order_id']}, 1, TIMESTAMP '2026-03-01 10:00:00 UTC', 'a@x', '{one['country']}', 'SKU-1', 1, 9.99)"
        for one in ORDERS
    )
    assert engineer.run(f"INSERT INTO orders VALUES {values}", "acme_local_curated") == []
    declared = declared_access(deployed)
    filters = sorted({one.rows for one in declared.cells.values() if one.rows})
    seeded = Seeded("acme_local_curated.orders", "order_id", ORDERS, filters)
    found = {}
    for product, name in nonempty(declared.tables.items()):
        table = DeployedTable.of(deployed.client, *name.split("."))
        for role in nonempty(deployed.environment.governance.roles):
            client = deployed.client_of_data_role(role)
            athena = Athena(client("athena"), {"WorkGroup": f"acme-local-{role}"})
            for classification, one in access_of(client, table, athena, seeded).items():
                found[role, product, classification] = one
    assert {key: one.label for key, one in found.items()} == declared.labels()
    assert {"none", "masked", "read", "write"} <= {str(one.level) for one in found.values()}
    assert any(one.rows for one in found.values())


def test_roles_read_the_query_results_of_their_own_workgroup_only(deployed: Project) -> None:
    workgroups = deployed.environment.athena_workgroups
    assert workgroups == {role: (role,) for role in nonempty(deployed.environment.governance.roles)}
    roles = {role: deployed.client_of_data_role(role) for role in workgroups}
    sql = "SELECT order_id FROM orders"
    results = {
        name: StoredResult.of(roles[name], f"acme-local-{name}", sql, "acme_local_curated") for name in workgroups
    }
    found = {(role, name): result.allowed(roles[role]) for role in roles for name, result in results.items()}
    every = {name for name, _ in results["analyst"].calls(roles["analyst"])}
    assert found == {(role, name): every if role == name else set() for role, name in found}
    assert not any(lists_a_wider_prefix(roles[role], result) for role in roles for result in results.values())


def test_engines_may_make_their_calls(deployed: Project) -> None:
    # The document, and progress on standard error after it.
    found, _ = json.JSONDecoder().raw_decode(deployed.done("local", "check-engines", "local", "--format", "json"))
    assert found["not_deployed"] == ["snowflake-external-volume", "snowflake-storage-integration"]
    for engine in nonempty(found["engines"]):
        assert engine["refused"] == [], engine["refused"]
        assert engine["sent"] + engine["decided"] > 0, engine
    sent = {engine["engine"]: engine["sent"] for engine in found["engines"]}
    assert min(sent[name] for name in ("emr-serverless-spark", "glue-job", "firehose-to-iceberg", "managed-flink")) > 5


def test_engines_notice_every_permission_that_their_role_loses(deployed: Project) -> None:
    """A permission that no call needs is in `UNNOTICED` with a reason, which holds for a permission that exists."""
    sweep = PermissionSweep(LocalCloud(deployed.folder), deployed.environment, deployed.client("iam"))
    found = [one for role in nonempty(sweep.roles) for one in nonempty(list(sweep.of_role(role)))]
    unnoticed: list[Permission] = nonempty([one for one in found if not one.noticed])
    unexplained = [one for one in unnoticed if not any(entry.includes(one) for entry in UNNOTICED)]
    assert unexplained == []
    unused = [entry for entry in nonempty(UNNOTICED) if not any(entry.includes(one) for one in nonempty(unnoticed))]
    assert unused == []
    roles = {role["RoleName"] for role in deployed.client("iam").list_roles()["Roles"]}
    assert {role for role in roles if role.startswith("acme-")} - {*sweep.roles} == {*WITHOUT_PROFILE}


def test_what_an_engine_lost_is_named_with_role_and_construct(deployed: Project) -> None:
    """Several engines lose a permission at once: the command names each with the role and what makes it."""
    lost = {
        "acme-local-emr-main-service": ("iam:PassRole", "SparkCluster"),
        "acme-local-emr-main-nodes": ("s3:GetObject", "SparkCluster"),
        "acme-local-sales-intake-shop-returns-job": ("glue:GetConnection", "SparkJob with GlueRuntime"),
        "acme-local-sales-intake-partners-crawler": ("logs:PutLogEvents", "GlueCrawler"),
        "acme-local-sales-events-order-minutes-job-flink": ("kafka-cluster:ReadData", "FlinkApplication"),
        "acme-local-table-optimizer": ("logs:PutLogEvents", "TableOptimizerRole"),
        "acme-local-lakeformation": ("s3:GetObject", "LakeLocations"),
    }
    with ExitStack() as restored:
        for role, (action, _) in lost.items():
            restored.enter_context(without_action(deployed.client("iam"), role, action))
        result = deployed.run("local", "check-engines", "local", "--format", "json")
    assert result.returncode == 1, result.stderr[-3000:]
    engines = json.JSONDecoder().raw_decode(result.stdout)[0]["engines"]
    refused = [one for engine in nonempty(engines) for one in engine["refused"]]
    named = {(one["role"].rpartition("/")[2], (one["action"], one["construct"])) for one in refused}
    assert named == {*lost.items()}
    assert all(one["address"] for one in nonempty(refused))


def test_data_and_commits_are_not_drift(deployed: Project) -> None:
    assert deployed.done("plan", "local", "--verbose").count("| No changes.") == len(deployed.stacks)


def test_all_calls_were_answered(deployed: Project) -> None:
    assert json.loads(deployed.done("local", "status", "--format", "json"))["unanswered"] == []


def test_planner_changes_nothing(deployed: Project) -> None:
    session = deployed.session("lakehouse-planner", "lakekit-local")

    def client(service: str) -> Any:
        return deployed.client_with(session, service)

    bucket = "acme-local-lake-raw-100000000001-eu-west-1"
    assert client("s3").get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    key = client("kms").list_aliases()["Aliases"][0]["TargetKeyId"]
    tables = {"DatabaseName": "acme_local_curated", "Name": "orders"}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "put_object", {"Bucket": bucket, "Key": "probe", "Body": b""}),
        ("s3", "delete_bucket_policy", {"Bucket": bucket}),
        ("glue", "delete_table", tables),
        ("iam", "put_role_policy", {"RoleName": "acme-local-analyst", "PolicyName": "p", "PolicyDocument": "{}"}),
        ("iam", "attach_role_policy", {"RoleName": "lakehouse-planner", "PolicyArn": "arn:aws:iam::aws:policy/x"}),
        ("kms", "schedule_key_deletion", {"KeyId": key}),
        ("sns", "create_topic", {"Name": "acme-local-probe"}),
        ("lakeformation", "put_data_lake_settings", {"DataLakeSettings": {}}),
    ]
    for service, operation, arguments in nonempty(calls):
        with pytest.raises(ClientError, match=r"AccessDenied|AuthorizationError"):
            getattr(client(service), operation)(**arguments)


def created_resources(project: Project) -> dict[str, list[str]]:
    """What the deployment has created, by service."""
    kms = project.client("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    roles = [role["RoleName"] for role in project.client("iam").list_roles()["Roles"]]
    return {
        "buckets": [bucket["Name"] for bucket in project.client("s3").list_buckets()["Buckets"]],
        "databases": [database["Name"] for database in project.client("glue").get_databases()["DatabaseList"]],
        "roles": [role for role in roles if role.startswith("acme-")],
        "keys": [key["KeyId"] for key in keys if (key["KeyState"], key["KeyManager"]) == ("Enabled", "CUSTOMER")],
    }


def test_destroy_removes_everything(deployed: Project) -> None:
    assert all(created_resources(deployed)[service] for service in ("buckets", "databases", "roles", "keys"))
    deployed.done("destroy", "local", "--auto-approve")
    for stack in nonempty(deployed.stacks):
        state = json.loads((deployed.folder / ".lakekit" / "state" / f"{stack}.tfstate").read_text())
        assert state["resources"] == [], stack
    assert created_resources(deployed) == {"buckets": [], "databases": [], "roles": [], "keys": []}
    # What `lakekit bootstrap` creates stays.
    roles = {role["RoleName"] for role in deployed.client("iam").list_roles()["Roles"]}
    assert {"lakehouse-deployer", "lakehouse-planner"} <= roles
    assert json.loads(deployed.done("local", "status", "--format", "json"))["unanswered"] == []
