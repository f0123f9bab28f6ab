"""Permissions to administer Lake Formation: to grant, and to define and assign LF-tags and data cells filters.

Sources, AWS Lake Formation Developer Guide: "Implicit Lake Formation permissions", "Granting permissions on Data
Catalog resources" (administrators, creators, and grantees with the grant option), "Adding LF-tag creators", "Managing
LF-tag value permissions" (ASSOCIATE), "Managing LF-tag expressions" (CREATE_LF_TAG_EXPRESSION, ALTER, DROP),
"Creating a data filter" (SELECT with the grant option). Settings and registered
locations need IAM permissions only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.missing import Missing
from lakekit_local.data_permissions.principal import DataPrincipal
from lakekit_local.requests.registry import Call

_ON_TAGS: Final = {"UpdateLFTag": "ALTER", "DeleteLFTag": "DROP"}
_ON_EXPRESSIONS: Final = {"UpdateLFTagExpression": "ALTER", "DeleteLFTagExpression": "DROP"}
_ON_FILTERS: Final = ("CreateDataCellsFilter", "UpdateDataCellsFilter", "DeleteDataCellsFilter")


def missing_for_administration(call: Call, principal: DataPrincipal) -> Iterator[Missing]:
    """What the caller lacks to send a request to Lake Formation."""
    if principal.is_admin:
        return
    operation = call.operation
    if operation in ("GrantPermissions", "RevokePermissions"):
        yield from missing_for_grant(call, principal, call.params)
    elif operation == "CreateLFTag" and "CREATE_LF_TAG" not in principal.on_catalog():
        yield Missing("CREATE_LF_TAG", call.arn("catalog", service="glue"))
    elif operation.endswith("LFTagExpression"):
        yield from _missing_for_expression(call, principal)
    elif operation in _ON_TAGS and _ON_TAGS[operation] not in _on_tag(call, principal, call["TagKey"]):
        yield Missing(_ON_TAGS[operation], f"LF-tag {call['TagKey']}")
    elif operation in ("AddLFTagsToResource", "RemoveLFTagsFromResource"):
        for tag in call["LFTags"]:
            if "ASSOCIATE" not in _on_tag(call, principal, tag["TagKey"]):
                yield Missing("ASSOCIATE", f"LF-tag {tag['TagKey']}")
    elif operation in _ON_FILTERS:
        named = call.get("TableData") or call.params
        table = {"DatabaseName": named["DatabaseName"], "Name": named["TableName"]}
        if not principal.may_grant({"Table": table}, {"SELECT"}):
            yield Missing("SELECT with the grant option", _arn(call, {"Table": table}))


def missing_for_grant(call: Call, principal: DataPrincipal, entry: Mapping[str, Any]) -> Iterator[Missing]:
    """What the caller lacks to grant or revoke permissions; batches are answered for each of their entries."""
    wanted = {*(entry.get("Permissions") or ()), *(entry.get("PermissionsWithGrantOption") or ())}
    resource = {kind: value for kind, value in entry["Resource"].items() if value is not None}
    # A resource without exactly one member is not valid.
    if len(resource) == 1 and not principal.may_grant(resource, wanted):
        yield Missing(f"{', '.join(sorted(wanted))} with the grant option", _arn(call, resource))


def _on_tag(call: Call, principal: DataPrincipal, key: str) -> set[str]:
    found = read.grants_of(call, {principal.name})
    tags = [(one, one.on("LFTag")) for one in found]
    return {name for grant, tag in tags if tag and tag["TagKey"].lower() == key.lower() for name in grant.permissions}


def _missing_for_expression(call: Call, principal: DataPrincipal) -> Iterator[Missing]:
    needed = _ON_EXPRESSIONS.get(call.operation, "")
    if call.operation == "CreateLFTagExpression" and "CREATE_LF_TAG_EXPRESSION" not in principal.on_catalog():
        yield Missing("CREATE_LF_TAG_EXPRESSION", call.arn("catalog", service="glue"))
    elif needed and needed not in _on_expression(call, principal):
        yield Missing(needed, f"LF-tag expression {call['Name']}")


def _on_expression(call: Call, principal: DataPrincipal) -> set[str]:
    """Permissions on a named LF-tag expression: all of its creator, those of grants of others."""
    known = read.records(call, "LF-tag expression").get(call["Name"])
    if known is None or known.get("Creator") == principal.name:
        return {*_ON_EXPRESSIONS.values()}  # Lake Formation answers that it does not exist
    found = [(one, one.on("LFTagExpression")) for one in read.grants_of(call, {principal.name})]
    return {name for grant, on in found if on and on["Name"] == call["Name"] for name in grant.permissions}


def _arn(call: Call, resource: dict[str, Any]) -> str:
    (kind, value), *_ = resource.items()
    if kind == "Database":
        return call.arn(f"database/{value['Name']}", service="glue")
    if kind == "LFTagExpression":
        return f"LF-tag expression {value['Name']}"
    if kind == "DataLocation":
        return str(value["ResourceArn"])
    if "DatabaseName" in value:
        name = value.get("TableName") or value.get("Name") or "*"
        return call.arn(f"table/{value['DatabaseName']}/{name}", service="glue")
    return call.arn("catalog", service="glue")
