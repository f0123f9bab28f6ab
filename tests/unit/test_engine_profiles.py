"""Profiles of engines: their form, their sources, and the requests that they make of a deployment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lakekit.errors import LakekitError
from lakekit_local.authorization.service_reference import find_action
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
    for group in (*profile.calls, *profile.left_out):
        for action in group.actions:
            service, _, name = action.partition(":")
            assert find_action(service, name), action
    for group in profile.calls:
        assert "lakekit" not in group.source.lower()
        assert '"' in group.source or "Iceberg 1." in group.source, group.source


@pytest.mark.parametrize("profile", profiles(), ids=lambda one: one.name)
def test_variables_are_defined(profile: Profile) -> None:
    known = {*SHARED, *profile.values, *(f"{one}_key" for one in profile.values if one.endswith("bucket"))}
    for group in profile.calls:
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


def test_every_engine_has_a_profile() -> None:
    assert {one.name for one in profiles()} >= {
        *("emr-serverless-spark", "emr-on-ec2-nodes", "emr-on-ec2-service", "glue-job", "glue-crawler"),
        *("firehose-to-iceberg", "managed-flink", "msk-connect-iceberg", "table-optimizer", "eventbridge-scheduler"),
        *("vpc-flow-logs", "s3-access-logs", "log-delivery"),
    }


def state(folder: Path, *resources: tuple[str, Mapping[str, Any]]) -> Deployment:
    """A deployment of one stack."""
    file = folder / ".lakekit/state/stack.tfstate"
    file.parent.mkdir(parents=True)
    listed = [
        {"mode": "managed", "type": kind, "name": f"r{number}", "instances": [{"attributes": attributes}]}
        for number, (kind, attributes) in enumerate(resources)
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
    assert len(profiles()) == len([*FOLDER.glob("*.toml")]) >= 13
