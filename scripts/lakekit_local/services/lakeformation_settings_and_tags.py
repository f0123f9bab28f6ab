"""Lake Formation: settings, LF-tags and their assignments.

The whole service is implemented here, because moto drops tag policies, cell filters and opt-ins. Permissions are
stored, listed and compared as AWS does; `lakekit_local.data_permissions` enforces them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_local.requests.registry import Call, ServiceError, handles

_DEFAULT_PERMISSIONS = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]
_DEFAULT_SETTINGS = {
    "DataLakeAdmins": [],
    "ReadOnlyAdmins": [],
    "CreateDatabaseDefaultPermissions": _DEFAULT_PERMISSIONS,
    "CreateTableDefaultPermissions": _DEFAULT_PERMISSIONS,
    "Parameters": {"CROSS_ACCOUNT_VERSION": "4", "SET_CONTEXT": "TRUE"},
    "TrustedResourceOwners": [],
    "AllowExternalDataFiltering": False,
    "AllowFullTableExternalDataAccess": False,
    "ExternalDataFilteringAllowList": [],
    "AuthorizedSessionTagValueList": [],
}


def catalog_of(call: Call) -> str:
    """Return the catalog of a request; the account by default."""
    return str(call.get("CatalogId", call.account))


@handles("lakeformation", "GetDataLakeSettings")
def get_settings(call: Call) -> dict[str, Any]:
    return {"DataLakeSettings": settings_of(call)}


def settings_of(call: Call) -> dict[str, Any]:
    """The settings of an account and region, from a request to any service."""
    kept = call.table_of("lakeformation", "settings").find(catalog_of(call))
    return {**_DEFAULT_SETTINGS, **(kept or {})}


@handles("lakeformation", "PutDataLakeSettings")
def put_settings(call: Call) -> None:
    settings = call["DataLakeSettings"]
    # A Put clears omitted settings, except the parameters, which get the defaults of AWS.
    emptied = {name: [] if isinstance(value, list) else value for name, value in _DEFAULT_SETTINGS.items()}
    parameters = {**_DEFAULT_SETTINGS["Parameters"], **settings.get("Parameters", {})}  # type: ignore[dict-item]
    call.table("settings").put(catalog_of(call), {**emptied, **settings, "Parameters": parameters})


def _lf_tags(call: Call) -> Any:
    return call.table("LF-tag", missing="EntityNotFoundException", exists="AlreadyExistsException")


@handles("lakeformation", "CreateLFTag")
def create_tag(call: Call) -> None:
    values = list(dict.fromkeys(call["TagValues"]))
    # Keys are stored in lower case (developer guide, "Lake Formation tag-based access control notes and restrictions").
    record = {"CatalogId": catalog_of(call), "TagKey": call["TagKey"].lower(), "TagValues": values}
    _lf_tags(call).create(call["TagKey"].lower(), record)


@handles("lakeformation", "GetLFTag")
def get_tag(call: Call) -> dict[str, Any]:
    return dict(_lf_tags(call).get(call["TagKey"].lower()))


@handles("lakeformation", "ListLFTags")
def list_tags(call: Call) -> dict[str, Any]:
    return {"LFTags": _lf_tags(call).all()}


@handles("lakeformation", "UpdateLFTag")
def update_tag(call: Call) -> None:
    values: list[str] = _lf_tags(call).get(call["TagKey"].lower())["TagValues"]
    dropped = set(call.get("TagValuesToDelete", []))
    if used := sorted(dropped & _assigned_values(call, call["TagKey"].lower())):
        # API reference, "UpdateLFTag": "If any value in the delete key values is attached to a resource, then API
        # errors out with a 400 Exception - 'Update not allowed'".
        raise ServiceError("InvalidInputException", f"Update not allowed: {', '.join(used)} is assigned.", 400)
    kept = [value for value in values if value not in dropped]
    added = [value for value in call.get("TagValuesToAdd", []) if value not in kept]
    if not kept and not added:
        raise ServiceError("InvalidInputException", f"LF-tag {call['TagKey']} would be left without values.")
    _lf_tags(call).update(call["TagKey"].lower(), {"TagValues": kept + added})


@handles("lakeformation", "DeleteLFTag")
def delete_tag(call: Call) -> None:
    """Assignments and tag policies of a deleted LF-tag have no effect, nor if it is created again.

    API reference, "DeleteLFTag": the policy attached to the LF-tag becomes invalid, and is no longer applied to the
    resources. It does not state whether the grants are still listed; here, they end.
    """
    key = call["TagKey"].lower()
    _lf_tags(call).delete(key)
    attached = call.table("attached")
    for name, tags in attached.items():
        left = {one: pair for one, pair in tags.items() if one != key}
        if not left:
            attached.discard(name)
        elif len(left) < len(tags):
            attached.put(name, left)
    grants = call.table("grant")
    for name, record in grants.items():
        policy = record["Resource"].get("LFTagPolicy") or {}
        keys = {str(part["TagKey"]).lower() for part in policy.get("Expression") or ()}
        if key in keys | {str((record["Resource"].get("LFTag") or {}).get("TagKey", "")).lower()}:
            grants.discard(name)


def _assigned_values(call: Call, key: str) -> set[str]:
    """The values of an LF-tag that are assigned to a database, table or column."""
    return {value for _, tags in call.table("attached").items() for value in tags.get(key, {}).get("TagValues", ())}


@handles("lakeformation", "AddLFTagsToResource")
def attach_tags(call: Call) -> dict[str, Any]:
    failures = []
    for tag in call["LFTags"]:
        if len(tag["TagValues"]) > 1:
            # Developer guide, "Assigning LF-tags to Data Catalog resources": a resource has one value of a key.
            raise ServiceError("InvalidInputException", f"LF-tag {tag['TagKey']}: only one value can be assigned.", 400)
        known = _lf_tags(call).find(tag["TagKey"].lower())
        if known is None or not set(tag["TagValues"]) <= set(known["TagValues"]):
            error = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Tag or tag value does not exist."}
            failures.append({"LFTag": tag, "Error": error})
            continue
        for key in _attachment_keys(call, call["Resource"]):
            attached = call.table("attached").find(key) or {}
            pair = {"CatalogId": catalog_of(call), "TagKey": tag["TagKey"].lower(), "TagValues": tag["TagValues"]}
            call.table("attached").put(key, {**attached, tag["TagKey"].lower(): pair})
    return {"Failures": failures}


@handles("lakeformation", "RemoveLFTagsFromResource")
def detach_tags(call: Call) -> dict[str, Any]:
    failures = []
    for key in _attachment_keys(call, call["Resource"]):
        attached = call.table("attached").find(key) or {}
        for tag in call["LFTags"]:
            if attached.pop(tag["TagKey"].lower(), None) is None:
                error = {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "The tag is not attached."}
                failures.append({"LFTag": tag, "Error": error})
        if attached:
            call.table("attached").put(key, attached)
        else:
            call.table("attached").discard(key)
    return {"Failures": failures}


@handles("lakeformation", "GetResourceLFTags")
def resource_tags(call: Call) -> dict[str, Any]:
    resource = call["Resource"]
    own_only = bool(call.get("ShowAssignedLFTags"))
    if "Database" in resource:
        return {"LFTagOnDatabase": _pairs(call, _database_key(call, resource["Database"]["Name"]))}
    table = resource.get("Table") or resource["TableWithColumns"]
    database = _database_key(call, table["DatabaseName"])
    whole = f"{database}/{table.get('Name', '*')}"
    inherited = [] if own_only else [database]
    answer: dict[str, Any] = {"LFTagsOnTable": _pairs(call, *inherited, whole)}
    if "Table" not in resource:
        answer["LFTagOnDatabase"] = _pairs(call, database)
        names = table.get("ColumnNames") or _columns_with_tags(call, whole)
        above = [] if own_only else [database, whole]
        columns = [{"Name": name, "LFTags": _pairs(call, *above, f"{whole}/{name}")} for name in names]
        answer["LFTagsOnColumns"] = [column for column in columns if column["LFTags"]]
    return answer


@handles("lakeformation", "SearchDatabasesByLFTags")
def search_databases(call: Call) -> dict[str, Any]:
    found = [
        {"Database": {"CatalogId": catalog_of(call), "Name": key.split("/")[1]}, "LFTags": list(tags.values())}
        for key, tags in call.table("attached").items()
        if key.count("/") == 1 and _matches(tags, call["Expression"])
    ]
    return {"DatabaseList": found}


@handles("lakeformation", "SearchTablesByLFTags")
def search_tables(call: Call) -> dict[str, Any]:
    found = []
    for key, _ in call.table("attached").items():
        if key.count("/") != 2:
            continue
        _, database, table = key.split("/")
        pairs = _pairs(call, _database_key(call, database), key)
        if _matches({pair["TagKey"].lower(): pair for pair in pairs}, call["Expression"]):
            named = {"CatalogId": catalog_of(call), "DatabaseName": database, "Name": table}
            found.append({"Table": named, "LFTagsOnTable": pairs})
    return {"TableList": found}


def _matches(tags: dict[str, Any], expression: Iterable[dict[str, Any]]) -> bool:
    """Whether every key of the expression is assigned with one of its values."""
    return all(
        set(tags.get(part["TagKey"].lower(), {}).get("TagValues", [])) & set(part["TagValues"]) for part in expression
    )


def _database_key(call: Call, name: str) -> str:
    return f"{catalog_of(call)}/{name}"


def _attachment_keys(call: Call, resource: dict[str, Any]) -> list[str]:
    if "Database" in resource:
        return [_database_key(call, resource["Database"]["Name"])]
    table = resource.get("Table") or resource["TableWithColumns"]
    whole = f"{_database_key(call, table['DatabaseName'])}/{table.get('Name', '*')}"
    return [f"{whole}/{name}" for name in table.get("ColumnNames", [])] or [whole]


def _columns_with_tags(call: Call, table: str) -> list[str]:
    return [key.rsplit("/", 1)[1] for key, _ in call.table("attached").items() if key.startswith(f"{table}/")]


def _pairs(call: Call, *keys: str) -> list[dict[str, Any]]:
    """Return the tags of the last key, with those inherited from the keys before."""
    tags: dict[str, Any] = {}
    for key in keys:
        tags |= call.table("attached").find(key) or {}
    return list(tags.values())
