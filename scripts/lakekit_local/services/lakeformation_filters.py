"""Lake Formation: data cell filters, opt-ins and named tag expressions."""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles, now
from lakekit_local.services.lakeformation_grants import grant_key, grants_table, normalize_resource
from lakekit_local.services.lakeformation_settings_and_tags import catalog_of

CREATOR = "Creator"
"""Member of a record with the principal that has created it."""


def _filters(call: Call) -> Any:
    return call.table("data cells filter", missing="EntityNotFoundException", exists="AlreadyExistsException")


def _filter_key(data: dict[str, Any]) -> str:
    return "/".join(data[name] for name in ("TableCatalogId", "DatabaseName", "TableName", "Name"))


@handles("lakeformation", "CreateDataCellsFilter")
def create_filter(call: Call) -> None:
    data = call["TableData"]
    _filters(call).create(_filter_key(data), {**data, "VersionId": "1"})


@handles("lakeformation", "GetDataCellsFilter")
def get_filter(call: Call) -> dict[str, Any]:
    return {"DataCellsFilter": _filters(call).get(_filter_key(call.params))}


@handles("lakeformation", "UpdateDataCellsFilter")
def update_filter(call: Call) -> None:
    data = call["TableData"]
    current = _filters(call).get(_filter_key(data))["VersionId"]
    if data.get("VersionId") not in (None, "", current):
        raise ServiceError("ConcurrentModificationException", f"The filter has the version {current}.")
    version = str(int(current) + 1)
    _filters(call).put(_filter_key(data), {**data, "VersionId": version})


@handles("lakeformation", "DeleteDataCellsFilter")
def delete_filter(call: Call) -> None:
    """Grants on a filter end with it: one that outlived it would give access to other rows under the same name."""
    _filters(call).delete(_filter_key(call.params))
    named = {name: call[name] for name in ("TableCatalogId", "DatabaseName", "TableName", "Name")}
    grants = grants_table(call)
    for key, record in grants.items():
        if record["Resource"].get("DataCellsFilter") == named:
            grants.discard(key)


@handles("lakeformation", "ListDataCellsFilter")
def list_filters(call: Call) -> dict[str, Any]:
    table = call.get("Table")

    def matches(record: dict[str, Any]) -> bool:
        if not table:
            return True
        return bool(record["DatabaseName"] == table["DatabaseName"] and record["TableName"] == table.get("Name"))

    return {"DataCellsFilters": _filters(call).all(matches)}


# Opt-ins and named expressions -----------------------------------------------------------------------------------


@handles("lakeformation", "CreateLakeFormationOptIn")
def opt_in(call: Call) -> None:
    record = {**call.pick("Principal", "Resource", "Condition"), "LastModified": now()}
    record["LastUpdatedBy"] = call.arn("root", service="iam", region="")
    call.table("opt-in").put(grant_key(call["Principal"], normalize_resource(call, call["Resource"])), record)


@handles("lakeformation", "DeleteLakeFormationOptIn")
def opt_out(call: Call) -> None:
    missing = "EntityNotFoundException"
    call.table("opt-in", missing=missing).delete(
        grant_key(call["Principal"], normalize_resource(call, call["Resource"]))
    )


@handles("lakeformation", "ListLakeFormationOptIns")
def list_opt_ins(call: Call) -> dict[str, Any]:
    principal, resource = call.get("Principal"), call.get("Resource")
    wanted = normalize_resource(call, resource) if resource else None
    found = call.table("opt-in").all(
        lambda record: (
            (principal is None or record["Principal"] == principal)
            and (wanted is None or normalize_resource(call, record["Resource"]) == wanted)
        )
    )
    return {"LakeFormationOptInsInfoList": found}


@handles("lakeformation", "CreateLFTagExpression")
def create_expression(call: Call) -> None:
    record = {**call.pick("Name", "Description", "Expression"), "CatalogId": catalog_of(call)}
    _expressions(call).create(call["Name"], {**record, CREATOR: call.identity.caller.name})


@handles("lakeformation", "GetLFTagExpression")
def get_expression(call: Call) -> dict[str, Any]:
    return _shown(_expressions(call).get(call["Name"]))


@handles("lakeformation", "ListLFTagExpressions")
def list_expressions(call: Call) -> dict[str, Any]:
    return {"LFTagExpressions": [_shown(one) for one in _expressions(call).all()]}


@handles("lakeformation", "UpdateLFTagExpression")
def update_expression(call: Call) -> None:
    _expressions(call).update(call["Name"], call.pick("Description", "Expression"))


@handles("lakeformation", "DeleteLFTagExpression")
def delete_expression(call: Call) -> None:
    _expressions(call).delete(call["Name"])


def _shown(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != CREATOR}


def _expressions(call: Call) -> Any:
    return call.table("LF-tag expression", missing="EntityNotFoundException", exists="AlreadyExistsException")
