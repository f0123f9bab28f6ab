"""The form of grants of Lake Formation: principals, and resources with exactly one member of each choice.

Sources: AWS Lake Formation API reference, "GrantPermissions" (``PermissionsWithGrantOption``: "These permissions may
only be a subset of the permissions granted in the Privileges"), "DataLakePrincipal", "Resource", "TableResource" ("At
least one of TableResource$Name or TableResource$TableWildcard is required"), "TableWithColumnsResource" ("You must
specify either ColumnNames or ColumnWildcard"), "LFTagPolicyResource"; developer guide, "Granting data location
permissions" (the location is registered), "Granting data lake permissions using the LF-TBAC method" (LF-tags exist).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_local.requests.registry import Call, ServiceError
from lakekit_local.services.lakeformation_locations import registered_location

_PRINCIPAL: Final = re.compile(
    r"IAM_ALLOWED_PRINCIPALS|EVERYONE|\d{12}(?::IAMPrincipals)?"
    r"|arn:[a-z0-9-]+:iam::\d{12}:(?:root|(?:role|user|group|saml-provider|oidc-provider)/.+)"
    r"|arn:[a-z0-9-]+:(?:organizations|identitystore|quicksight|redshift|glue|sso):[^*]+"
)
_CHOICES: Final = {
    "Table": ("Name", "TableWildcard"),
    "TableWithColumns": ("ColumnNames", "ColumnWildcard"),
    "LFTagPolicy": ("Expression", "ExpressionName"),
}
_EVERY_VALUE: Final = "*"


def only_resource(resource: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Kind and value of the one member of a resource.

    Raises:
        ServiceError: it has none, or several.
    """
    given = [(kind, value) for kind, value in resource.items() if value is not None]
    if len(given) != 1:
        names = ", ".join(kind for kind, _ in given) or "none"
        raise _invalid(f"Resource must have exactly one member, given: {names}.")
    kind, value = given[0]
    if kind in _CHOICES:
        chosen = [name for name in _CHOICES[kind] if value.get(name) is not None]
        if len(chosen) != 1:
            raise _invalid(f"{kind} must have exactly one of {' and '.join(_CHOICES[kind])}.")
    return kind, value


def check_form(call: Call, entry: Mapping[str, Any]) -> None:
    """Check principal, grant option and LF-tags of a grant.

    Raises:
        ServiceError: they are not valid, or name what does not exist.
    """
    name = str(entry["Principal"]["DataLakePrincipalIdentifier"])
    if not _PRINCIPAL.fullmatch(name):
        raise _invalid(f"Invalid principal, {name} is not an IAM user, role, group or account.")
    extra = set(entry.get("PermissionsWithGrantOption") or ()) - set(entry.get("Permissions") or ())
    if extra:
        raise _invalid(f"Grantable permissions must be a subset of the permissions: {', '.join(sorted(extra))}.")
    kind, value = only_resource(entry["Resource"])
    if (value.get("CatalogId") or call.account) != call.account:
        return
    if kind == "LFTag":
        check_tags(call, [value])
    elif kind == "LFTagPolicy" and value.get("Expression"):
        check_tags(call, value["Expression"])
    elif kind == "LFTagPolicy":
        _check_expression(call, str(value["ExpressionName"]))
    elif kind == "LFTagExpression":
        _check_expression(call, str(value["Name"]))
    elif kind == "DataLocation":
        _check_location(call, str(value["ResourceArn"]))


def check_tags(call: Call, pairs: Iterable[Mapping[str, Any]]) -> None:
    """Check that LF-tags and their values exist.

    Raises:
        ServiceError: one does not exist.
    """
    known = call.store.data.get((call.account, call.region, "lakeformation", "LF-tag"), {})
    for pair in pairs:
        record = known.get(str(pair["TagKey"]).lower())
        missing = set(pair.get("TagValues") or ()) - {_EVERY_VALUE, *(record["TagValues"] if record else ())}
        if record is None or missing:
            text = f"Tag or tag value does not exist: {pair['TagKey']} {', '.join(sorted(missing))}".rstrip()
            raise ServiceError("EntityNotFoundException", text, 400)


def _check_expression(call: Call, name: str) -> None:
    if name not in call.store.data.get((call.account, call.region, "lakeformation", "LF-tag expression"), {}):
        raise ServiceError("EntityNotFoundException", f"LF-tag expression {name} does not exist.", 400)


def _check_location(call: Call, arn: str) -> None:
    if registered_location(call, f"s3://{arn.rpartition(':::')[2]}") is None:
        raise ServiceError("EntityNotFoundException", f"Resource is not registered: {arn}", 400)


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidInputException", text, 400)
