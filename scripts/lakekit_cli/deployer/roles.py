"""Create the roles with which Terraform deploys and plans an environment, with policies, providers and trust."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError

from lakekit.environment import DeploymentRole, Environment
from lakekit.errors import LakekitError
from lakekit_cli.aws.state_bucket import Setting
from lakekit_cli.deployer import service_linked_roles
from lakekit_cli.deployer.emitted import Emitted
from lakekit_cli.deployer.policies import (
    MAX_POLICIES,
    MAX_POLICIES_RAISED,
    ManagedPolicy,
    boundary_policy,
    deployer_policies,
    planner_policies,
)
from lakekit_cli.deployer.trust import audience, provider_arn, providers, trust_policy

# The creation of an MSK cluster and its connectivity can take longer than the default of one hour.
_T = TypeVar("_T")
_SESSION_SECONDS: Final = {"deployer": 4 * 3600, "planner": 3600}
_MANAGED_BY: Final = "lakekit-bootstrap"
_KEPT_VERSIONS: Final = 5
"""A managed policy has at most five versions."""


class DeploymentRoles:
    """Deployer and planner of an environment in an account.

    Args:
        environment: the environment.
        iam: boto3 client of IAM, with credentials for the environment's account.
        emitted: types of its stacks.

    Raises:
        LakekitError: a role may be assumed by nothing, or needs more policies than IAM attaches.
    """

    def __init__(self, environment: Environment, iam: Any, emitted: Emitted) -> None:
        self._environment = environment
        self._iam = iam
        self._emitted = emitted
        deployment = environment.deployment
        self._roles = {
            "deployer": (deployment.deployer, deployer_policies(environment, emitted)),
            "planner": (deployment.planner, planner_policies(environment, emitted)),
        }
        self._trust = {kind: trust_policy(environment, role) for kind, (role, _) in self._roles.items()}
        for role, policies in self._roles.values():
            if len(policies) > MAX_POLICIES_RAISED:
                raise LakekitError(
                    f"the role {role.role} needs {len(policies)} managed policies; IAM attaches {MAX_POLICIES_RAISED}",
                    fix="deploy the environment from several environment files",
                )

    def notes(self) -> Iterator[str]:
        """What the operator has to do elsewhere: raise a quota, add permissions, name a data lake administrator."""
        for role, policies in self._roles.values():
            if len(policies) > MAX_POLICIES:
                yield (
                    f"{role.role} needs {len(policies)} managed policies: raise the IAM quota "
                    f"'Managed policies per role' from {MAX_POLICIES} to {MAX_POLICIES_RAISED}"
                )
        if self._emitted.unknown:
            yield (
                f"the roles have no permissions for {', '.join(sorted(self._emitted.unknown))}: attach a policy "
                "of your own to each"
            )
        names = self._environment.names
        deployer = names.role_arn(self._environment.deployment.deployer.role)
        if deployer not in names.role_arns(self._environment.governance.administrators):
            yield (
                f"{deployer} is not in governance.administrators: Lake Formation refuses its grants until it is a data "
                "lake administrator"
            )

    def settings(self) -> Iterator[Setting]:
        """Yield what has to exist, in order; each is read when it is reached.

        Raises:
            LakekitError: a role of that name belongs to another environment, whose permissions would be replaced.
        """
        for kind, (role, _) in self._roles.items():
            self._require_own(kind, role)
        for provider in providers(self._environment):
            yield Setting(f"OIDC provider {provider}", self._provider_is_missing(provider), self._provider(provider))
        for service in service_linked_roles.required(self._emitted):
            missing = not service_linked_roles.exists(self._iam, service)
            name = service_linked_roles.NAMES[service]
            yield Setting(f"service-linked role {name}", missing, self._service_linked_role(service))
        boundary = boundary_policy(self._environment)
        yield from map(self._policy_setting, [boundary] if boundary else [])
        for kind, (role, policies) in self._roles.items():
            yield from map(self._policy_setting, policies)
            yield Setting(f"role {role.role}", self._role_differs(kind, role), self._role(kind, role))
            yield from self._attachments(role, policies)

    def _require_own(self, kind: str, role: DeploymentRole) -> None:
        try:
            found = self._iam.get_role(RoleName=role.role)["Role"].get("Tags", [])
        except ClientError as error:
            return _none(error, None)
        tags = {one["Key"]: one["Value"] for one in found}
        own = (self._environment.organization, self._environment.name)
        owner = (tags.get("organization"), tags.get("environment"))
        if tags.get("managed-by") == _MANAGED_BY and owner != own:
            raise LakekitError(
                f"the role {role.role} of this account is the {kind} of {'-'.join(map(str, owner))}: "
                "`lakekit bootstrap` would replace its permissions",
                where=f"{self._environment.name}: deployment.{kind}.role",
                fix=f"set it to a name of its own, such as {self._environment.name}-{kind}",
            )

    def _policy_setting(self, policy: ManagedPolicy) -> Setting:
        missing = self._current(policy.name) != policy.document
        return Setting(f"policy {policy.name}, {policy.characters} characters", missing, self._policy(policy))

    def _attachments(self, role: DeploymentRole, policies: list[ManagedPolicy]) -> Iterator[Setting]:
        wanted = {self._arn(policy.name) for policy in policies}
        found = self._attached(role.role)  # others, such as those of additional types, stay
        yield Setting(f"policies of {role.role}", found != wanted, lambda: self._attach(role.role, wanted))

    def _attached(self, role: str) -> set[str]:
        try:
            pages = self._iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
            names = {one["PolicyName"]: one["PolicyArn"] for page in pages for one in page["AttachedPolicies"]}
            return {arn for name, arn in names.items() if name.startswith(f"{role}-")}
        except ClientError as error:
            return _none(error, set())

    def _attach(self, role: str, wanted: set[str]) -> None:
        found = self._attached(role)
        for arn in sorted(found - wanted):
            self._iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for arn in sorted(wanted - found):
            self._iam.attach_role_policy(RoleName=role, PolicyArn=arn)

    def _arn(self, policy: str) -> str:
        return self._environment.names.policy_arn(policy)

    def _current(self, policy: str) -> Any:
        arn = self._arn(policy)
        try:
            version = self._iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = self._iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        except ClientError as error:
            return _none(error, None)
        return json.loads(found) if isinstance(found, str) else found

    def _policy(self, policy: ManagedPolicy) -> Callable[[], Any]:
        def apply() -> None:
            arn = self._arn(policy.name)
            if self._current(policy.name) is None:
                self._iam.create_policy(PolicyName=policy.name, PolicyDocument=policy.text, Tags=self._tags())
                return
            versions = self._iam.list_policy_versions(PolicyArn=arn)["Versions"]
            old = sorted((one for one in versions if not one["IsDefaultVersion"]), key=lambda one: one["CreateDate"])
            if len(versions) >= _KEPT_VERSIONS:
                self._iam.delete_policy_version(PolicyArn=arn, VersionId=old[0]["VersionId"])
            self._iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy.text, SetAsDefault=True)

        return apply

    def _role_differs(self, kind: str, role: DeploymentRole) -> bool:
        try:
            found = self._iam.get_role(RoleName=role.role)["Role"]
        except ClientError as error:
            return _none(error, True)
        trust = found["AssumeRolePolicyDocument"]
        trust = json.loads(trust) if isinstance(trust, str) else trust
        return bool(trust != self._trust[kind] or found.get("MaxSessionDuration") != _SESSION_SECONDS[kind])

    def _role(self, kind: str, role: DeploymentRole) -> Callable[[], Any]:
        def apply() -> None:
            trust = json.dumps(self._trust[kind])
            try:
                self._iam.get_role(RoleName=role.role)
            except ClientError as error:
                _none(error, None)
                self._iam.create_role(
                    RoleName=role.role,
                    AssumeRolePolicyDocument=trust,
                    MaxSessionDuration=_SESSION_SECONDS[kind],
                    Description=f"Terraform of {self._environment.names.prefix}: {kind}",
                    Tags=self._tags(),
                )
                return
            self._iam.update_assume_role_policy(RoleName=role.role, PolicyDocument=trust)
            self._iam.update_role(RoleName=role.role, MaxSessionDuration=_SESSION_SECONDS[kind])

        return apply

    def _provider_is_missing(self, provider: str) -> bool:
        try:
            found = self._iam.get_open_id_connect_provider(
                OpenIDConnectProviderArn=provider_arn(self._environment, provider)
            )
        except ClientError as error:
            return _none(error, True)
        return audience(provider) not in found["ClientIDList"]

    def _provider(self, provider: str) -> Callable[[], Any]:
        def apply() -> None:
            arn = provider_arn(self._environment, provider)
            known = {one["Arn"] for one in self._iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]}
            if arn in known:
                self._iam.add_client_id_to_open_id_connect_provider(
                    OpenIDConnectProviderArn=arn, ClientID=audience(provider)
                )
            else:
                self._iam.create_open_id_connect_provider(
                    Url=f"https://{provider}", ClientIDList=[audience(provider)], Tags=self._tags()
                )

        return apply

    def _service_linked_role(self, service: str) -> Callable[[], Any]:
        return lambda: self._iam.create_service_linked_role(AWSServiceName=service)

    def _tags(self) -> list[dict[str, str]]:
        tags = {
            "organization": self._environment.organization,
            "environment": self._environment.name,
            "owner": self._environment.owner,
            "managed-by": _MANAGED_BY,
        }
        return [{"Key": key, "Value": value} for key, value in tags.items()]


def _none(error: ClientError, value: _T) -> _T:
    """Return a value for what does not exist; raise all other errors."""
    if error.response["Error"]["Code"] not in ("NoSuchEntity", "NoSuchEntityException"):
        raise error
    return value
