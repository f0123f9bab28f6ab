"""Weakened settings of resources: switches, numbers, keys, blocks, addresses, tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lakekit_policies.destinations.names import is_sink
from lakekit_policies.iam import policy_documents
from lakekit_policies.plan_rules.protection_not_removed import PROTECTIONS
from lakekit_policies.terraform import schema
from mutation.mutant import Document, Mutant, Path, dotted, drop, leaves, put, resources

_KEPT: Final = re.compile(r"days|retention|window|period|history|recovery|replica|broker_nodes|number_of_|zones|min_")
_CAPS: Final = re.compile(
    r"max|limit|cutoff|capacity|timeout|quota|idle|suspend|workers|concurren|credit|bytes|cpu|units"
)
_KEYS: Final = re.compile(r"kms|(^|_)key_(id|arn)$|encryption_key")
_TEXTS: Final = ("description", "owner", "comment", "location_uri")
_CIDR: Final = re.compile(r"\d+\.\d+\.\d+\.\d+/\d+")
_MAPS: Final = ("tags", "parameters", "timeouts", "configuration", "spark_properties", "arguments", "environment")

WEAKER: Final[dict[str, str]] = {
    "Enabled": "Suspended",
    "ENABLED": "DISABLED",
    "aws:kms": "AES256",
    "SSE-KMS": "DISABLED",
    "SSE_KMS": "SSE_S3",
    "CSE-KMS": "DISABLED",
    "BucketOwnerEnforced": "ObjectWriter",
    "PRIVATE_ONLY": "PUBLIC_ONLY",
    "TLS": "TLS_PLAINTEXT",
    "SERVICE_PROVIDED_EIPS": "DISABLED",
    "DISABLED": "SERVICE_PROVIDED_EIPS",
    "CUSTOMER_MANAGED_CMK": "AWS_OWNED_CMK",
    "Policy-Min-TLS-1-2-2019-07": "Policy-Min-TLS-1-0-2019-07",
    "breaching": "notBreaching",
}
"""Values of settings, and the weaker value."""

_OPENED: Final[dict[str, dict[str, Any]]] = {
    "aws_s3_bucket": {"acl": "public-read", "force_destroy": True},
    "aws_subnet": {"map_public_ip_on_launch": True},
    "aws_redshift_cluster": {"publicly_accessible": True},
    "aws_redshiftserverless_workgroup": {"publicly_accessible": True},
    "aws_db_instance": {"publicly_accessible": True},
    "aws_kms_key": {"bypass_policy_lockout_safety_check": True},
    "aws_lakeformation_resource": {"hybrid_access_enabled": True},
    "aws_lakeformation_permissions": {"permissions": ["ALL"], "principal": "IAM_ALLOWED_PRINCIPALS"},
    "aws_iam_role": {"managed_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
}
"""Settings that open a resource even if they are not set."""


def mutants(stack: str, document: Document) -> Iterator[Mutant]:
    """Every mutant of the settings of every resource."""
    for kind, name, body in resources(document):
        address = f"{kind}.{name}"
        if kind in PROTECTIONS or kind in ("aws_kms_alias", "aws_glue_catalog_table_optimizer"):
            yield Mutant("protection removed", stack, address, "", "removed", True, drop(kind, name))
        for key, value in _OPENED.get(kind, {}).items():
            if body.get(key) != value:
                change = put(kind, name, (key,), value)
                yield Mutant("access opened", stack, address, key, f"set to {value}", True, change)
        for path, value in leaves(body):
            if _is_required(kind, body, path):
                continue
            for category, words, changed, critical in _weaker(kind, path, value):
                change = drop(kind, name, path) if changed is None else put(kind, name, path, changed)
                yield Mutant(category, stack, address, dotted(path), words, critical, change)


def _weaker(kind: str, path: Path, value: Any) -> Iterator[tuple[str, str, Any, bool]]:
    """Category, description, new value (None: removed), critical."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if name in policy_documents.POLICY_ATTRIBUTES:
        return
    in_map = any(step in _MAPS for step in path[:-1])
    if path[:-1] == ("tags",):
        yield "tag removed", "removed", None, False
    elif isinstance(value, bool):
        yield "boolean inverted", f"{value} becomes {not value}", not value, False
    elif isinstance(value, int) and not in_map:
        yield from _numbers(name, value)
    elif _is_block(path, value):
        yield "block dropped", "dropped", None, False
    elif isinstance(value, str):
        yield from _texts(kind, path, name, value)


def _is_block(path: Path, value: Any) -> bool:
    """Whether a value is a block: one of a list, or a single one."""
    if isinstance(value, dict):
        return path[-1] not in _MAPS and not any(step in _MAPS for step in path[:-1])
    return False


def _is_required(kind: str, body: Document, path: Path) -> bool:
    """Whether a value is the only block of a kind that Terraform requires there."""
    if dotted(path) not in schema.load().required.get(kind, ()):
        return False
    blocks: Any = body
    for step in path[:-1]:
        blocks = blocks[step]
    return isinstance(path[-1], str) or len(blocks) == 1


def _numbers(name: str, value: int) -> Iterator[tuple[str, str, Any, bool]]:
    if _CAPS.search(name):
        yield "limit raised", f"{value} becomes {max(value, 1) * 1000}", max(value, 1) * 1000, False
        yield "limit removed", "removed", None, False
    elif _KEPT.search(name) and value > 1:
        yield "retention shortened", f"{value} becomes 1", 1, False
        yield "retention removed", "removed", None, False


def _foreign(name: str) -> str:
    """A destination of another account, in the form of an argument."""
    if name.endswith("arn") or name.endswith("arns"):
        return "arn:aws:sqs:eu-west-1:999999999999:elsewhere"
    if name in ("account_id", "catalog_id"):
        return "999999999999"
    if "bucket" in name:
        return "elsewhere-999999999999"
    return "https://elsewhere.example/collect"


def _texts(kind: str, path: Path, name: str, value: str) -> Iterator[tuple[str, str, Any, bool]]:
    if _KEYS.search(name) and not name.endswith("_type"):
        yield "key removed", "removed", None, True
        yield "key of another account", "becomes alias/aws/s3", "alias/aws/s3", False
    if is_sink(kind, name):
        yield "foreign destination", f"becomes {_foreign(name)}", _foreign(name), False
    if name == "status" and "lifecycle" in kind:
        yield "setting weakened", f"{value} becomes Disabled", "Disabled", False
    elif value in WEAKER:
        yield "setting weakened", f"{value} becomes {WEAKER[value]}", WEAKER[value], False
    if _CIDR.fullmatch(value) and ("security_group" in kind or "acl" in kind or "ingress" in path):
        yield "open to the internet", f"{value} becomes 0.0.0.0/0", "0.0.0.0/0", "egress" not in kind
    if path[-1] in _TEXTS:
        yield "description removed", "removed", None, False
