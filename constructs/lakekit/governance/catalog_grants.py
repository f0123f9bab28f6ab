"""What an engine needs of the Glue Data Catalog to find tables: entries, their key, and Lake Formation's consent."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.storage.encryption_key import key_usage_statement

# The words of the alias of the key that encrypts the catalog.
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
    """Let a role read, or also write, entries of the catalog.

    It opens no data: Lake Formation decides which tables the role sees, S3 or Lake Formation hand out the files.
    The catalog's entries are encrypted, and Glue decrypts them with the caller's own right to the key
    (Glue developer guide, "Encrypting your Data Catalog").

    Args:
        scope: where the grant stands.
        grantee: the role.
        database: the physical name of the database; every database of the environment by default.
        table: the table's name; all of the database by default.
        write: also create and update tables, which is how an Iceberg commit is made.
    """
    role = resolve_grantee(scope, grantee)
    names = environment_of(scope).names
    database = database or names.database_pattern()
    entries = [names.arn("glue", what) for what in ("catalog", f"database/{database}", f"table/{database}/{table}")]
    verb = "Write" if write else "Read"
    role.allow(statement(f"{verb}Catalog", _WRITE if write else _READ, entries))
    key_actions = ["kms:Decrypt", "kms:DescribeKey", *(["kms:Encrypt", "kms:GenerateDataKey"] if write else [])]
    alias = names.key_alias(CATALOG_KEY)
    role.allow(key_usage_statement(scope, alias, key_actions, sid=f"{verb}CatalogKey", via="glue"))
    # The action knows no resources (service authorization reference of Lake Formation).
    role.allow(statement("UseLakeFormation", ["lakeformation:GetDataAccess"], ["*"]))
