"""Glue Data Catalog: an operation on a table needs permission on the table, its database and the catalog.

https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lakekit_local.authorization.permissions.model import Permission, arn_of
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests.registry import Call

_CATALOG_TYPES: Final = {"rootcatalog", "catalog", "database", "table", "tableversion", "userdefinedfunction"}
_CATALOG_TYPES_AND_CONNECTIONS: Final = {*_CATALOG_TYPES, "connection"}
_SCHEMA_TYPES: Final = {"registry", "schema"}
# Glue API reference, "GetUnfilteredTableMetadata": "the public IAM action associated with this API is glue:GetTable".
_ACTIONS: Final = {"GetUnfilteredTableMetadata": "GetTable"}
_INPUTS: Final = {"database": "DatabaseInput", "table": "TableInput", "connection": "ConnectionInput"}


def permissions(call: Call) -> list[Permission] | None:
    """The permissions of an operation on the Data Catalog or on schemas; None for other operations."""
    action = find_action("glue", _ACTIONS.get(call.operation, call.operation))
    if action and "schema" in action.resource_types and set(action.resource_types) <= _SCHEMA_TYPES:
        return [Permission(action.name, one) for one in _schemas(call, set(action.resource_types))]
    if action is None or not action.resource_types or not set(action.resource_types) <= _CATALOG_TYPES_AND_CONNECTIONS:
        return None
    catalog = str(call.get("CatalogId", "") or call.account).partition(":")[0]
    account = catalog if catalog.isdigit() else call.account
    resources = _resources(call, set(action.resource_types))
    return [Permission(action.name, arn_of(call, one, account=account), account=account) for one in resources]


def _resources(call: Call, types: set[str]) -> Iterator[str]:
    yield "catalog"
    database = _database(call)
    if "database" in types:
        yield f"database/{database}"
    if "table" in types:
        yield from (f"table/{database}/{table}" for table in _tables(call))
    if "tableversion" in types and call.get("VersionId"):
        yield from (f"tableVersion/{database}/{table}/{call['VersionId']}" for table in _tables(call))
    if "userdefinedfunction" in types:
        function = call.get("FunctionName") or _named(call, "FunctionInput", "FunctionName") or "*"
        yield f"userDefinedFunction/{database}/{function}"
    if "connection" in types:
        names = call.get("ConnectionNameList") or [
            call.get("ConnectionName") or _named(call, "ConnectionInput") or call.get("Name") or "*"
        ]
        yield from (f"connection/{name}" for name in names)


def _schemas(call: Call, types: set[str]) -> Iterator[str]:
    """The registry and the schema, whose ARN contains the registry.

    https://docs.aws.amazon.com/glue/latest/dg/schema-registry-gs.html
    """
    known, registry = call.get("SchemaId") or {}, call.get("RegistryId") or {}
    arn = str(known.get("SchemaArn") or "")
    of_registry = registry.get("RegistryName") or known.get("RegistryName")
    of_registry = of_registry or str(registry.get("RegistryArn") or "").rpartition("/")[2]
    if arn:
        of_registry = arn.split("/")[1]
    name = of_registry or "default-registry"
    if "registry" in types:
        yield arn_of(call, f"registry/{name}")
    yield arn or arn_of(call, f"schema/{name}/{call.get('SchemaName') or known.get('SchemaName') or '*'}")


def _database(call: Call) -> str:
    found = call.get("DatabaseName") or _named(call, "DatabaseInput")
    return str(found or (call.get("Name") if "Database" in call.operation else None) or "*").lower()


def _tables(call: Call) -> list[str]:
    found = call.get("TablesToDelete") or call.get("TableName") or _named(call, "TableInput")
    if not found and "Database" not in call.operation:
        found = call.get("Name")
    names = found if isinstance(found, list) else [found or "*"]
    return [str(name).lower() for name in names]


def _named(call: Call, structure: str, name: str = "Name") -> Any:
    return (call.get(structure) or {}).get(name)
