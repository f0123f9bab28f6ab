"""Grants, LF-tags, filters and creators, read from the state of the local cloud without copies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.glue.models import glue_backends

from lakekit_local.data_permissions.access import ALL_COLUMNS, TABLE_PERMISSIONS, Grant, TableAccess, TableFacts
from lakekit_local.data_permissions.tag_policies import Tags
from lakekit_local.requests.registry import Call
from lakekit_local.services.lakeformation_grants import grants_table
from lakekit_local.services.lakeformation_locations import registered_location

IAM_ALLOWED_PRINCIPALS: Final = "IAM_ALLOWED_PRINCIPALS"
"""The group of all principals that IAM allows: its grants disable Lake Formation for a database or table."""


def records(call: Call, kind: str) -> Mapping[str, dict[str, Any]]:
    """The records of one kind in the account and region of a request; not to be changed."""
    return call.store.data.get((call.account, call.region, "lakeformation", kind), {})


def grants_of(call: Call, principals: set[str]) -> list[Grant]:
    """The grants of any of the principals."""
    grants_table(call)
    expressions = records(call, "LF-tag expression")
    return [
        Grant(_with_expression(one["Resource"], expressions), frozenset(one["Permissions"]))
        for one in records(call, "grant").values()
        if one["Principal"]["DataLakePrincipalIdentifier"] in principals
    ]


def grantable_of(call: Call, principals: set[str]) -> list[Grant]:
    """What any of the principals may grant to others."""
    expressions = records(call, "LF-tag expression")
    return [
        Grant(_with_expression(one["Resource"], expressions), frozenset(one["PermissionsWithGrantOption"]))
        for one in records(call, "grant").values()
        if one["Principal"]["DataLakePrincipalIdentifier"] in principals and one["PermissionsWithGrantOption"]
    ]


def tags_of_database(call: Call, database: str) -> Tags:
    """The LF-tags that are assigned to a database."""
    return _tags(call, f"{call.account}/{database}")


def find_table(call: Call, database: str, name: str) -> TableFacts | None:
    """A table of the Data Catalog with its tags; None if it does not exist."""
    found = stored_table(call, database, name)
    if found is None:
        return None
    storage = found.get("StorageDescriptor") or {}
    columns = [*storage.get("Columns", ()), *(found.get("PartitionKeys") or ())]
    return facts_of(call, database, name, [one["Name"] for one in columns])


def facts_of(call: Call, database: str, name: str, columns: list[str]) -> TableFacts:
    """A table with the tags that are assigned to it."""
    database, name = database.lower(), name.lower()
    whole = f"{call.account}/{database}/{name}"
    names = tuple(one.lower() for one in columns)
    on_columns = {one: tags for one in names if (tags := _tags(call, f"{whole}/{one}"))}
    return TableFacts(database, name, names, tags_of_database(call, database), _tags(call, whole), on_columns)


def filters_of(call: Call, table: TableFacts) -> dict[str, dict[str, Any]]:
    """The data cells filters of a table by name."""
    return {
        one["Name"]: one
        for one in records(call, "data cells filter").values()
        if (one["DatabaseName"].lower(), one["TableName"].lower()) == (table.database, table.name)
    }


def database_exists(call: Call, name: str) -> bool:
    """Whether the Data Catalog has a database."""
    return name in glue_backends[call.account][call.region].databases


def stored_database(call: Call, name: str) -> dict[str, Any]:
    """The input of a database; empty if there is none."""
    found = glue_backends[call.account][call.region].databases.get(name)
    return found.input if found else {}


def stored_table(call: Call, database: str, name: str) -> dict[str, Any] | None:
    """The current version of a table; None if there is none."""
    found = glue_backends[call.account][call.region].databases.get(database)
    table = found.tables.get(name) if found else None
    return table.versions[max(table.versions, key=int)] if table else None


def is_registered(call: Call, location: str) -> bool:
    """Whether a path is registered with Lake Formation."""
    return registered_location(call, location) is not None


def full_access(table: TableFacts) -> TableAccess:
    """All permissions on a table."""
    return TableAccess(TABLE_PERMISSIONS, frozenset(table.columns), described=frozenset({ALL_COLUMNS}))


def table_names(call: Call, database: str) -> Iterator[str]:
    """The names of the tables of a database."""
    found = glue_backends[call.account][call.region].databases.get(database)
    yield from found.tables if found else ()


def _tags(call: Call, key: str) -> Tags:
    pairs = records(call, "attached").get(key, {})
    return {name.lower(): frozenset(pair["TagValues"]) for name, pair in pairs.items()}


def _with_expression(resource: Mapping[str, Any], named: Mapping[str, dict[str, Any]]) -> Mapping[str, Any]:
    """The resource, with the expression of a policy that names one."""
    policy = resource.get("LFTagPolicy")
    if not policy or not policy.get("ExpressionName"):
        return resource
    expression = named.get(policy["ExpressionName"], {}).get("Expression", ())
    return {"LFTagPolicy": {**policy, "Expression": expression}}
