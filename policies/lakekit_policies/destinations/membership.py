"""Whether a destination is inside the trust boundary."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import partial

from lakekit_policies.boundary import Membership, TrustBoundary, arns
from lakekit_policies.destinations import aws_owned
from lakekit_policies.destinations.model import Destination, Kind
from lakekit_policies.terraform.stack_metadata import StackMetadata


def membership(destination: Destination, boundary: TrustBoundary, metadata: StackMetadata) -> Membership:
    """Inside, outside or unknown; expressions are unknown here, see ``module_references``.

    Args:
        destination: the destination.
        boundary: the trust boundary.
        metadata: the stack; buckets that follow the naming of its environment are inside.
    """
    value, kind = destination.value, destination.kind
    if kind is Kind.EVERYBODY:
        return Membership.OUTSIDE
    if kind is Kind.ENDPOINT_SERVICE:
        return Membership.INSIDE if "endpoint_service" in boundary.allowed_actions else Membership.UNKNOWN
    if kind is Kind.BUCKET:
        return _bucket(value, boundary, metadata)
    if kind is Kind.ARN:
        return _arn(value, boundary, metadata)
    tests: dict[Kind, Callable[[str], Membership]] = {
        Kind.ACCOUNT: boundary.contains_account,
        Kind.HOST: partial(_host, boundary),
        Kind.MAIL: boundary.contains_mail_address,
        Kind.ACCOUNT_OF_MAIL: partial(_account_of_mail, boundary),
        Kind.IMAGE: partial(_image, boundary),
        Kind.CANONICAL_USER: partial(_canonical_user, boundary),
        Kind.SNOWFLAKE_ACCOUNT: boundary.contains_snowflake_account,
    }
    return tests[kind](value) if kind in tests else Membership.UNKNOWN


def _arn(value: str, boundary: TrustBoundary, metadata: StackMetadata) -> Membership:
    arn = arns.parse(value)
    if arn is None:
        return Membership.UNKNOWN
    if arn.service == "s3" and not arn.account:
        return _bucket(arn.resource.partition("/")[0], boundary, metadata)
    if arn.service == "organizations" and "/o-" in arn.resource:
        return boundary.contains_organization("o-" + arn.resource.partition("/o-")[2].partition("/")[0])
    if not arns.is_account(arn.account) or aws_owned.is_aws_layer(arn.service, arn.resource, arn.account):
        # Some ARNs have no account id: documents of SSM, targets of Scheduler, integrations of Step Functions.
        return Membership.INSIDE
    return boundary.contains_arn(value)


def _canonical_user(boundary: TrustBoundary, user: str) -> Membership:
    return Membership.INSIDE if aws_owned.is_log_delivery_user(user) else boundary.contains_canonical_user(user)


def _bucket(name: str, boundary: TrustBoundary, metadata: StackMetadata) -> Membership:
    """A bucket name does not show its owner: one that is not known to be inside is unknown."""
    if aws_owned.is_aws_bucket(name) or _follows_naming(name, metadata):
        return Membership.INSIDE
    return Membership.INSIDE if boundary.contains_bucket(name).is_inside else Membership.UNKNOWN


def _follows_naming(name: str, metadata: StackMetadata) -> bool:
    """Whether Lakekit derives such a name for the environment, or AWS Glue for its account."""
    account = metadata.account_id
    if not account:
        return False
    glue = rf"aws-glue-assets-{account}-[a-z0-9-]+"
    if not (metadata.organization and metadata.environment):
        return re.fullmatch(glue, name) is not None
    own = rf"{re.escape(metadata.organization)}-{re.escape(metadata.environment)}-[a-z0-9.-]+-{account}-[a-z0-9-]+"
    return re.fullmatch(f"{own}|{glue}", name) is not None


def _account_of_mail(boundary: TrustBoundary, address: str) -> Membership:
    """S3 looks the account up when the ACL is set: the address of a domain inside can belong to any account."""
    return Membership.OUTSIDE if boundary.contains_mail_address(address) is Membership.OUTSIDE else Membership.UNKNOWN


def _image(boundary: TrustBoundary, image: str) -> Membership:
    return Membership.INSIDE if aws_owned.is_aws_image(image) else boundary.contains_image(image)


def _host(boundary: TrustBoundary, host: str) -> Membership:
    if aws_owned.is_service_host(host):
        return Membership.INSIDE
    if host.endswith(".snowflakecomputing.com"):
        account = host.removesuffix(".snowflakecomputing.com").partition(".privatelink")[0]
        if boundary.contains_snowflake_account(account).is_inside:
            return Membership.INSIDE
    if _is_address(host) and boundary.contains_network(host).is_inside:
        return Membership.INSIDE
    found = boundary.contains_host(host)
    return Membership.UNKNOWN if aws_owned.is_customer_host(host) and not found.is_inside else found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
