"""Grants of Lake Formation and data cells filters: what they name exists, and fits together.

Sources: AWS Lake Formation developer guide, "Lake Formation permissions reference" (permissions by resource), "Granting
table permissions using the named resource method" (with a column filter, SELECT only), "PartiQL support in row filter
expressions"; API reference, "GrantPermissions" and "CreateDataCellsFilter" (``EntityNotFoundException`` and
``InvalidInputException``). Only resources of the caller's own catalog, and principals of its account, are looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from moto.glue.models import glue_backends
from moto.iam.models import iam_backends
from sqlglot import exp

from lakekit_local.limits.grant_resources import check_form, check_tags, only_resource
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError
from lakekit_policies.sql.cell_filter import MAX_LENGTH, column_name
from lakekit_policies.sql.parse import PARTIQL, SqlError, expression

_DATABASE: Final = frozenset({"ALL", "ALTER", "CREATE_TABLE", "DESCRIBE", "DROP", "SUPER_USER"})
_TABLE: Final = frozenset({"ALL", "ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT", "SUPER_USER"})
_PERMISSIONS: Final[Mapping[str, frozenset[str]]] = {
    "Database": _DATABASE,
    "Table": _TABLE,
    "TableWithColumns": _TABLE,
    "DataLocation": frozenset({"DATA_LOCATION_ACCESS"}),
    "DataCellsFilter": frozenset({"ALTER", "DESCRIBE", "DROP", "SELECT"}),
    "LFTag": frozenset({"ALTER", "ASSOCIATE", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
    "LFTagExpression": frozenset({"ALTER", "DESCRIBE", "DROP", "GRANT_WITH_LF_TAG_EXPRESSION"}),
}
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Like, exp.Is)
_ALL_TABLES: Final = "ALL_TABLES"


@limits("lakeformation", "GrantPermissions")
def grant(call: Call) -> None:
    """A grant."""
    check_grant(call, call.params)


def check_grant(call: Call, entry: Mapping[str, Any]) -> None:
    """Check one grant.

    Raises:
        ServiceError: it names what does not exist, or permissions that the resource does not have.
    """
    kind, value = only_resource(entry["Resource"])
    check_form(call, entry)
    _check_permissions(
        kind, value, {*(entry.get("Permissions") or ()), *(entry.get("PermissionsWithGrantOption") or ())}
    )
    _check_principal(call, str(entry["Principal"]["DataLakePrincipalIdentifier"]))
    if kind == "Database" and _is_own(call, value):
        _database(call, str(value["Name"]))
    elif kind in ("Table", "TableWithColumns") and _is_own(call, value):
        named = value.get("Name")
        database = _database(call, str(value["DatabaseName"]))
        if named and named != _ALL_TABLES:
            excluded = (value.get("ColumnWildcard") or {}).get("ExcludedColumnNames") or ()
            _check_columns(_columns(database, str(named)), [*(value.get("ColumnNames") or ()), *excluded])


@limits("lakeformation", "CreateLFTagExpression", "UpdateLFTagExpression")
def tag_expression(call: Call) -> None:
    """The LF-tags of a named expression."""
    check_tags(call, call.get("Expression") or ())


@limits("lakeformation", "CreateDataCellsFilter", "UpdateDataCellsFilter")
def cells_filter(call: Call) -> None:
    """The table, columns and row filter of a data cells filter."""
    data = call["TableData"]
    if data["TableCatalogId"] != call.account:
        return
    columns = _columns(_database(call, data["DatabaseName"]), data["TableName"])
    if (data.get("ColumnNames") is None) == (data.get("ColumnWildcard") is None):
        raise _invalid("You must specify either ColumnNames or ColumnWildcard.")
    rows = data.get("RowFilter")
    if rows is not None and (rows.get("FilterExpression") is None) == (rows.get("AllRowsWildcard") is None):
        raise _invalid("You must specify either FilterExpression or AllRowsWildcard.")
    excluded = (data.get("ColumnWildcard") or {}).get("ExcludedColumnNames") or ()
    _check_columns(columns, [*(data.get("ColumnNames") or ()), *excluded])
    text = (data.get("RowFilter") or {}).get("FilterExpression")
    if text:
        _check_expression(text, columns)


def _check_permissions(kind: str, value: Mapping[str, Any], wanted: set[str]) -> None:
    if kind == "LFTagPolicy":
        kind = str(value["ResourceType"]).capitalize()
    allowed = _PERMISSIONS.get(kind, wanted)
    if value.get("ColumnNames") or (value.get("ColumnWildcard") or {}).get("ExcludedColumnNames"):
        allowed = frozenset({"SELECT"})
    if wrong := sorted(wanted - allowed):
        text = (
            f"Permissions modification is invalid: {kind} takes {', '.join(sorted(allowed))}, not {', '.join(wrong)}."
        )
        raise _invalid(text)


def _check_principal(call: Call, name: str) -> None:
    parts = name.split(":", 5)
    if len(parts) < 6 or parts[2] != "iam" or parts[4] != call.account:
        return
    backend: Any = iam_backends[call.account][call.partition]
    kind = parts[5].partition("/")[0]
    known: Any = {"role": backend.roles, "user": backend.users}.get(kind)
    if known is not None and not any(one.arn == name for one in known.values()):
        raise _invalid(f"Invalid principal, {name} does not exist.")


def _is_own(call: Call, value: Mapping[str, Any]) -> bool:
    return (value.get("CatalogId") or call.account) == call.account


def _database(call: Call, name: str) -> Any:
    backend: Any = glue_backends[call.account][call.region]
    found = backend.databases.get(name.lower(), backend.databases.get(name))
    if found is None:
        raise _not_found("Database not found.")
    return found


def _columns(database: Any, name: str) -> set[str]:
    table = database.tables.get(name.lower(), database.tables.get(name))
    if table is None:
        raise _not_found("Table not found.")
    current = table.versions[max(table.versions, key=int)]
    listed = [*(current.get("StorageDescriptor") or {}).get("Columns", ()), *(current.get("PartitionKeys") or ())]
    return {str(column["Name"]).lower() for column in listed}


def _check_columns(known: set[str], named: Iterable[str]) -> None:
    # A table without columns, such as a resource link, has them elsewhere.
    if known and (missing := sorted({one for one in named if one.lower() not in known})):
        raise _not_found(f"Column not found: the table has no columns {', '.join(missing)}.")


def _check_expression(text: str, columns: set[str]) -> None:
    if len(text) >= MAX_LENGTH:
        raise _invalid(f"The row filter expression has {len(text)} characters; less than {MAX_LENGTH} are allowed.")
    try:
        tree = expression(text, PARTIQL)
    except SqlError as error:
        raise _invalid(f"Invalid row filter expression: {error}") from error
    for node in tree.walk():
        if isinstance(node, exp.Query) or (
            isinstance(node, exp.Func) and not isinstance(node, exp.Connector | exp.Cast)
        ):
            raise _invalid(f"Invalid row filter expression: functions and subqueries are not supported: {text}")
        if isinstance(node, _COMPARISONS) and not _compares_with_constants(node):
            raise _invalid(f"Invalid row filter expression: a column is compared with constants: {text}")
        if isinstance(node, exp.Column) and columns and column_name(node) not in columns:
            raise _invalid(f"Invalid row filter expression: the table has no column {column_name(node)}.")


def _compares_with_constants(node: exp.Expr) -> bool:
    operands = [one for name, one in node.args.items() if name != "this"]
    others = [one for given in operands for one in (given if isinstance(given, list) else [given])]
    nodes = [one for one in others if isinstance(one, exp.Expr)]
    return isinstance(node.this, exp.Column) and bool(nodes) and not any(one.find(exp.Column) for one in nodes)


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidInputException", text, 400)


def _not_found(text: str) -> ServiceError:
    return ServiceError("EntityNotFoundException", text, 400)
