"""IAM: policy documents as data, roles whose rights come from grants."""

from __future__ import annotations

from lakekit.access.policy import Statement, document, statement
from lakekit.access.role import Grantee, ImportedRole, Role, ServiceRole

__all__ = ["Grantee", "ImportedRole", "Role", "ServiceRole", "Statement", "document", "statement"]
