"""Trust policies of the deployer and the planner, and the OIDC providers that they name."""

from __future__ import annotations

from typing import Any, Final

from lakekit.environment import DeploymentRole, Environment
from lakekit.errors import LakekitError
from lakekit.iam.policy import MAX_TRUST_CHARACTERS, counted_characters, document

_AUDIENCES: Final = {"token.actions.githubusercontent.com": "sts.amazonaws.com"}
"""Audience that the official action of a provider asks for; others are configured with the provider's URL.

https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
https://docs.gitlab.com/ci/cloud_services/aws/
"""


def audience(provider: str) -> str:
    """Return the audience of the tokens of an OIDC provider, given its host and path."""
    return _AUDIENCES.get(provider, f"https://{provider}")


def providers(environment: Environment) -> list[str]:
    """Return the OIDC providers that the roles of an environment trust."""
    roles = (environment.deployment.deployer, environment.deployment.planner)
    return sorted({provider for role in roles for provider in role.oidc_subjects})


def provider_arn(environment: Environment, provider: str) -> str:
    """Return the ARN of an OIDC provider of the account."""
    names = environment.names
    return f"arn:{names.partition}:iam::{names.account_id}:oidc-provider/{provider}"


def trust_policy(environment: Environment, role: DeploymentRole) -> dict[str, Any]:
    """Return the trust policy of a role.

    Raises:
        LakekitError: nothing may assume the role, or the policy is longer than IAM allows.
    """
    statements: list[dict[str, Any]] = []
    if role.trusted_principals:
        principals = environment.names.role_arns(role.trusted_principals)
        statements.append(
            {"Sid": "Roles", "Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}
        )
    for number, (provider, subjects) in enumerate(sorted(role.oidc_subjects.items()), 1):
        statements.append(
            {
                "Sid": f"Pipelines{number}",
                "Effect": "Allow",
                "Principal": {"Federated": provider_arn(environment, provider)},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {f"{provider}:aud": audience(provider), f"{provider}:sub": list(subjects)}
                },
            }
        )
    if not statements:
        raise LakekitError(
            f"nothing may assume the role {role.role}",
            where=f"{environment.name}: deployment",
            fix="set trusted_principals or oidc_subjects of deployment.deployer and deployment.planner",
        )
    size = counted_characters(document(statements))
    if size > MAX_TRUST_CHARACTERS:
        raise LakekitError(
            f"the trust policy of {role.role} has {size} characters; IAM allows {MAX_TRUST_CHARACTERS}",
            where=f"{environment.name}: deployment",
            fix="trust fewer principals and subjects, such as one role that the others may assume",
        )
    return {"Version": "2012-10-17", "Statement": statements}
