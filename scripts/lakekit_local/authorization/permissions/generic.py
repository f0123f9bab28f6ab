"""Permissions by the Service Authorization Reference: the action has the name of the operation.

Resources are the ARNs in the request that have the format of one of the action's resource types; other formats are
filled with the parameters whose names correspond to their variables. What the request does not name is a wildcard, as
in the ARN of a resource that is being created, and only a policy that admits every resource of the type allows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from lakekit_local.authorization.permissions.model import Permission, UnknownPermissionError, arns, listed, named
from lakekit_local.authorization.service_reference import Action, ArnFormat, find_action, prefix_of, services
from lakekit_local.requests.registry import Call

_DEFAULTS: Final = {
    ("scheduler", "GroupName"): "default",
    ("athena", "WorkGroupName"): "primary",
    ("events", "EventBusName"): "default",
}
_GENERATED: Final = ("uuid", "suffix", "randomid")
"""Variables that the service generates: the name of the resource is another part of the ARN."""
_NEWER: Final = {
    ("kafkaconnect", "DescribeConnectorOperation"): "connectorOperationArn",
    **{("lakeformation", f"{verb}LFTagExpression"): "" for verb in ("Create", "Delete", "Get", "Update")},
    ("lakeformation", "ListLFTagExpressions"): "",
}
"""Actions that are newer than the data of the reference, with the parameter that is their resource."""


def generic_permissions(call: Call, action_name: str = "") -> list[Permission]:
    """The permissions of an operation by the reference.

    Args:
        call: the request.
        action_name: name of the action without its prefix, if it differs from that of the operation.

    Raises:
        UnknownPermissionError: the reference has no action of this name.
    """
    action = find_action(call.service, action_name or call.operation)
    if action is None and (call.service, call.operation) in _NEWER:
        parameter = _NEWER[call.service, call.operation]
        resource = str(call.get(parameter) or "*") if parameter else "*"
        return [Permission(f"{prefix_of(call.service)}:{call.operation}", resource)]
    if action is None:
        raise UnknownPermissionError(f"{prefix_of(call.service)}:{call.operation} is not an action of the reference")
    return [Permission(action.name, resource) for resource in resources_of(call, action)]


def resources_of(call: Call, action: Action) -> list[str]:
    """The ARNs of an action's resources; ``*`` for an action without resources."""
    if not action.resource_types:
        return ["*"]
    formats = services()[action.name.partition(":")[0]].formats
    given = arns(call.params)
    found: list[str] = []
    missing: list[ArnFormat] = []
    for kind, required in action.resource_types.items():
        known = formats.get(kind)
        if known is None:
            continue
        # An ARN can have the format of several types, of which one has to be there.
        matching = [arn for arn in given if known.matches(arn)]
        filled = matching or _filled(call, kind, known)
        found += filled
        if required and not filled:
            missing.append(known)
    if found or not missing:
        return list(dict.fromkeys(found)) or _tagged(call, formats) or ["*"]
    return [one.fill(_own(call)) for one in missing]


def _tagged(call: Call, formats: Mapping[str, ArnFormat]) -> list[str]:
    """The resource of an operation on tags: services accept further types before the reference lists them."""
    arn = str(call.get("ResourceArn") or call.get("resourceArn") or call.get("ResourceARN") or "")
    return [arn] if any(one.matches(arn) for one in formats.values()) else []


def _own(call: Call) -> dict[str, str]:
    return {"Partition": call.partition, "Region": call.region, "Account": call.account}


def _filled(call: Call, kind: str, known: ArnFormat) -> list[str]:
    """The ARNs of a type by the parameters of the request; none if no variable has a value."""
    variables = known.variables
    if not variables:
        return [known.fill(_own(call))]
    values = [_values(call, kind, variable, last=variable == variables[-1]) for variable in variables]
    specific = [one for index, one in enumerate(values) if one and (call.service, variables[index]) not in _DEFAULTS]
    if not specific and not any(one for one in values[-1:]):
        return []
    made = product(*(one or ["*"] for one in values))
    return [known.fill(_own(call) | dict(zip(variables, one, strict=True))) for one in made]


def _values(call: Call, kind: str, variable: str, *, last: bool) -> list[str]:
    names = _names(kind, variable, last=last)
    params: dict[str, Any] = {}
    for name, value, depth in named(call.params):
        # Names inside of structures belong to other things, but for their full names.
        if depth == 0 or name == variable.lower():
            params.setdefault(name, value)
    for name in names:
        if found := listed(params.get(name)):
            return [_relative(one) for one in found if not one.startswith("arn:")]
    default = _DEFAULTS.get((call.service, variable))
    return [default] if default else []


def _relative(name: str) -> str:
    return name.lstrip("/") if name.startswith("/") and name.count("/") >= 1 and len(name) > 1 else name


def _names(kind: str, variable: str, *, last: bool) -> list[str]:
    """Names of parameters for a variable, in lower case, the most specific first."""
    base = variable.lower()
    plain = kind.lower().replace("-", "").replace(" ", "")
    made = [base, base.removesuffix("name"), f"{base}s", f"{base}name", f"{base.removesuffix('name')}s"]
    if base not in _GENERATED and (last or base.removesuffix("name") == plain):
        made += [f"{plain}name", f"{plain}names", f"{plain}id", f"{plain}identifier", plain, "name", "id", "identifier"]
    return list(dict.fromkeys(one for one in made if one))


def passes_role(action: str) -> bool:
    """Whether the reference says that an action passes a role."""
    service, _, name = action.partition(":")
    known: Mapping[str, Action] = services()[service].actions if service in services() else {}
    return name.lower() in known and known[name.lower()].passes_role
