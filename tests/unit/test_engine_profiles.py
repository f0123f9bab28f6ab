"""Profiles of engines: their form, their sources, and the requests that they make of a deployment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from moto.iam.aws_managed_policies import aws_managed_policies_data
from snowflake_stack_builder import stack as snowflake_stack

from lakekit.errors import LakekitError
from lakekit.snowflake import ExternalVolume, StorageIntegration
from lakekit.testing import environment, resources
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.engines.athena_users import athena_users
from lakekit_local.engines.check import Refused
from lakekit_local.engines.deployment import Deployment
from lakekit_local.engines.profile import FOLDER, Profile, load_profile, profiles, variables_of
from lakekit_local.engines.recording import recorded_calls, rows
from lakekit_local.engines.requests import instances
from nonempty import nonempty

SHARED = {
    "account": ["111111111111"],
    "region": ["eu-west-1"],
    "partition": ["aws"],
    "catalog_key": ["arn:aws:kms:eu-west-1:111111111111:key/catalog"],
}
ROLE = "arn:aws:iam::111111111111:role/optimizer"
_TABLE_VARIABLES = {"database", "table", "table_bucket", "table_prefix", "first_metadata", "table_bucket_key"}


def by_name(name: str) -> Profile:
    return next(one for one in profiles() if one.name == name)


@pytest.mark.parametrize("profile", profiles(), ids=lambda one: one.name)
def test_actions_exist_and_calls_have_sources(profile: Profile) -> None:
    assert profile.calls or profile.recorded
    for group in nonempty([*profile.calls, *profile.left_out]):
        for action in nonempty(group.actions):
            service, _, name = action.partition(":")
            assert find_action(service, name), action
    for group in nonempty(profile.calls):
        assert "lakekit" not in group.source.lower()
        assert '"' in group.source or "Iceberg 1." in group.source, group.source


@pytest.mark.parametrize("profile", profiles(), ids=lambda one: one.name)
def test_variables_are_defined(profile: Profile) -> None:
    named = {*profile.values, *profile.linked}
    known = {*SHARED, *named, *(f"{one}_key" for one in named if one.endswith("bucket"))}
    for group in nonempty(profile.calls):
        used = {name for text in (*group.resources, *group.context.values()) for name in variables_of(text)}
        assert used <= known | (_TABLE_VARIABLES if group.each != "instance" else set()), group
        assert not group.when or group.when in known


@pytest.mark.parametrize("profile", [one for one in profiles() if one.recorded], ids=lambda one: one.name)
def test_recorded_phases_exist_and_have_calls(profile: Profile) -> None:
    for recorded in nonempty(profile.recorded):
        assert set(recorded.phases) <= {row["phase"] for row in rows(recorded.recording)}
        actions = {group.actions[0] for group in recorded_calls(recorded)}
        assert {"glue:GetTable", "s3:GetObject", "kms:Decrypt"} <= actions
        assert ("glue:UpdateTable" in actions) is (recorded.each == "written")


def test_profile_has_every_action_of_the_managed_policy_that_it_cites() -> None:
    document = json.loads(aws_managed_policies_data)["AmazonEMRServicePolicy_v2"]["Document"]
    cited = set()
    for statement in nonempty(document["Statement"]):
        cited |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
    profile = by_name("emr-on-ec2-service")
    named = {action for group in (*profile.calls, *profile.left_out) for action in group.actions}
    assert cited - named == set()


def test_every_engine_has_a_profile() -> None:
    assert {one.name for one in profiles()} >= {
        *("emr-serverless-spark", "emr-on-ec2-nodes", "emr-on-ec2-service", "glue-job", "glue-crawler"),
        *("firehose-to-iceberg", "managed-flink", "msk-connect-iceberg", "table-optimizer", "eventbridge-scheduler"),
        *("vpc-flow-logs", "s3-access-logs", "log-delivery", "athena"),
        *("snowflake-storage-integration", "snowflake-external-volume"),
    }


def state(folder: Path, *deployed: tuple[str, Mapping[str, Any]]) -> Deployment:
    """A deployment of one stack."""
    file = folder / ".lakekit/state/stack.tfstate"
    file.parent.mkdir(parents=True)
    listed = [
        {"mode": "managed", "type": kind, "name": f"r{number}", "instances": [{"attributes": attributes}]}
        for number, (kind, attributes) in enumerate(deployed)
    ]
    file.write_text(json.dumps({"resources": listed}))
    return Deployment(folder)


def table(name: str) -> tuple[str, dict[str, Any]]:
    location = {
        "location": f"s3://lake/curated/{name}",
        "additional_locations": [f"s3://lake/_lakekit/iceberg/db/{name}/metadata"],
    }
    return "aws_glue_catalog_table", {"database_name": "db", "name": name, "storage_descriptor": [location]}


def test_calls_are_made_for_the_tables_of_an_engine(tmp_path: Path) -> None:
    key = "arn:aws:kms:eu-west-1:111111111111:key/lake"
    default = {"kms_master_key_id": key}
    deployment = state(
        tmp_path,
        table("orders"),
        table("other"),
        (
            "aws_s3_bucket_server_side_encryption_configuration",
            {"bucket": "lake", "rule": [{"apply_server_side_encryption_by_default": [default]}]},
        ),
        ("aws_iam_role", {"arn": ROLE, "name": "optimizer"}),
        (
            "aws_glue_catalog_table_optimizer",
            {"database_name": "db", "table_name": "orders", "configuration": [{"role_arn": ROLE}]},
        ),
    )
    (one,) = instances(by_name("table-optimizer"), deployment, SHARED)
    assert (one.role_arn, one.principal, one.name) == (ROLE, "glue.amazonaws.com", "orders")
    requests = {(request.action, request.resource) for request in one.requests()}
    assert ("s3:PutObject", "arn:aws:s3:::lake/curated/orders/data/file.parquet") in requests
    assert ("s3:GetObject", "arn:aws:s3:::lake/_lakekit/iceberg/db/orders/metadata/0.metadata.json") in requests
    assert ("glue:UpdateTable", "arn:aws:glue:eu-west-1:111111111111:table/db/orders") in requests
    assert ("kms:GenerateDataKey", key) in requests
    assert not [resource for _, resource in requests if "other" in resource]
    assert deployment.address_of_role(ROLE) == "stack: aws_iam_role.r3"


@pytest.mark.parametrize(
    ("name", "build"),
    [
        ("snowflake-storage-integration", lambda s: StorageIntegration(s, "Files", zones=["landing"])),
        ("snowflake-external-volume", lambda s: ExternalVolume(s, "Curated")),
    ],
)
def test_roles_of_snowflake_allow_what_snowflake_documents(tmp_path: Path, name: str, build: Any) -> None:
    """Stacks of Snowflake are not applied to the local cloud: their synthesized policies are evaluated."""
    template = snowflake_stack(build)
    resource = by_name(name).resource
    listed = [(resource, body) for body in resources(template, resource).values()]
    (one,) = instances(by_name(name), state(tmp_path, *listed), SHARED)
    assert one.role_arn.startswith("arn:aws:iam::111111111111:role/acme-dev-snowflake-")
    (statements,) = policies(template).values()
    for request in nonempty(one.requests()):
        assert is_allowed(statements, request.action, request.resource, {**request.context}), request
    elsewhere = one.requests()[0].resource.replace("-lake-", "-other-")
    assert not is_allowed(statements, "s3:GetObject", elsewhere)


def test_users_of_athena_are_the_roles_of_the_environment(tmp_path: Path) -> None:
    target = environment(
        governance={
            "administrators": ["lakehouse-deployer"],
            "domains": ["sales"],
            "roles": {"analyst": {"trusted_principals": ["sso"], "read": {"zone": ["curated"]}}},
        },
        processing={"athena": {"teams": {"sales": ["analyst"]}}},
    )
    arn = "arn:aws:iam::111111111111:role/acme-dev-analyst"
    trust = {"Statement": [{"Principal": {"AWS": "arn:aws:iam::111111111111:role/sso"}}]}
    results = {"output_location": "s3://results/sales/"}
    deployment = state(
        tmp_path,
        ("aws_iam_role", {"arn": arn, "name": "acme-dev-analyst", "assume_role_policy": json.dumps(trust)}),
        ("aws_iam_role", {"arn": f"{arn}-2", "name": "acme-dev-other"}),
        (
            "aws_athena_workgroup",
            {"name": "acme-dev-sales", "configuration": [{"result_configuration": [results]}]},
        ),
    )
    deployment.add([*athena_users(target, deployment)])
    (one,) = instances(by_name("athena"), deployment, SHARED)
    assert (one.role_arn, one.principal) == (arn, "arn:aws:iam::111111111111:role/sso")
    requests = {(request.action, request.resource) for request in one.requests()}
    assert ("s3:PutObject", "arn:aws:s3:::results/sales/query.csv") in requests
    assert ("glue:GetTable", "arn:aws:glue:eu-west-1:111111111111:table/acme_dev_curated/*") in requests
    assert ("athena:StartQueryExecution", "arn:aws:athena:eu-west-1:111111111111:workgroup/acme-dev-sales") in requests


def test_recorded_calls_are_made_for_granted_tables(tmp_path: Path) -> None:
    columns = {"database_name": "db", "name": "orders"}
    deployment = state(
        tmp_path,
        table("orders"),
        (
            "aws_lakeformation_permissions",
            {"principal": ROLE, "permissions": ["SELECT"], "table_with_columns": [columns]},
        ),
        ("aws_glue_job", {"name": "load", "role_arn": ROLE, "command": [{"script_location": "s3://code/a/job.py"}]}),
    )
    (one,) = instances(by_name("glue-job"), deployment, SHARED)
    requests = {(request.action, request.resource) for request in one.requests()}
    assert ("s3:GetObject", "arn:aws:s3:::code/a/job.py") in requests
    assert ("s3:GetObject", "arn:aws:s3:::lake/_lakekit/iceberg/db/orders/metadata/0.metadata.json") in requests
    assert not [action for action, _ in requests if action in ("glue:UpdateTable", "s3:PutObject")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "not a TOML file"),
        ('title = "x"', "made_by: Field required"),
        ("{whole}\nunknown = 1", "unknown: Extra inputs are not permitted"),
        ("{whole}", "the profile has no calls"),
        ('{whole}\n[[calls]]\nactions = ["s3:GetObject"]\nresources = ["*"]', "calls.0.source: Field required"),
        (
            '{whole}\n[[calls]]\nsource = "Guide of the service"\nactions = ["s3:*"]\nresources = ["*"]',
            "calls.0.actions.0: String should match pattern",
        ),
        ('{whole}\n[[left_out]]\nactions = ["s3:GetObject"]\nreason = "no"', "left_out.0.reason: String should have"),
    ],
)
def test_invalid_profiles_are_refused(tmp_path: Path, text: str, message: str) -> None:
    whole = 'title = "T"\nmade_by = "C"\nprincipal = "p"\nresource = "aws_x"'
    file = tmp_path / "engine.toml"
    file.write_text(text.replace("{whole}", whole))
    with pytest.raises(LakekitError, match=message.replace(".", r"\.")) as error:
        load_profile(file)
    assert error.value.where == str(file)


def test_a_variable_that_is_not_defined_is_named(tmp_path: Path) -> None:
    file = tmp_path / "engine.toml"
    call = '[[calls]]\nsource = "Guide of the service"\nactions = ["s3:GetObject"]\nresources = ["{nothing}"]'
    file.write_text(f'title = "T"\nmade_by = "C"\nprincipal = "p"\nresource = "aws_x"\n{call}')
    (tmp_path / "deployed").mkdir()
    deployment = state(tmp_path / "deployed", ("aws_x", {"id": "1"}))
    (one,) = instances(load_profile(file), deployment, SHARED)
    with pytest.raises(LakekitError, match=r"the variable \{nothing\} is not defined"):
        one.requests()


def test_profiles_are_files_of_the_package() -> None:
    assert len(profiles()) == len([*FOLDER.glob("*.toml")]) >= 16


@pytest.mark.parametrize(
    ("reason", "fix"),
    [
        (
            "… is not authorized to perform: glue:UpdateTable",
            "allow glue:UpdateTable on arn in the role, which `Database`",
        ),
        (
            "Insufficient Lake Formation permission(s) on s3://lake/raw",
            "grant the role in Lake Formation: DATA_LOCATION_ACCESS on s3://lake/raw, with `Database`",
        ),
        (
            "Insufficient Lake Formation permission(s): Required Describe on orders",
            "grant the role in Lake Formation: Describe on orders, with `Database`",
        ),
    ],
)
def test_the_fix_names_the_permission_that_is_missing(reason: str, fix: str) -> None:
    made = Refused("glue:UpdateTable", "arn", "call", reason, "guide", "role", "stack: aws_iam_role.r", "Database")
    assert made.fix.startswith(fix)
