"""Whether accounts, hosts, addresses and buckets that Snowflake sends data to are inside the trust boundary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from lakekit_policies.boundary import Membership, current_boundary
from lakekit_policies.terraform.blocks import reference

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_BUCKET: Final = re.compile(r"s3(?:gov|china)?://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/|\Z)")


def foreign_accounts(values: Iterable[Any], what: str) -> Iterator[str]:
    """Snowflake accounts outside of the boundary: ``ORGANIZATION.ACCOUNT``, quoted or not."""
    for value in _literals(values):
        account = value.replace('"', "")
        yield from _report(
            current_boundary().contains_snowflake_account(account), f"{what} {account}", "snowflake_accounts"
        )


def foreign_mail(values: Iterable[Any], what: str) -> Iterator[str]:
    """Mail addresses outside of the boundary."""
    for value in _literals(values):
        yield from _report(current_boundary().contains_mail_address(value), f"{what} {value}", "mail_domains")


def foreign_hosts(values: Iterable[Any], what: str) -> Iterator[str]:
    """Hosts of URLs outside of the boundary."""
    for value in _literals(values):
        host = urlsplit(value if "//" in value else f"//{value}").hostname or value
        yield from _report(current_boundary().contains_host(host), f"{what} {value}", "hosts")


def foreign_endpoints(values: Iterable[Any], what: str) -> Iterator[str]:
    """VPC endpoints outside of the boundary."""
    for value in _literals(values):
        yield from _report(current_boundary().contains_vpc_endpoint(value), f"{what} {value}", "vpc_endpoints")


def foreign_arns(values: Iterable[Any], what: str) -> Iterator[str]:
    """Roles, topics and queues of AWS accounts outside of the boundary."""
    for value in _literals(values):
        yield from _report(current_boundary().contains_arn(value), f"{what} {value}", "accounts")


def foreign_accounts_of_aws(values: Iterable[Any], what: str) -> Iterator[str]:
    """AWS account ids outside of the boundary."""
    for value in _literals(values):
        if _ACCOUNT.fullmatch(value):
            yield from _report(current_boundary().contains_account(value), f"{what} {value}", "accounts")


def foreign_bucket(url: Any, what: str) -> Iterator[str]:
    """The bucket of a storage location outside of the boundary."""
    for value in _literals([url]):
        match = _BUCKET.match(value)
        if match:
            yield from _report(current_boundary().contains_bucket(match[1]), f"{what} {value}", "buckets")
        else:
            yield f"{what} {value} does not name an S3 bucket"


def _literals(values: Iterable[Any]) -> Iterator[str]:
    """Texts that are known; the engine reports references that are not."""
    for value in values:
        text = str(value or "").strip()
        if text and "${" not in text and reference(text) is None:
            yield text


def _report(membership: Membership, what: str, key: str) -> Iterator[str]:
    if membership is Membership.OUTSIDE:
        yield f"{what} is outside of the trust boundary"
    elif membership is Membership.UNKNOWN:
        yield f"{what} is not known to be inside of the trust boundary; state it in `trust_boundary.{key}`"
