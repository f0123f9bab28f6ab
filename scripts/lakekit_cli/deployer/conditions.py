"""Conditions of statements, by the suffixes of a kind of resource in the tables.

| suffix | condition |
|---|---|
| `+new` | the request sets the tags organization and environment of this environment |
| `+own` | the resource has these tags |
| `+untagged` | the resource has no tag environment |
| `+by:ACTION` | EC2 tags what this action creates |
| `+to:SERVICE` | the role is passed to this service |
| `+via:SERVICE` | the service uses the KMS key for the caller |
| `+called:SERVICE` | the service sends the request for the caller |
| `+grant` | an AWS service uses the grant of the KMS key |
| `+bounded` | the role has, or gets, the permissions boundary of the environment, if it has one |
| `+unbounded` | none; only for environments without a permissions boundary |
| `+msk`, `+of_msk` | the request sets, or the resource has, the tag with which MSK marks its VPC endpoints |
"""

from __future__ import annotations

from typing import Final

from lakekit.environment import Environment
from lakekit.iam.permissions_boundary import boundary_arn

Conditions = dict[str, dict[str, tuple[str, ...]]]
"""Values by operator and key."""

CREATE_ACTION: Final = "ec2:CreateAction"


class UnknownSuffixError(Exception):
    """A suffix of the tables without a meaning: a defect."""


def conditions_of(suffixes: tuple[str, ...], environment: Environment) -> Conditions:
    """Return the conditions of all suffixes.

    Raises:
        UnknownSuffixError: a suffix has no meaning.
    """
    made: Conditions = {}
    for suffix in suffixes:
        for operator, keys in _of_suffix(suffix, environment).items():
            made.setdefault(operator, {}).update(keys)
    return made


def _of_suffix(suffix: str, environment: Environment) -> Conditions:
    tags = {"organization": environment.organization, "environment": environment.name}
    boundary = boundary_arn(environment)
    name, _, value = suffix.partition(":")
    meanings: dict[str, Conditions] = {
        "new": {"StringEquals": {f"aws:RequestTag/{key}": (tag,) for key, tag in tags.items()}},
        "own": {"StringEquals": {f"aws:ResourceTag/{key}": (tag,) for key, tag in tags.items()}},
        "untagged": {"Null": {"aws:ResourceTag/environment": ("true",)}},
        "by": {"StringEquals": {CREATE_ACTION: (value,)}},
        "to": {"StringEquals": {"iam:PassedToService": (f"{value}.amazonaws.com",)}},
        "via": {"StringEquals": {"kms:ViaService": (f"{value}.{environment.region}.amazonaws.com",)}},
        "called": {"StringEquals": {"aws:CalledViaLast": (f"{value}.amazonaws.com",)}},
        "grant": {"Bool": {"kms:GrantIsForAWSResource": ("true",)}},
        "bounded": {"StringEquals": {"iam:PermissionsBoundary": (boundary,)}} if boundary else {},
        "unbounded": {},
        "msk": {"StringEquals": {"aws:RequestTag/AWSMSKManaged": ("true",)}},
        "of_msk": {"StringEquals": {"aws:ResourceTag/AWSMSKManaged": ("true",)}},
    }
    if name not in meanings:
        raise UnknownSuffixError(suffix)
    return meanings[name]
