"""Tests of `lakekit aws verify` against the local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner

from lakekit.environment import load
from lakekit.errors import LakekitError
from lakekit_cli.aws.state_bucket import StateBucket
from lakekit_cli.commands.aws import verify
from lakekit_cli.deployer.emitted import every_type
from lakekit_cli.deployer.roles import DeploymentRoles

ACCOUNT = "212121212121"
"""An account of these tests alone: others bootstrap the account of the other tests."""
GITHUB = "token.actions.githubusercontent.com"
FILE = """organization: acme
environment: dev
tier: dev
account_id: "{account}"
region: eu-west-1
owner: data@acme.example
cost_center: cc-1
backend: {{kind: s3}}
governance: {{administrators: [deployer], domains: [platform]}}
processing: {{cluster: {{enabled: true}}}}
trust_boundary: {{oidc_subjects: {{token.actions.githubusercontent.com: ["repo:acme/lake:*"]}}}}
deployment:
  deployer: {{oidc_subjects: {{token.actions.githubusercontent.com: ["repo:acme/lake:environment:dev"]}}}}
  planner: {{trusted_principals: [sso-platform]}}
"""


@pytest.fixture
def run(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    monkeypatch.setenv("LAKEKIT_ENVIRONMENTS", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)

    def call(*arguments: str, account: str = ACCOUNT) -> tuple[int, str]:
        (tmp_path / "dev.yaml").write_text(FILE.format(account=account))
        result = CliRunner().invoke(verify, ["dev", *arguments], standalone_mode=False)
        if result.exception:
            raise result.exception
        return int(result.return_value), result.output

    return call


def test_an_account_is_verified(run: Callable[..., Any], client: Callable[..., Any], tmp_path: Path) -> None:
    other = f"arn:aws:iam::{ACCOUNT}:role/other"
    client("lakeformation", ACCOUNT).put_data_lake_settings(
        DataLakeSettings={
            "DataLakeAdmins": [{"DataLakePrincipalIdentifier": other}],
            "ReadOnlyAdmins": [{"DataLakePrincipalIdentifier": f"{other}-reader"}],
        }
    )
    code, output = run("--format", "json")
    failed = {one["check"]: one["problem"] for one in json.loads(output) if one["problem"]}
    assert code == 1
    services = {f"service-linked role of {name}" for name in ("EC2 Spot", "EMR Serverless", "EMR cleanup")}
    quotas = {
        f"quota: {name}"
        for name in ("concurrent vCPUs of EMR Serverless", "vCPUs of On-Demand instances", "vCPUs of Spot instances")
    }
    roles = {"role lakehouse-deployer", "role lakehouse-planner", f"OIDC provider {GITHUB}"}
    roles |= {"permissions boundary lakehouse-deployer-boundary", "trusted role sso-platform"}
    assert set(failed) == {
        *services,
        *roles,
        *quotas,
        "bucket of the Terraform state",
        "data lake administrators",
        "read-only administrators of the data lake",
    }
    assert other in failed["data lake administrators"]
    assert f"{other}-reader" in failed["read-only administrators of the data lake"]
    environment = load("dev", tmp_path)
    for setting in DeploymentRoles(environment, client("iam", ACCOUNT), every_type()).settings():
        setting.apply()
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    client("iam", ACCOUNT).create_role(
        RoleName="sso-platform", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    next(StateBucket(environment, boto3.Session()).settings()).apply()
    client("lakeformation", ACCOUNT).put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": []})
    # The primary of four vCPUs, two On-Demand workers and half of the other four; two Spot workers.
    raised = {("ec2", "L-1216C47A"): 20, ("ec2", "L-34B43A08"): 8, ("emr-serverless", "L-D05C8A75"): 32}
    for (service, code), value in raised.items():
        client("service-quotas", ACCOUNT).request_service_quota_increase(
            ServiceCode=service, QuotaCode=code, DesiredValue=value
        )
    code, output = run()
    assert (code, "failed" in output) == (0, False), output
    assert "ok       availability zones" in output


ROLES = {"212121212122": "planner", "212121212123": "deployer"}


@pytest.mark.parametrize("account", list(ROLES))
def test_the_deployment_roles_may_verify(
    run: Callable[..., Any], client: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: str
) -> None:
    (tmp_path / "dev.yaml").write_text(FILE.format(account=account))
    environment = load("dev", tmp_path)
    for setting in DeploymentRoles(environment, client("iam", account), every_type()).settings():
        setting.apply()
    role = environment.names.role_arn(getattr(environment.deployment, ROLES[account]).role)
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    client("iam", account).update_assume_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    session = client("sts", account).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", session["SessionToken"])
    checked = json.loads(run("--format", "json", account=account)[1])
    assert len(checked) > 10
    assert [one for one in checked if "not checked" in one["problem"]] == []


def test_a_check_without_permission_does_not_end_the_others(
    run: Callable[..., Any], client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = client("iam", ACCOUNT)
    user.create_user(UserName="reader")
    statement = {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets", "kms:ListAliases"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    user.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=document)
    key = user.create_access_key(UserName="reader")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    code, output = run("--format", "json")
    problems = {one["check"]: one["problem"] for one in json.loads(output)}
    assert code == 1
    assert "not authorized to perform: ec2:DescribeAvailabilityZones" in problems["zones"]
    assert "bucket of the Terraform state" in problems
    assert "not checked" in problems["quotas"]


def test_another_account_is_rejected(run: Callable[..., Any]) -> None:
    with pytest.raises(LakekitError, match="the credentials belong to account"):
        run(account="999999999999")


def test_resources_of_others_count_for_quotas(run: Callable[..., Any], client: Callable[..., Any]) -> None:
    ec2 = client("ec2", ACCOUNT)
    own = [{"Key": "organization", "Value": "acme"}, {"Key": "environment", "Value": "dev"}]
    ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": own}])
    known = len(ec2.describe_vpcs()["Vpcs"]) - 1
    check = "quota: VPCs per region"

    def problem() -> str:
        return next(one["problem"] for one in json.loads(run("--format", "json")[1]) if one["check"] == check)

    for number in range(4 - known):
        ec2.create_vpc(CidrBlock=f"10.{number + 10}.0.0/16")
    assert not problem()
    ec2.create_vpc(CidrBlock="10.50.0.0/16")
    assert problem() == "5 are allowed, 1 are needed, and 5 are in use"
