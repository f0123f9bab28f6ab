"""IAM: policy documents as data, roles whose permissions come from grants, and grantees."""

from __future__ import annotations

from lakekit.iam.grantee import Grantee, HasRole, resolve_grantee
from lakekit.iam.policy import Statement, document, statement
from lakekit.iam.role import Role, RoleReference, ServiceRole
from lakekit.iam.secret import Secret
from lakekit.iam.trust import trust_roles

__all__ = [
    "Grantee",
    "HasRole",
    "Role",
    "RoleReference",
    "Secret",
    "ServiceRole",
    "Statement",
    "document",
    "resolve_grantee",
    "statement",
    "trust_roles",
]
