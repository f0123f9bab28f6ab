"""Managed policies of the deployer and the planner, from the tables of permissions.

IAM counts the characters of a managed policy without white space, 6,144 at most; a role has at most 10 managed
policies, 20 after an increase of the quota (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit.environment import Environment, S3Backend
from lakekit.iam.permissions_boundary import boundary_arn, boundary_document, boundary_name
from lakekit.iam.policy import counted_characters
from lakekit.naming import pascal
from lakekit_cli.deployer.conditions import CREATE_ACTION, Conditions, conditions_of
from lakekit_cli.deployer.emitted import Emitted
from lakekit_cli.deployer.table import DEPLOY, FORCE_DESTROY, READ, Permissions, arn_formats, types

MAX_CHARACTERS: Final = 6144
MAX_POLICIES: Final = 10
MAX_POLICIES_RAISED: Final = 20

_WITH_GENERATED_ID: Final = ("emr_cluster", "emr_serverless", "emr_studio", "key")

# https://developer.hashicorp.com/terraform/language/backend/s3#permissions-required
_STATE_READ: Final[Permissions] = {
    "state_bucket": ("s3:ListBucket",),
    "state_object": ("s3:GetObject",),
    "state_lock": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
}
_STATE_WRITE: Final[Permissions] = {
    "state_object": ("s3:PutObject",),
    # What `deploy --changed` compares with: lakekit_cli/applied/store.py.
    "state_record": ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
}

_ACCOUNT: Final[Permissions] = {
    "any": (
        "ec2:DescribeAddresses",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeVpcs",
        "iam:ListOpenIDConnectProviders",
        "iam:ListRoles",
        "kafka:ListClustersV2",
        "kms:ListAliases",
        "lakeformation:GetDataLakeSettings",
        "s3:ListAllMyBuckets",
        "servicequotas:GetAWSDefaultServiceQuota",
        "servicequotas:GetServiceQuota",
    ),
    "catalog": ("glue:GetDataCatalogEncryptionSettings",),
    "policy_of_account": ("iam:GetPolicy",),
    "role_of_account": ("iam:GetRole",),
}
"""What `lakekit aws verify` reads (`lakekit_cli/aws/verify.py`, `quotas.py`)."""


@dataclass(frozen=True)
class ManagedPolicy:
    """A managed policy.

    Attributes:
        name: such as `lakehouse-deployer-storage`.
        document: the policy.
    """

    name: str
    document: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The policy as JSON without white space."""
        return json.dumps(self.document, separators=(",", ":"))

    @property
    def characters(self) -> int:
        """Characters that IAM counts."""
        return counted_characters(self.text)


@dataclass(frozen=True)
class _Statement:
    actions: frozenset[str]
    resources: tuple[str, ...]
    kinds: tuple[str, ...]
    conditions: str

    def as_json(self, sid: str) -> dict[str, Any]:
        conditions = {
            operator: {key: values[0] if len(values) == 1 else list(values) for key, values in keys.items()}
            for operator, keys in json.loads(self.conditions).items()
        }
        made = {"Sid": sid, "Effect": "Allow", "Action": sorted(self.actions), "Resource": list(self.resources)}
        return made | ({"Condition": conditions} if conditions else {})


def deployer_policies(environment: Environment, emitted: Emitted) -> list[ManagedPolicy]:
    """Policies of the role that deploys an environment.

    Args:
        environment: the environment.
        emitted: types of its stacks.
    """
    return _policies(environment, environment.deployment.deployer.role, emitted, DEPLOY)


def planner_policies(environment: Environment, emitted: Emitted) -> list[ManagedPolicy]:
    """Policies of the role that plans an environment: it reads, and locks the state.

    Args:
        environment: the environment.
        emitted: types of its stacks.
    """
    return _policies(environment, environment.deployment.planner.role, emitted, READ)


def boundary_policy(environment: Environment) -> ManagedPolicy | None:
    """The permissions boundary of the roles that stacks create; None if the environment has none or names another."""
    name = boundary_name(environment)
    return ManagedPolicy(name, boundary_document(environment)) if name else None


def _policies(
    environment: Environment, role: str, emitted: Emitted, operations: tuple[str, ...]
) -> list[ManagedPolicy]:
    by_group: dict[str, list[Permissions]] = {"base": [_ACCOUNT]}
    if isinstance(environment.backend, S3Backend):
        by_group["base"] += [_STATE_READ, *([_STATE_WRITE] if operations != READ else [])]
        if environment.backend.kms_key_id:
            use = ("kms:Decrypt", "kms:GenerateDataKey")
            by_group["base"].append({"state_key+via:s3": use})
    for name in sorted(emitted.types):
        known = types()[name]
        chosen = [*operations, *([FORCE_DESTROY] if operations != READ and name in emitted.force_destroy else [])]
        found = [known.operations[one] for one in chosen if one in known.operations]
        by_group.setdefault(known.group, []).extend(map(_of_own, found) if operations == READ else found)
    made: list[ManagedPolicy] = []
    for group, permissions in sorted(by_group.items()):
        statements = list(_with_sids(_statements(permissions, environment)))
        if group == "base" and operations != READ:
            statements += _denials_of_state_bucket(environment, by_group)
        made += _split(f"{role}-{group}", statements)
    return made


def _denials_of_state_bucket(
    environment: Environment, by_group: Mapping[str, Iterable[Permissions]]
) -> Iterator[dict[str, Any]]:
    """Deny to change the bucket of the Terraform state, whose name has the prefix of the environment, and to delete
    versions in it."""
    backend = environment.backend
    if not isinstance(backend, S3Backend):
        return
    bucket = f"arn:{environment.names.partition}:s3:::{backend.bucket_name(environment.names)}"
    reads = {action for one in _STATE_READ.values() for action in one}
    for sid, kind, resource in (("KeepStateBucket", "bucket", bucket), ("KeepStateVersions", "data", f"{bucket}/*")):
        actions = {action for group in by_group.values() for one in group for action in one.get(kind, ())}
        changes = sorted(one for one in actions - reads if not one.startswith(("s3:Get", "s3:List")))
        if changes:
            yield {"Sid": sid, "Effect": "Deny", "Action": changes, "Resource": [resource]}


def _of_own(permissions: Permissions) -> Permissions:
    """The planner reads what has the tags of the environment; Terraform tags everything when it creates it."""
    return {
        f"{kind}+own" if kind.partition("+")[0] in _WITH_GENERATED_ID else kind: actions
        for kind, actions in permissions.items()
    }


def _statements(permissions: Iterable[Permissions], environment: Environment) -> list[_Statement]:
    actions: dict[str, set[str]] = {}
    bounded = boundary_arn(environment) is not None
    for one in permissions:
        for kind, names in one.items():
            if bounded and kind.endswith("+unbounded"):
                continue
            actions.setdefault(kind, set()).update(names)
    plain = {kind: names for kind, names in actions.items() if "+" not in kind}
    found: list[_Statement] = []
    for kind, wanted in sorted(actions.items()):
        base, *suffixes = kind.split("+")
        # A condition on what is also allowed without one would be without effect.
        needed = wanted - plain.get(base, set()) if suffixes else wanted
        if needed:
            conditions = conditions_of(tuple(suffixes), environment)
            found.append(_Statement(frozenset(needed), _arns(base, environment), (base,), _key(conditions)))
    return _of_create_actions(_with_same_actions(found))


def _with_same_actions(statements: list[_Statement]) -> list[_Statement]:
    """Statements with the same actions and conditions become one."""
    merged: dict[tuple[frozenset[str], str], _Statement] = {}
    for one in statements:
        known = merged.get((one.actions, one.conditions))
        merged[one.actions, one.conditions] = _joined(known, one) if known else one
    return list(merged.values())


def _of_create_actions(statements: list[_Statement]) -> list[_Statement]:
    """Statements that differ in one value of one condition become one with all values.

    With `ec2:CreateAction`, the action decides the type of what it creates; the resources become one list, too.
    """
    merged: dict[tuple[Any, ...], _Statement] = {}
    for one in statements:
        conditions: Conditions = json.loads(one.conditions)
        equal = conditions.get("StringEquals", {})
        varying = next((key for key in (CREATE_ACTION, "iam:PassedToService") if key in equal), "")
        if not varying:
            merged[one.actions, one.conditions, one.resources] = one
            continue
        rest = {operator: {k: v for k, v in keys.items() if k != varying} for operator, keys in conditions.items()}
        same = (one.actions, varying, _key(rest), () if varying == CREATE_ACTION else one.resources)
        known = merged.get(same)
        if known:
            values = {*json.loads(known.conditions)["StringEquals"][varying], *equal[varying]}
            rest["StringEquals"][varying] = tuple(sorted(values))
            joined = _joined(known, one)
            one = _Statement(joined.actions, joined.resources, joined.kinds, _key(rest))  # noqa: PLW2901
        merged[same] = one
    return list(merged.values())


def _joined(first: _Statement, second: _Statement) -> _Statement:
    resources = tuple(dict.fromkeys((*first.resources, *second.resources)))
    return _Statement(first.actions, resources, (*first.kinds, *second.kinds), first.conditions)


def _split(name: str, statements: Iterable[dict[str, Any]]) -> list[ManagedPolicy]:
    """One policy, or as many as the statements need."""
    documents: list[list[dict[str, Any]]] = [[]]
    for statement in statements:
        if ManagedPolicy(name, _document([*documents[-1], statement])).characters > MAX_CHARACTERS:
            documents.append([])
        documents[-1].append(statement)
    return [
        ManagedPolicy(name if number == 1 else f"{name}-{number}", _document(document))
        for number, document in enumerate(documents, 1)
    ]


def _with_sids(statements: list[_Statement]) -> Iterator[dict[str, Any]]:
    used: dict[str, int] = {}
    for one in statements:
        base = pascal("-".join(dict.fromkeys(one.kinds)).replace("_", "-"))[:48]
        used[base] = used.get(base, 0) + 1
        yield one.as_json(base if used[base] == 1 else f"{base}{used[base]}")


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _key(conditions: Conditions) -> str:
    return json.dumps(conditions, sort_keys=True)


def _arns(kind: str, environment: Environment) -> tuple[str, ...]:
    names = environment.names
    backend = environment.backend
    if kind == "state_key" and isinstance(backend, S3Backend):
        return (str(backend.kms_key_id),)
    values = {
        "partition": names.partition,
        "region": names.region,
        "account": names.account_id,
        "prefix": names.prefix,
        "database": names.prefix.replace("-", "_"),
    }
    if isinstance(backend, S3Backend):
        values |= {"state": backend.bucket_name(names), "state_prefix": backend.prefix}
    return tuple(one.format(**values) for one in arn_formats()[kind])
