"""Grants on entries of the Glue Data Catalog, with their key and `lakeformation:GetDataAccess`."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.storage.encryption_key import key_usage_statement

# Name of the key that encrypts the catalog.
CATALOG_KEY: Final = "catalog"

_READ: Final = (
    "glue:GetDatabase",
    "glue:GetDatabases",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
)
_WRITE: Final = (*_READ, "glue:CreateTable", "glue:UpdateTable")


def grant_catalog_access(
    scope: Construct, grantee: Grantee, *, database: str | None = None, table: str = "*", write: bool = False
) -> None:
    """Allow a role to read, or also write, entries of the catalog.

    It gives no access to data: Lake Formation decides which tables the role sees, and S3 or Lake Formation gives access
    to the files. The entries are encrypted, and Glue decrypts them with the caller's permission on the key (Glue
    developer guide, "Encrypting your Data Catalog").

    Args:
        scope: the construct that grants.
        grantee: see `lakekit.iam.Grantee`.
        database: the physical name of the database; all databases of the environment by default.
        table: the table's name; all tables of the database by default.
        write: also create and update tables, as an Iceberg commit does.
    """
    role = resolve_grantee(scope, grantee)
    names = environment_of(scope).names
    database = database or names.database_pattern()
    entries = [names.arn("glue", what) for what in ("catalog", f"database/{database}", f"table/{database}/{table}")]
    verb = "Write" if write else "Read"
    role.allow(statement(f"{verb}Catalog", _WRITE if write else _READ, entries))
    if table != "*":
        # Engines list the tables of a database, for which Glue asks for all of them; Lake Formation filters the answer
        # (Glue developer guide, "Specifying AWS Glue resource ARNs").
        role.allow(
            statement("ListTables", ["glue:GetTables"], [*entries[:2], names.arn("glue", f"table/{database}/*")])
        )
    key_actions = ["kms:Decrypt", "kms:DescribeKey", *(["kms:Encrypt", "kms:GenerateDataKey"] if write else [])]
    alias = environment_of(scope).account_names.key_alias(CATALOG_KEY)
    role.allow(key_usage_statement(scope, alias, key_actions, sid=f"{verb}CatalogKey", via="glue"))
    # The action has no resource type (service authorization reference of Lake Formation).
    role.allow(statement("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]))
