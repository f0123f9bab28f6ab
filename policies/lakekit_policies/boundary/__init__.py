"""The trust boundary: the accounts, organizations, networks and destinations that a lakehouse trusts."""

from lakekit_policies.boundary.context import current_boundary, use_boundary
from lakekit_policies.boundary.membership import Membership
from lakekit_policies.boundary.model import TrustBoundary

__all__ = ["Membership", "TrustBoundary", "current_boundary", "use_boundary"]
