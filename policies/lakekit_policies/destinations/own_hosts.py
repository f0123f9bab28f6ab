"""Hosts of the account itself: those that AWS has given to its clusters, databases and endpoints."""

from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import TrustBoundary, references
from lakekit_policies.destinations import aws_owned, shapes
from lakekit_policies.terraform.computed_values import ComputedValue


def own_hosts(values: Iterable[ComputedValue], boundary: TrustBoundary) -> frozenset[str]:
    """Hosts of AWS in values that the provider has computed for resources of the account.

    The host of a broker or a database does not show its account. A configuration cannot choose a computed value; that
    of a data source is one of the account if the data source reads objects of the account only.

    Args:
        values: the computed values of a plan.
        boundary: the trust boundary; ARNs of the objects have to be inside.
    """
    return frozenset(
        host
        for value in values
        if _is_own(value, boundary)
        for _, host in shapes.hosts(value.text)
        if aws_owned.is_customer_host(host)
    )


def _is_own(value: ComputedValue, boundary: TrustBoundary) -> bool:
    if value.type in references.HOLDING_VALUES or (value.mode == "data" and value.type not in references.OWN_DATA):
        return False
    return bool(value.arn) and boundary.contains_arn(value.arn).is_inside
