"""Findings of the gate in the roles with which Terraform deploys and plans, as if a stack contained them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import warm_gate, write_out

from lakekit.environment import Environment, load_file
from lakekit_cli.deployer.emitted import Emitted, of_documents
from lakekit_cli.deployer.policies import ManagedPolicy, deployer_policies, planner_policies
from lakekit_cli.deployer.trust import trust_policy
from lakekit_policies import Verdict
from nonempty import nonempty

PROD = Path(__file__).parents[2] / "stacks/environments/prod.yaml"
ROLES = """
trust_boundary:
  oidc_subjects: {token.actions.githubusercontent.com: ["repo:acme/lake:*"]}
deployment:
  deployer:
    role: lakehouse-deployer
    oidc_subjects: {token.actions.githubusercontent.com: ["repo:acme/lake:environment:prod"]}
  planner: {role: lakehouse-planner, trusted_principals: [sso-platform]}
"""
# Rules whose actions are reserved for the deploying role, as their remedies say, and those on wildcards: a deployer has
# prefixes of names (`role/acme-prod-*`) or tags (`key/*` of this environment) where others have one ARN.
RESERVED = {"LK_IAM_21", "LK_IAM_23", "LK_IAM_36", "LK_IAM_37"}
WILDCARDS = {"LK_IAM_3", "LK_IAM_4"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    file = tmp_path_factory.mktemp("environments") / "prod.yaml"
    head, _, rest = PROD.read_text(encoding="utf-8").partition("deployment:\n")
    file.write_text(f"{head}lake:\n{rest.partition('lake:' + chr(10))[2]}{ROLES}", encoding="utf-8")
    return load_file(file)


@pytest.fixture(scope="module")
def emitted(synthesized: Path) -> Emitted:
    files = nonempty(sorted(synthesized.glob("stacks/prod-*/cdk.tf.json")))
    return of_documents(json.loads(file.read_text()) for file in files)


def verdict_of(
    folder: Path, synthesized: Path, environment: Environment, kind: str, policies: list[ManagedPolicy]
) -> Verdict:
    """Evaluate a stack of production that creates a role with its policies."""
    stack = json.loads((synthesized / "stacks/prod-storage/cdk.tf.json").read_text())
    role = getattr(environment.deployment, kind)
    stack["resource"] = {
        "aws_iam_role": {
            kind: {
                "name": role.role,
                "description": "Terraform",
                "assume_role_policy": json.dumps(trust_policy(environment, role)),
            }
        },
        "aws_iam_policy": {
            one.name: {"name": one.name, "description": "Terraform", "policy": one.text} for one in policies
        },
        "aws_iam_role_policy_attachment": {
            one.name: {"role": f"${{aws_iam_role.{kind}.name}}", "policy_arn": f"${{aws_iam_policy.{one.name}.arn}}"}
            for one in policies
        },
    }
    boundary = stack["//"]["metadata"]["lakekit"].get("trust_boundary")
    if boundary is not None:
        subjects = {host: list(known) for host, known in environment.trust_boundary.oidc_subjects.items()}
        boundary["oidc_subjects"] = subjects
    for key in ("output", "data"):
        stack.pop(key, None)
    return warm_gate().evaluate_synth(write_out(folder, prod_storage=stack))


def test_planner_has_only_wildcards_of_its_own_tags(
    tmp_path: Path, synthesized: Path, environment: Environment, emitted: Emitted
) -> None:
    policies = planner_policies(environment, emitted)
    verdict = verdict_of(tmp_path, synthesized, environment, "planner", policies)
    assert {one.rule_id for one in verdict.findings} == {"LK_IAM_3"}
    # The wildcards stand for ids that AWS generates; the tags of the environment restrict them.
    generated = ("key/*", "cluster/*", "studio/*", "applications/*")
    statements = [one for policy in policies for one in policy.document["Statement"]]
    by_id = [one for one in statements if one["Resource"][0].endswith(generated)]
    for one in nonempty(by_id):
        assert one["Condition"]["StringEquals"]["aws:ResourceTag/environment"] == "prod"


def test_deployer_has_what_is_reserved_for_it_and_nothing_outside(
    tmp_path: Path, synthesized: Path, environment: Environment, emitted: Emitted
) -> None:
    verdict = verdict_of(tmp_path, synthesized, environment, "deployer", deployer_policies(environment, emitted))
    assert {one.rule_id for one in verdict.findings} == RESERVED | WILDCARDS
    assert "aws_iam_role.deployer" not in {one.address for one in verdict.findings}
