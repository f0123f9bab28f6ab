"""Amazon S3 Block Public Access: its settings, and what S3 considers public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, "The meaning of public":
a policy is public unless each principal that it allows is a fixed value, or is restricted by one of some condition keys
to fixed values, which have neither wildcards nor variables. Ranges of IP addresses are fixed up to /8 and /32 (IPv6).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from moto.s3.models import s3_backends
from moto.s3control.models import s3control_backends

from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.statements import Condition, MalformedPolicyError, Statement, statements_of

_KEYS: Final = (
    *("aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid"),
    *("aws:principalorgid", "aws:principalaccount", "aws:principalarn"),
    *("s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn", "s3:dataaccesspointaccount"),
)
_OPERATOR: Final = re.compile(r"(?:foranyvalue:)?(?:string(?:equals(?:ignorecase)?|like)|arn(?:equals|like))")
_WIDEST: Final = {4: 8, 6: 32}
_GROUPS: Final = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
_CANNED: Final = ("public-read", "public-read-write", "authenticated-read")


def blocks(name: str, setting: str) -> bool:
    """Whether a setting of the bucket or of its account is on: ``block_public_policy``."""
    found = bucket(name)
    if found is None:
        return False
    if getattr(found.public_access_block, setting, False):
        return True
    partition, account = s3_backends.bucket_accounts[name]
    of_account: Any = s3control_backends[account][partition].public_access_block
    return bool(getattr(of_account, setting, False))


def is_public(document: str | bytes | None) -> bool:
    """Whether a bucket policy is public."""
    if not document:
        return False
    try:
        found = statements_of(policy_documents.parse(document if isinstance(document, str) else document.decode()))
    except (MalformedPolicyError, ValueError):
        return False  # refused as malformed
    return any(one.allows and _names_everyone(one) and not any(map(_is_fixed, one.conditions)) for one in found)


def has_public_acl(headers: Mapping[str, str], acl: Any) -> bool:
    """Whether the headers or the document of a request set a public ACL."""
    sent = [value for name, value in headers.items() if name.startswith("x-amz-grant-")]
    grants = acl.get("Grants") if isinstance(acl, Mapping) else None
    sent += [str((one.get("Grantee") or {}).get("URI") or "") for one in grants or ()]
    return headers.get("x-amz-acl") in _CANNED or _names_group(sent)


def _names_group(texts: Iterable[str]) -> bool:
    return any(group in text for text in texts for group in _GROUPS)


def _names_everyone(statement: Statement) -> bool:
    return statement.not_principals is not None or any(one.is_everyone for one in statement.principals or ())


def _is_fixed(condition: Condition) -> bool:
    operator = condition.operator.lower()
    if condition.key == "aws:sourceip":
        return operator == "ipaddress" and all(map(_is_narrow, condition.values))
    if condition.key not in _KEYS or not _OPERATOR.fullmatch(operator):
        return False
    values = [one.removesuffix(":*") for one in condition.values] if condition.key == "aws:userid" else condition.values
    return not any(re.search(r"[*?]|\$\{", one) for one in values)


def _is_narrow(text: str) -> bool:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]
