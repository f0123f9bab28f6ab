"""Tests of the roles that `lakekit bootstrap` creates, against the local cloud."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from local_cloud_helpers import ACCOUNT, session_of, session_with

from lakekit.environment import Environment, load_file
from lakekit.errors import LakekitError
from lakekit_cli.aws.state_bucket import Setting
from lakekit_cli.deployer import service_linked_roles
from lakekit_cli.deployer.emitted import Emitted, every_type
from lakekit_cli.deployer.roles import DeploymentRoles
from nonempty import nonempty

DEV = Path(__file__).parents[2] / "stacks/environments/dev.yaml"
GITHUB = "token.actions.githubusercontent.com"
SUBJECT = "repo:acme/lake:environment:dev"


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    head, _, rest = DEV.read_text(encoding="utf-8").partition("deployment:\n")
    body = rest.partition("governance:\n")[2]
    more = f'trust_boundary:\n  oidc_subjects: {{{GITHUB}: ["repo:acme/lake:*"]}}\n'
    more += f'deployment:\n  deployer: {{oidc_subjects: {{{GITHUB}: ["{SUBJECT}"]}}}}\n'
    more += "  planner: {trusted_principals: [sso-platform]}\n"
    file = tmp_path / "dev.yaml"
    file.write_text(f"{head}governance:\n{body}{more}", encoding="utf-8")
    return load_file(file)


def apply(roles: DeploymentRoles) -> list[str]:
    """Apply the missing settings and return them."""

    def applied(setting: Setting) -> bool:
        if setting.missing:
            setting.apply()
        return setting.missing

    return [one.description for one in roles.settings() if applied(one)]


def token(subject: str) -> str:
    claims = {"iss": f"https://{GITHUB}", "aud": "sts.amazonaws.com", "sub": subject, "exp": time.time() + 600}
    parts = [{"alg": "none"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts]
    return ".".join([*encoded, "x"])


def test_roles_are_created_kept_and_changed(environment: Environment, client: Callable[..., Any]) -> None:
    iam = client("iam")
    few = Emitted(frozenset({"aws_s3_bucket", "aws_emr_cluster"}))
    created = apply(DeploymentRoles(environment, iam, few))
    assert f"OIDC provider {GITHUB}" in created
    assert "service-linked role AWSServiceRoleForEC2Spot" in created
    assert "role lakehouse-deployer" in created
    assert apply(DeploymentRoles(environment, iam, few)) == []
    policies = iam.list_attached_role_policies(RoleName="lakehouse-deployer")["AttachedPolicies"]
    assert sorted(one["PolicyName"] for one in policies) == [
        f"lakehouse-deployer-{group}" for group in ("base", "processing", "storage")
    ]
    # More types than versions of a policy that IAM keeps.
    storage = [name for name in sorted(every_type().types) if name.startswith("aws_s3_bucket_")]
    for number in range(1, len(nonempty(storage))):
        more = few | Emitted(frozenset(storage[:number]))
        assert "policy lakehouse-deployer-storage" in " ".join(apply(DeploymentRoles(environment, iam, more)))
    arn = f"arn:aws:iam::{ACCOUNT}:policy/lakehouse-deployer-storage"
    assert len(iam.list_policy_versions(PolicyArn=arn)["Versions"]) == 5
    iam.detach_role_policy(
        RoleName="lakehouse-planner", PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/lakehouse-planner-base"
    )
    iam.attach_role_policy(RoleName="lakehouse-planner", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert apply(DeploymentRoles(environment, iam, more)) == ["policies of lakehouse-planner"]
    # Policies of additional types are attached by others.
    kept = iam.list_attached_role_policies(RoleName="lakehouse-planner")["AttachedPolicies"]
    assert "ReadOnlyAccess" in [one["PolicyName"] for one in kept]


def test_roles_of_another_environment_are_kept(environment: Environment, client: Callable[..., Any]) -> None:
    """The file of the other environment can be in another repository, so that only the account knows it."""
    iam, emitted = client("iam"), Emitted(frozenset({"aws_s3_bucket"}))
    apply(DeploymentRoles(environment, iam, emitted))
    before = iam.list_policies(Scope="Local")["Policies"]
    other = environment.model_copy(update={"environment": "dev2"})
    with pytest.raises(LakekitError, match="the role lakehouse-deployer of this account is the deployer of acme-dev:"):
        apply(DeploymentRoles(other, iam, emitted))
    assert iam.list_policies(Scope="Local")["Policies"] == before


def test_every_service_linked_role_is_created_once(environment: Environment, client: Callable[..., Any]) -> None:
    iam = client("iam")
    apply(DeploymentRoles(environment, iam, every_type()))
    assert all(service_linked_roles.exists(iam, service) for service in nonempty(list(service_linked_roles.NAMES)))


def test_pipelines_with_the_stated_subject_assume_the_deployer(
    environment: Environment, client: Callable[..., Any]
) -> None:
    apply(DeploymentRoles(environment, client("iam"), Emitted(frozenset({"aws_s3_bucket"}))))
    role = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/lakehouse-deployer", "RoleSessionName": "pipeline"}
    sts = client("sts")
    assert sts.assume_role_with_web_identity(**role, WebIdentityToken=token(SUBJECT))["Credentials"]
    for other in ("repo:acme/lake:pull_request", "repo:acme/lake:environment:prod", "repo:other/lake:environment:dev"):
        with pytest.raises(ClientError, match="AccessDenied"):
            sts.assume_role_with_web_identity(**role, WebIdentityToken=token(other))


def test_notes_name_what_is_done_elsewhere(
    environment: Environment, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(DeploymentRoles(environment, client("iam"), every_type()).notes()) == []
    governance = environment.governance.model_copy(update={"administrators": ("someone-else",)})
    monkeypatch.setattr("lakekit_cli.deployer.roles.MAX_POLICIES", 9)
    changed = environment.model_copy(update={"governance": governance})
    emitted = every_type() | Emitted(unknown=frozenset({"aws_redshift_cluster"}))
    quota, types, administrators = DeploymentRoles(changed, client("iam"), emitted).notes()
    assert "no permissions for aws_redshift_cluster" in types
    assert "lakehouse-deployer is not in governance.administrators" in administrators
    assert "raise the IAM quota" in quota


def test_the_deployer_gives_no_role_more_than_the_boundary(
    environment: Environment, client: Callable[..., Any], unique: str
) -> None:
    """What a deployer could try: a role without the boundary, one with another, and policies of anything."""
    iam = client("iam")
    apply(DeploymentRoles(environment, iam, Emitted(frozenset({"aws_iam_role", "aws_iam_role_policy"}))))
    role = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/lakehouse-deployer", "RoleSessionName": "pipeline"}
    answer = client("sts").assume_role_with_web_identity(**role, WebIdentityToken=token(SUBJECT))
    deployer = session_with(answer["Credentials"]).client("iam")
    boundary, name = f"arn:aws:iam::{ACCOUNT}:policy/lakehouse-deployer-boundary", f"acme-dev-{unique}"
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
            ],
        }
    )
    everything = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    other = iam.create_policy(PolicyName=f"{unique}-other", PolicyDocument=everything)["Policy"]["Arn"]
    iam.create_role(RoleName=f"{name}-unbounded", AssumeRolePolicyDocument=trust)
    for wrong in ({}, {"PermissionsBoundary": other}):
        with pytest.raises(ClientError, match="AccessDenied"):
            deployer.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **wrong)
    deployer.create_role(RoleName=name, AssumeRolePolicyDocument=trust, PermissionsBoundary=boundary)
    deployer.put_role_policy(RoleName=name, PolicyName="grants", PolicyDocument=everything)
    for target, call in (
        (
            f"{name}-unbounded",
            lambda role: deployer.put_role_policy(RoleName=role, PolicyName="x", PolicyDocument=everything),
        ),
        (name, lambda role: deployer.delete_role_permissions_boundary(RoleName=role)),
        (name, lambda role: deployer.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=other)),
        (name, lambda role: deployer.attach_role_policy(RoleName=role, PolicyArn=other)),
        (name, lambda _: deployer.create_policy_version(PolicyArn=boundary, PolicyDocument=everything)),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call(target)
    deployer.put_role_permissions_boundary(RoleName=f"{name}-unbounded", PermissionsBoundary=boundary)
    bounded = session_of(client, f"arn:aws:iam::{ACCOUNT}:role/{name}")
    assert "DatabaseList" in bounded.client("glue").get_databases()
    with pytest.raises(ClientError, match="no permissions boundary allows"):
        bounded.client("iam").create_user(UserName=unique)
    with pytest.raises(ClientError, match="AccessDenied"):
        bounded.client("sts").assume_role(**role)
