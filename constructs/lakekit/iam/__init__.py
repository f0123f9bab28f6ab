"""IAM: policy documents as data, roles whose rights come from grants."""

from __future__ import annotations

from lakekit.iam.policy import Statement, document, statement
from lakekit.iam.role import Grantee, Role, RoleReference, ServiceRole

__all__ = ["Grantee", "Role", "RoleReference", "ServiceRole", "Statement", "document", "statement"]
